import Testing

@testable import Dashboards

@Suite("JSON with places")
struct JSONReaderTests {
    @Test("values are read as they are written, each with its place")
    func values() throws {
        let text = #"{"a": [1, -2.5e3, true, null], "b": "\u00e9\uD83D\uDE00\n\/", "a": 7}"#
        let node = try JSONReader.read(text)
        // Of a doubled key the last counts.
        #expect(node["a"]?.number == 7 && node["b"]?.text == "é😀\n/")
        let list = try #require(node.members?.first?.value.list)
        #expect(list.map(\.number) == [1, -2_500, nil, nil] && list[2].bool == true && list[3].isNull)
        #expect(list.map(\.offset) == [7, 10, 18, 24])
        #expect(try JSONReader.read("\u{FEFF} [\"\\uD83Dx\"]").list?.first?.text == "\u{FFFD}x")
    }

    @Test("numbers and texts are taken for each other where a file has them so")
    func taken() throws {
        let node = try JSONReader.read(#"{"n": "2.5", "t": 3, "f": 2.25, "b": "true", "big": 1e300, "no": "much"}"#)
        #expect(node["n"]?.number == 2.5 && node["n"]?.whole == 3 && node["t"]?.written == "3")
        #expect(node["f"]?.written == "2.25" && node["b"]?.bool == true && node["big"]?.whole == nil)
        #expect(node["no"]?.number == nil && node["missing"] == nil)
        #expect(try JSONReader.read(#"["a", 1, {}]"#).texts == ["a", "1"] && JSONReader.read("5").texts == ["5"])
    }

    @Test(
        "what is no JSON says why, and where",
        arguments: [
            ("", 0, "ends before a value"), ("{", 1, "key in quotes"), ("{\"a\" 1}", 5, "colon"),
            ("{\"a\": 1 \"b\": 2}", 8, "comma"), ("[1, ]", 4, "no value"), ("[1", 2, "ends before a list"),
            ("{\"a\": tru}", 6, "no value"), ("[\"a\nb\"]", 3, "quote is missing"), ("[\"a", 3, "inside quotes"),
            ("[\"\\x\"]", 4, "escape"), ("[\"\\u12\"]", 4, "hexadecimal"), ("{} {}", 3, "after the end"),
            ("[1e999]", 1, "too large"), ("[NaN]", 1, "no value"), ("{a: 1}", 1, "key in quotes"),
        ])
    func refused(text: String, offset: Int, hint: String) throws {
        let problem = #expect(throws: JSONProblem.self) { try JSONReader.read(text) }
        #expect(problem?.reason.contains(hint) == true, "\(problem?.reason ?? "")")
        #expect(problem?.offset == offset, "\(problem?.offset ?? -1)")
    }

    @Test("it is bounded in depth")
    func bounded() throws {
        let deep = String(repeating: "[", count: 100_000)
        let problem = #expect(throws: JSONProblem.self) { try JSONReader.read(deep) }
        #expect(problem?.reason.contains("deeper") == true && problem?.offset == JSONReader.depthMax + 1)
        let near = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(try JSONReader.read(near).list?.count == 1)
    }

    @Test("a place is a line and a column of letters, from 1")
    func places() {
        let places = TextPlaces("{\n  \"é\": x\n}\n")
        #expect(places.place(0) == (1, 1) && places.place(2) == (2, 1))
        // é has two bytes and is one letter.
        #expect(places.place(10) == (2, 8) && places.place(10_000) == (4, 1) && places.place(-5) == (1, 1))
    }
}
