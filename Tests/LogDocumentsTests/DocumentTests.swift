import LogDocuments
import Model
import TestSupport
import Testing

@Suite("Documents")
struct DocumentTests {
    @Test(
        "JSON is read and written again as it stood",
        arguments: [
            #"{}"#, #"{"a":1}"#, #"{"a":-1.5,"b":[1,"x",null,true],"c":{"d":{}}}"#, #"{"z":1,"a":2}"#,
            #"{"":"empty name"}"#,
            #"{"q":"\"\\\n\t\u0001"}"#, #"{"emoji":"📷é"}"#, #"{"big":9223372036854775807}"#,
        ])
    func readsAndWrites(json: String) throws {
        guard case .object(let document) = try DocumentReader.value(json) else {
            Issue.record("no object")
            return
        }
        #expect(document.json == json)
    }

    @Test(
        "what is no JSON is told with its place",
        arguments: [
            ("", 0), ("{", 1), (#"{"a"}"#, 4), (#"{"a":01}"#, 7), (#"{"a":1,}"#, 7), (#"{"a":tru}"#, 5), ("[1] 2", 4),
            (#"{"a":"\x"}"#, 8), ("{\"a\":\"\n\"}", 7), (#"{"a":1e}"#, 7), (#"{"a":.5}"#, 5), (#"{"a":1."#, 7),
        ])
    func tellsThePlace(json: String, offset: Int) {
        #expect(throws: DocumentError.self) { try DocumentReader.value(json) }
        do throws(DocumentError) { _ = try DocumentReader.value(json) } catch { #expect(error.offset == offset) }
    }

    @Test("what is nested too deep, or has too many values, is refused while it is read")
    func isBounded() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: DocumentError.self) { try DocumentReader.value(deep) }
        let wide = "[" + String(repeating: "1,", count: 100) + "1]"
        #expect(throws: DocumentError.self) { try DocumentReader.value(wide, .init(values: 50)) }
        #expect(throws: Never.self) { try DocumentReader.value(wide, .init(values: 102)) }
    }

    @Test("halves of a pair that stand alone are a sign, and pairs are a character")
    func pairs() throws {
        #expect(try DocumentReader.value(#""\ud83d\udcf7""#) == .string("📷"))
        #expect(try DocumentReader.value(#""\ud83d""#) == .string("\u{fffd}"))
        #expect(try DocumentReader.value(#""\ud83dx""#) == .string("\u{fffd}x"))
    }

    @Test(
        "documents come back from the fields of an event, or are said not to",
        arguments: [
            (#"{"a":{"b":1,"c":{"d":"x"}},"e":[1,2]}"#, true), (#"{"a.b":1}"#, false), (#"{"a":{}}"#, false),
            (#"{"a":[{"b":1},{"b":2}]}"#, false), (#"{"a":[[1],[2]]}"#, false), (#"{"a":[]}"#, true),
            (#"{"a":null}"#, true),
            (#"{"a":1,"b":{"a":2}}"#, true),
        ])
    func comeBack(json: String, isReversible: Bool) throws {
        guard case .object(let document) = try DocumentReader.value(json) else { return }
        var fields = LogFields()
        #expect(fields.add(document) == isReversible)
        if isReversible { #expect(Document(fields: fields) == document) }
    }

    @Test("objects in a list are laid side by side; a dotted name and an object of that name are both kept")
    func flattens() throws {
        guard
            case .object(let document) = try DocumentReader.value(
                #"{"a":[{"b":1},{"b":2,"c":"x"}],"d.e":1,"d":{"e":2}}"#)
        else { return }
        var fields = LogFields()
        fields.add(document, isDisjoint: true)
        #expect(fields["a.b"] == .array([.integer(1), .integer(2)]))
        #expect(fields["a.c"] == .array([.string("x")]))
        #expect(fields["d.e"] == .array([.integer(1), .integer(2)]))
    }

    @Test("any document survives its way through JSON, and reversible ones through fields")
    func randomDocuments() throws {
        var random = SeededGenerator(seed: 42)
        for _ in 0..<500 {
            let document = Self.document(depth: 0, &random)
            #expect(try DocumentReader.value(document.json) == .object(document))
            var fields = LogFields()
            if fields.add(document, isDisjoint: true) { #expect(Document(fields: fields) == document) }
        }
    }

    private static func document(depth: Int, _ random: inout SeededGenerator) -> Document {
        var document = Document()
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            let name = ["a", "b", "c", "x.y", "é", "a long name of a field"].randomElement(using: &random) ?? "a"
            document[name] = value(depth: depth, &random)
        }
        return document
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> DocumentValue {
        switch Int.random(in: 0...(depth > 3 ? 4 : 6), using: &random) {
        case 0: .null
        case 1: .boolean(Bool.random(using: &random))
        case 2: .integer(Int64.random(in: -1_000...1_000_000, using: &random))
        case 3: .number(Double(Int.random(in: -1_000...1_000, using: &random)) / 8 + 0.0625)
        case 4:
            .string(
                ["", "x", "\"\\\n", "📷", String(repeating: "long ", count: 20)].randomElement(using: &random) ?? "")
        case 5: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth + 1, &random) })
        default: .object(document(depth: depth + 1, &random))
        }
    }
}
