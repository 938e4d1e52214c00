import LogDocuments
import Model
import TestSupport
import Testing

@Suite("Documents")
struct DocumentTests {
    @Test(
        "are read as RFC 8259 has it, and written again",
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#), (#" { "a" : [ 1 , 2.50 , -3e2 ] } "#, #"{"a":[1,2.5,-300.0]}"#),
            (#"{"a":"\u00e9\n\/\ud83d\ude00"}"#, "{\"a\":\"é\\n/😀\"}"),
            (#"{"a":null,"b":true,"c":{}}"#, #"{"a":null,"b":true,"c":{}}"#),
            (#"{"a":1,"b":2,"a":3}"#, #"{"a":3,"b":2}"#),
            (#"{"n":9223372036854775807}"#, #"{"n":9223372036854775807}"#),
            (#"{"c":"\u0001\t"}"#, #"{"c":"\u0001\t"}"#), (#""text""#, #""text""#),
        ])
    func reading(text: String, written: String) throws {
        #expect(try DocumentReader.value(text).json == written)
    }

    @Test(
        "are refused with the place",
        arguments: [
            "", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "{a:1}", "01", "1.", "-", "1e", "\"", "\"\\x\"",
            "\"\\u12\"",
            "\"\u{1}\"", "nul", "{}{}", "1e999", "{\"a\":1}x", String(repeating: "[", count: 1_000),
        ])
    func refused(text: String) {
        let error = #expect(throws: DocumentError.self) { try DocumentReader.value(text) }
        #expect((error?.offset ?? -1) >= 0)
    }

    @Test("of too many values are refused before they are made")
    func bounds() {
        let text = "[" + String(repeating: "1,", count: 1_000) + "1]"
        let error = #expect(throws: DocumentError.self) { try DocumentReader.value(text, .init(values: 100)) }
        #expect(error?.code == .tooManyValues)
    }

    @Test("a name of any number of dots is a name, and no way to the end of the stack", arguments: [128, 129, 200_000])
    func manyDots(count: Int) {
        let name = String(repeating: "a.", count: count) + "a"
        let document = Document(fields: [(key: name, value: .integer(1))])
        #expect((document[name] == .integer(1)) == (count > Document.nestedMax))
        #expect(document.json.utf8.last == UInt8(ascii: "}"))
    }

    private static func random(_ depth: Int, _ generator: inout SeededGenerator) -> DocumentValue {
        switch Int.random(in: 0..<(depth > 3 ? 6 : 9), using: &generator) {
        case 0: return .null
        case 1: return .boolean(.random(using: &generator))
        case 2: return .integer(.random(in: -5...5, using: &generator))
        case 3: return .number(Double.random(in: -1...1, using: &generator))
        case 4: return .string(generator.pick(["", "a", "Máy quay", "\"", "2026-11-28T10:00:00.000Z"]))
        case 5: return .integer(.random(in: .min ... .max, using: &generator))
        case 6:
            let count = Int.random(in: 0...3, using: &generator)
            return .array((0..<count).map { _ in random(depth + 1, &generator) })
        default: return .object(document(depth + 1, &generator))
        }
    }

    private static func document(_ depth: Int, _ generator: inout SeededGenerator) -> Document {
        var document = Document()
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let name = generator.pick(["a", "b", "a.b", "c.", ".", "", "host", "name", "fields", "_id", "@timestamp"])
            document[name] = random(depth, &generator)
        }
        return document
    }

    @Test("come back from events as they were sent")
    func sources() throws {
        var generator = SeededGenerator(for: "documents")
        for _ in 0..<5_000 {
            let document = Self.document(0, &generator)
            var json = document.json
            let read = try json.withUTF8 { try DocumentReader.document($0) }
            let time = Int64.random(in: 0...4_000_000_000_000, using: &generator)
            let event = json.withUTF8 { bytes in
                LogEvent(read.document, json: bytes, isExact: read.isExact, timestamp: time, index: "x", id: "y")
            }
            #expect(event.source == document, "\(json)")
            var written: [UInt8] = []
            event.writeSource(to: &written)
            #expect(try DocumentReader.value(String(decoding: written, as: UTF8.self)) == .object(document), "\(json)")
        }
    }

    @Test("of events that were no documents nest what has dots")
    func events() {
        let event = LogEvent(
            timestamp: 1_795_867_200_001,
            fields: [
                "message": .string("a"), "host.name": .string("b"), "log.file.path": .string("/c"), "n": .integer(1),
                "_index": .string("hidden"),
            ])
        let expected: Document = [
            "@timestamp": .string("2026-11-28T12:00:00.001Z"), "message": .string("a"),
            "host": .object(["name": .string("b")]), "log": .object(["file": .object(["path": .string("/c")])]),
            "n": .integer(1),
        ]
        #expect(event.source == expected)
    }

    @Test(
        "have their times as ISO 8601 has it",
        arguments: [
            (0, 0, "1970-01-01T00:00:00.000Z"), (-1, 0, "1969-12-31T23:59:59.999Z"),
            (1_795_867_200_123, 0, "2026-11-28T12:00:00.123Z"),
            (1_795_867_200_123, 25_200_000, "2026-11-28T19:00:00.123+07:00"),
            (1_795_867_200_123, -12_600_000, "2026-11-28T08:30:00.123-03:30"),
        ] as [(Int64, Int64, String)])
    func times(time: Int64, offset: Int64, text: String) {
        #expect(DocumentTime.text(time, offset: offset) == text)
    }
}
