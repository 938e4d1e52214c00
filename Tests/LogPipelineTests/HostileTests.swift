import LogDocuments
import Model
import Testing

@testable import LogPipeline

@Suite("What comes in bad intent, or by mistake", .timeLimit(.minutes(2)))
struct HostileTests {
    private static func made(_ filters: String, _ document: Document) throws -> [Document] {
        try PlayedPipeline("filter { \(filters) }").events(document)
    }

    @Test("names of fields that lie deep in each other are names and no way to the end of the stack")
    func deepNames() throws {
        let name = String(repeating: "[a]", count: 100_000)
        let set = try Self.made(#"mutate { add_field => { "%{n}" => "1" } }"#, ["n": .string(name)])
        #expect(set.first?[name] == .string("1"))
        let dissected = try Self.made(
            #"dissect { mapping => { "m" => "%{?k}=%{&k}" } }"#, ["m": .string(name + "=1")])
        #expect(dissected.first?[name] == .string("1"))
        let deep = String(repeating: "[a]", count: 60)
        let nested = try Self.made(#"mutate { add_field => { "%{n}" => "1" } }"#, ["n": .string(deep)])
        #expect(nested.first?["a"]?.object != nil)
    }

    @Test("an event becomes a bounded number of events, and the last one says so")
    func multiplied() throws {
        let list = DocumentValue.array((0..<1_000).map { .integer($0) })
        let many = try Self.made(#"split { field => "a" } split { field => "b" }"#, ["a": list, "b": list])
        #expect(many.count > 99_000 && many.count <= 102_000)
        #expect(many.contains { $0["tags"] == .array([.string("_events_left_out")]) })
        let clones = String(repeating: "clone { clones => [\"c\"] } ", count: 40)
        #expect(try Self.made(clones, [:]).count <= 400_000)
        let text = DocumentValue.string(String(repeating: "x,", count: 100_001))
        let parts = try Self.made(#"split { field => "t" terminator => "," }"#, ["t": text])
        #expect(parts.count == 100_000 && parts.last?["tags"] == .array([.string("_events_left_out")]))
    }

    @Test("a place far behind a list's end is not made")
    func farPlaces() throws {
        let filters = #"mutate { add_field => { "[l][%{n}]" => "1" } }"#
        for number in ["999999999", "9223372036854775807", "-9223372036854775808", "-2"] {
            let result = try Self.made(filters, ["l": .array([.string("a")]), "n": .string(number)])
            #expect(result.first?["l"]?.array?.count == 1, "\(number)")
        }
    }

    @Test(
        "lines of a megabyte end in time", .serialized,
        arguments: [
            #"grok { match => { "m" => "^%{DATA:a} %{WORD:b} %{GREEDYDATA:c}$" } }"#,
            #"grok { match => { "m" => "(x+x+)+y" } }"#,
            #"mutate { gsub => ["m", "(x+x+)+y", ""] }"#, "if [m] =~ /(x+x+)+y/ { drop { } }",
            #"dissect { mapping => { "m" => "%{a} %{b}" } }"#, #"json { source => "m" }"#,
            #"date { match => ["m", "yyyy-MM-dd HH:mm:ss,SSS", "ISO8601", "UNIX"] }"#,
            #"translate { source => "m" target => "t" dictionary => { x => y } }"#, "truncate { length_bytes => 10 }",
            #"kv { source => "m" }"#, #"csv { source => "m" }"#,
        ])
    func longLines(_ filters: String) throws {
        let line = DocumentValue.string(String(repeating: "x", count: 1_000_000))
        #expect(try Self.made(filters, ["m": line]).count == 1)
    }

    @Test("a catastrophic pattern ends, with its tag")
    func catastrophe() throws {
        let result = try Self.made(
            #"grok { match => { "m" => "^(a+)+$" } }"#, ["m": .string(String(repeating: "a", count: 60) + "b")])
        #expect(result.first?["tags"] == .array([.string("_groktimeout")]))
    }

    @Test("a hundred thousand fields are one event")
    func manyFields() throws {
        let document = Document((0..<100_000).map { ("f\($0)", .string("value")) })
        let result = try Self.made(
            #"mutate { rename => { "f5" => "[g][h]" } remove_field => ["f6"] uppercase => "f7" }"#, document)
        #expect(result.first?.count == 100_000)
        #expect(result.first?["f7"] == .string("VALUE"))
    }

    /// A message of every kind, and none.
    static let messages = [
        "{}", #"{"message":null}"#, #"{"message":5}"#, #"{"message":5.5}"#, #"{"message":true}"#, #"{"message":""}"#,
        #"{"message":["a",1,null]}"#, #"{"message":[]}"#, #"{"message":{"a":{"b":1}}}"#, #"{"message":"\u0000\ufffd"}"#,
    ]

    @Test("a message may be anything to every filter", arguments: messages)
    func anyMessage(_ event: String) throws {
        let filters = """
            grok { match => { "message" => "^%{WORD:w}(?<rest>.*)" } }
            mutate { gsub => ["message", "a", "b"] uppercase => "message" strip => "message" convert => { "message" => "string" } }
            mutate { split => { "message" => "," } } mutate { join => { "message" => "," } } mutate { merge => { "message" => "w" } }
            json { source => "message" } json_encode { source => "message" target => "j" }
            date { match => ["message", "ISO8601", "UNIX", "yyyy"] } dissect { mapping => { "message" => "%{x} %{y}" } }
            kv { } csv { } urldecode { } fingerprint { } useragent { source => "message" } geoip { source => "message" }
            translate { source => "message" target => "t" dictionary => { a => b } } syslog_pri { syslog_pri_field_name => "message" }
            truncate { fields => ["message"] length_bytes => 3 } if [message] =~ /x/ or [message] > 5 or "a" in [message] { drop { } }
            clone { clones => ["c"] } split { }
            """
        let document = try #require(try DocumentReader.value(event).object)
        #expect(try !Self.made(filters, document).isEmpty)
    }

    @Test("times at the ends of all numbers are printed", arguments: [Int64.min, .min + 1, .max])
    func farTimes(time: Int64) throws {
        let result = try Self.made(#"date { match => ["t", "UNIX_MS"] }"#, ["t": .integer(time)])
        #expect(result.first?["@timestamp"] == .string("\(time)"))
        // What is stored can be added to, and subtracted from.
        #expect(PipelineEvent(timestamp: time).logEvent.timestamp.magnitude < 1 << 54)
    }

    @Test(
        "spans that are no seconds are refused",
        arguments: [
            #"filter { translate { source => "a" dictionary => { "x" => "y" } refresh_interval => 1e300 } }"#,
            #"input { tcp { port => 1 codec => multiline { pattern => "x" what => "next" auto_flush_interval => nan } } }"#,
        ])
    func oddSpans(text: String) {
        let errors = PlayedPipeline.errors(text)
        #expect(errors.count == 1 && errors.first?.contains("a number of seconds") == true, "\(errors)")
    }

    @Test("letters that are no UTF-8 are taken as bytes, and come out as text")
    func invalidText() throws {
        let text = String(decoding: [0x61, 0xFF, 0xFE, 0x20, 0x62] as [UInt8], as: UTF8.self)
        let result = try Self.made(
            #"grok { match => { "m" => "^(?<a>\S+) %{WORD:b}$" } }"#, ["m": .string(text)])
        #expect(result.first?["b"] == .string("b"))
    }

    @Test("a text that is put into itself again and again stays within bounds")
    func doubling() throws {
        let filters = String(repeating: #"mutate { replace => { "m" => "%{m}%{m}" } } "#, count: 60)
        let event = try #require(try PlayedPipeline("filter { \(filters) }").events(["m": .string("0123456789")]).first)
        #expect((event["m"]?.string?.utf8.count ?? 0) <= 4 * Interpolation.bytesMax)
    }
}
