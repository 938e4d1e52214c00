import Base
import Grok
import LogDocuments
import Testing

@testable import LogPipeline

@Suite("Codecs of inputs")
struct InputCodecTests {
    private static let now: Int64 = 1_700_000_000_000

    /// What comes of a text that comes in pieces: each event without its time and version.
    private static func events(
        _ text: String, _ codec: InputCodec, piece: Int = .max, limit: Int = 1 << 20
    ) -> [String] {
        var decoder = CodecDecoder(codec, lineBytesMax: limit)
        let scratch = MatchScratch()
        var found: [PipelineEvent] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            Array(rest.prefix(piece)).withUnsafeBufferPointer {
                decoder.take($0, room: 1 << 20, now: now, scratch) { found.append($0) }
            }
            rest = rest.dropFirst(piece)
        }
        decoder.finish(now: now, scratch) { found.append($0) }
        return found.map { event in
            var document = event.document
            document.removeValue(named: "@version")
            return document.json
        }
    }

    private static func codec(_ kind: InputCodec.Kind, original: Bool = false) -> InputCodec {
        InputCodec(kind, keepsOriginal: original)
    }

    @Test(
        "make events of texts",
        arguments: [
            (.plain, "a\nb", [#"{"message":"a\nb"}"#]),
            (.line, "a\nb\r\nc", ["a", "b", "c"].map { #"{"message":"\#($0)"}"# }),
            (.json, #"{"a":{"b":1}}"#, [#"{"a":{"b":1}}"#]),
            (.json, #"[{"a":1},{"a":2}]"#, [#"{"a":1}"#, #"{"a":2}"#]),
            (.json, "no", [#"{"message":"no","tags":["_jsonparsefailure"]}"#]),
            (.json, "[1]", [#"{"message":"[1]","tags":["_jsonparsefailure"]}"#]),
            (.jsonLines, "{\"a\":1}\n{\"a\":2}", [#"{"a":1}"#, #"{"a":2}"#]),
            (.jsonLines, "{\"a\":1}\nno\n", [#"{"a":1}"#, #"{"message":"no","tags":["_jsonparsefailure"]}"#]),
        ] as [(InputCodec.Kind, String, [String])])
    func kinds(kind: InputCodec.Kind, text: String, events: [String]) {
        #expect(Self.events(text, Self.codec(kind)) == events)
        if kind == .line || kind == .jsonLines {
            #expect(Self.events(text, Self.codec(kind), piece: 1) == events)
        }
    }

    @Test("keep the text as event.original where the schema wants it, of JSON that of one object alone")
    func original() {
        #expect(Self.events("a", Self.codec(.plain, original: true)) == [#"{"message":"a","event":{"original":"a"}}"#])
        let json = #"{"a":1}"#
        #expect(
            Self.events(json, Self.codec(.json, original: true)) == [#"{"a":1,"event":{"original":"{\"a\":1}"}}"#])
        #expect(Self.events("[\(json)]", Self.codec(.json, original: true)) == [json])
        #expect(Self.events(json, Self.codec(.jsonLines, original: true)) == [json])
    }

    @Test("put what JSON says under the field of target, and end lines where delimiter says")
    func settings() {
        var codec = Self.codec(.jsonLines)
        codec.target = FieldReference("[doc]")
        codec.delimiter = Array("||".utf8)
        #expect(Self.events(#"{"a":1}||{"a":2}"#, codec, piece: 2) == [#"{"doc":{"a":1}}"#, #"{"doc":{"a":2}}"#])
    }

    @Test("a line of a hundred megabytes is cut, and the next one is whole")
    func longLine() {
        let events = Self.events(
            String(repeating: "x", count: 3_000_000) + "\nnext\n", Self.codec(.line), piece: 16_384, limit: 100)
        #expect(events == [#"{"message":"\#(String(repeating: "x", count: 100))"}"#, #"{"message":"next"}"#])
    }

    private static func multiline(
        _ pattern: String, _ change: (inout MultilineRule) -> Void = { _ in }
    ) throws -> InputCodec {
        var rule = MultilineRule(try RubyPattern(pattern))
        change(&rule)
        var codec = InputCodec(.multiline, keepsOriginal: false)
        codec.multiline = rule
        return codec
    }

    private static func joined(_ lines: String, tags: String = #""multiline""#) -> String {
        #"{"message":"\#(lines)","tags":[\#(tags)]}"#
    }

    @Test("lines that match belong to the one before, or those that do not, or to the next")
    func multilineRules() throws {
        let trace = "Error\n at a\n at b\nnext"
        #expect(
            Self.events(trace, try Self.multiline("^\\s")) == [
                Self.joined(#"Error\n at a\n at b"#), #"{"message":"next"}"#,
            ])
        let negated = try Self.multiline("^[A-Z]|next") { $0.negates = true }
        #expect(
            Self.events(trace, negated, piece: 3) == [Self.joined(#"Error\n at a\n at b"#), #"{"message":"next"}"#])
        let forward = try Self.multiline("\\\\$") { $0.joinsPrevious = false }
        #expect(Self.events("a\\\nb\nc", forward) == [Self.joined(#"a\\\nb"#), #"{"message":"c"}"#])
    }

    @Test("a message ends at its most lines, and after its time without another")
    func multilineBounds() throws {
        let short = try Self.multiline("^ ") { $0.linesMax = 2 }
        let events = Self.events("a\n b\n c\n d", short)
        #expect(
            events == [
                Self.joined(#"a\n b\n c"#, tags: #""multiline","multiline_codec_max_lines_reached""#),
                #"{"message":" d"}"#,
            ])
        var decoder = CodecDecoder(try Self.multiline("^ ") { $0.flushInterval = .seconds(2) })
        let scratch = MatchScratch()
        Array("a\n".utf8).withUnsafeBufferPointer {
            decoder.take($0, room: 1 << 20, now: Self.now, scratch) { _ in Issue.record("too early") }
        }
        decoder.flushIfQuiet(now: Self.now + 1_999) { _ in Issue.record("too early") }
        var found = 0
        decoder.flushIfQuiet(now: Self.now + 2_000) { _ in found += 1 }
        #expect(found == 1)
    }
}

@Suite("The codec rubydebug")
struct RubyDebugTests {
    @Test("prints an event as Ruby does, its names in a column")
    func event() throws {
        let source =
            #"{"message":"a\"\n","host":{"name":"x","ip":[]},"n":1,"f":1.5,"t":true,"z":null,"list":["a",{"b":1}],"o":{}}"#
        let document = try #require(try DocumentReader.value(source).object)
        var event = PipelineEvent(document, now: 1_700_000_000_000)
        event[FieldReference("[@metadata][m]")] = .string("x")
        let expected = #"""
            {
                "@timestamp" => 2023-11-14T22:13:20.000Z,
                   "message" => "a\"\n",
                      "host" => {
                    "name" => "x",
                      "ip" => []
                },
                         "n" => 1,
                         "f" => 1.5,
                         "t" => true,
                         "z" => nil,
                      "list" => [
                    [0] "a",
                    [1] {
                        "b" => 1
                    }
                ],
                         "o" => {}
            }
            """#
        #expect(RubyDebug.text(event) == expected)
        #expect(RubyDebug.text(event, showsMetadata: true).contains(#""@metadata" => {"#))
    }
}
