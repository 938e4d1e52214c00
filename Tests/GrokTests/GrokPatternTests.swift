import Foundation
import Grok
import TestSupport
import Testing

@Suite struct GrokPatternTests {
    private func json(
        _ pattern: String, _ text: String, _ library: GrokLibrary = GrokLibrary(.legacy),
        namedCapturesOnly: Bool = true,
        keepsEmptyCaptures: Bool = false
    ) throws -> String? {
        let pattern = try GrokPattern(
            pattern, library, namedCapturesOnly: namedCapturesOnly, keepsEmptyCaptures: keepsEmptyCaptures)
        return try Fields.of(text, pattern).map(GrokCasesTests.json)
    }

    static let taken: [(pattern: String, text: String, fields: String?)] = [
        ("%{INT:a:int} %{NUMBER:b:float} %{WORD:c:string}", "-7 1.50 x", #"{"a":-7,"b":1.5,"c":"x"}"#),
        ("%{WORD:[a][b]}=%{DATA:[@metadata][x]}$", "k=v", #"{"[@metadata][x]":"v","[a][b]":"k"}"#),
        ("(?<a>\\w)(?<[b][c]>\\w)(?<d.e>\\w)(?<@f>\\w)", "wxyz", #"{"@f":"z","[b][c]":"x","a":"w","d.e":"y"}"#),
        ("(?:%{IPV4:ip}|%{WORD:ip}) %{INT:n}?", "host ", #"{"ip":"host"}"#),
        ("%{WORD:w} %{INT:w} %{WORD:w}", "a 1 b", #"{"w":["a","b","1"]}"#),
        ("%{CAMERA:cam=cam-[0-9]{3}} %{CAMERA:other}", "cam-001 cam-002", #"{"cam":"cam-001","other":"cam-002"}"#),
        ("%{WORD}:%{INT:n:int}", "a:1", #"{"n":1}"#), ("%{INT:n:long}", "1", #"{"n":"1"}"#),
        ("100%{SPACE}%% %{INT:n}", "100 %% 1", #"{"n":"1"}"#), ("%{WORD: client}", "a", "{}"), ("%{INT:n}", "x", nil),
        ("a(b)?(?<c>c)?", "a", "{}"), ("%{DATA:empty}%{WORD:w}", "w", #"{"w":"w"}"#),
        ("%{NUMBER:n:int}", "99999999999999999999", #"{"n":1e+20}"#),
    ]

    @Test(arguments: taken) func `Fields are filled as they are written`(
        _ one: (pattern: String, text: String, fields: String?)
    ) throws {
        #expect(try json(one.pattern, one.text) == one.fields)
    }

    @Test func `Patterns without a field fill one of their name where all are to be kept`() throws {
        let fields = try json("%{WORD} %{INT:n} (x)", "a 1 x", namedCapturesOnly: false)
        #expect(fields == #"{"WORD":"a","n":"1"}"#)
    }

    @Test func `Empty captures are kept where they are to be, and absent ones told`() throws {
        #expect(try json("%{DATA:d}%{WORD:w}", "w", keepsEmptyCaptures: true) == #"{"d":"","w":"w"}"#)
        let pattern = try GrokPattern("a(?<b>b)?", GrokLibrary(), keepsEmptyCaptures: true)
        var absent: [String] = []
        let outcome = Array("a".utf8).withUnsafeBufferPointer {
            pattern.match($0, MatchScratch(), absent: { absent.append(pattern.fields[$0].name) }) { _, _ in }
        }
        #expect(outcome == .found)
        #expect(absent == ["b"])
    }

    @Test func `The fields are known before anything is matched`() throws {
        let pattern = try GrokPattern("%{INT:a:int} (?<b>x) %{WORD:a}", GrokLibrary(.legacy))
        #expect(pattern.fields.map(\.name) == ["a", "b", "a"])
        #expect(pattern.fields.map(\.type) == [.int, .string, .string])
        #expect(pattern.fields.map(\.pattern) == ["INT", "b", "WORD"])
    }

    @Test func `A pattern that nobody defined is refused with the nearest names`() {
        let error = #expect(throws: GrokError.self) { try GrokPattern("x %{NUMBR:n}", GrokLibrary(.ecs)) }
        #expect(error?.code == .unknownPattern(name: "NUMBR", nearest: ["NUMBER"]))
        #expect(error?.offset == 2)
        #expect(error?.description.contains("there is no pattern %{NUMBR}; the nearest is NUMBER") == true)
    }

    @Test func `Patterns that stand within themselves are refused`() {
        var library = GrokLibrary(.legacy)
        library.add("A", "a%{B}")
        library.add("B", "b%{A}?")
        let error = #expect(throws: GrokError.self) { try GrokPattern("%{A}", library) }
        #expect(error?.code == .recursion(["A", "B", "A"]))
    }

    @Test func `Patterns that stand for too much are refused`() {
        var library = GrokLibrary()
        library.add("P0", "abc")
        for level in 1...40 { library.add("P\(level)", "%{P\(level - 1)}%{P\(level - 1)}") }
        let error = #expect(throws: GrokError.self) { try GrokPattern("%{P40}", library) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `What is wrong with a regular expression is told where people wrote it`() {
        var library = GrokLibrary(.legacy)
        library.add("BAD", "x[z-a]")
        let inOwn = #expect(throws: GrokError.self) { try GrokPattern("%{WORD:w} [a", library) }
        #expect(inOwn?.code == .regularExpression(.syntax))
        #expect(inOwn?.offset == 10)
        let inOther = #expect(throws: GrokError.self) { try GrokPattern("%{WORD:w} %{BAD}", library) }
        #expect(inOther?.offset == nil)
        #expect(inOther?.reason.contains("in %{BAD}") == true)
        #expect(inOther?.reason.contains("/x[▸z-a]/") == true)
    }

    @Test func `Patterns of files and of filters come before built-in ones`() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/patterns"
        try "# cameras\r\nCAMERA cam-\\d+\r\n\n  WORD\t[a-z]+\nNOTHING\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        var library = GrokLibrary(.legacy)
        try library.add(file: path)
        #expect(library["CAMERA"] == "cam-\\d+")
        #expect(library["WORD"] == "[a-z]+")
        #expect(library["NOTHING"] == nil)
        #expect(library["INT"] == GrokLibrary(.legacy)["INT"])
        library.add("CAMERA", "c\\d")
        #expect(try json("%{CAMERA:c}", "c7", library) == #"{"c":"c7"}"#)
        let error = #expect(throws: GrokError.self) { try library.add(file: folder.path + "/absent") }
        #expect(error?.code == .file)
        #expect(error?.description.contains("there is no such file") == true)
    }

    @Test func `A folder's files are read in the order of their names, those that the glob has`() throws {
        let folder = try TemporaryDirectory()
        try folder.write("patterns/20-b", "X b\nY y\n")
        try folder.write("patterns/10-a", "X a\nZ z\n")
        try folder.write("patterns/30-c.old", "X c\n")
        try folder.write("patterns/within/d", "X d\n")
        var library = GrokLibrary()
        try library.add(path: folder.path + "/patterns", glob: "[0-9]*[a-b]")
        #expect(library.names.map { library[$0] } == ["b", "y", "z"])
        try library.add(path: folder.path + "/patterns")
        #expect(library["X"] == "c")
        try library.add(path: folder.path + "/patterns/10-a")
        #expect(library["X"] == "a")
    }

    @Test func `It is known which fields a set fills`() {
        let legacy = GrokLibrary.fieldNames(of: .legacy)
        let ecs = GrokLibrary.fieldNames(of: .ecs)
        #expect(legacy.isSuperset(of: ["clientip", "response", "verb", "timestamp", "bytes_read", "controller"]))
        #expect(
            ecs.isSuperset(of: ["[source][address]", "[http][response][status_code]", "timestamp", "[source][bytes]"]))
        #expect(!ecs.contains("clientip"))
        #expect(!legacy.contains { $0.contains("[") })
    }

    @Test func `It is known whether a pattern begins where a line does`() throws {
        for (pattern, isAnchored) in [
            ("^%{WORD}", true), ("\\A%{WORD}", true), ("(?:^a|^b)", true), ("(?:^a|b)", false), ("%{WORD}", false),
        ] {
            #expect(try GrokPattern(pattern, GrokLibrary(.legacy)).expression.isAnchored == isAnchored)
        }
    }

    static let numbers: [(text: String, int: GrokNumber, float: Double)] = [
        ("12", .int(12), 12), ("-3.7", .int(-3), -3.7), ("+5", .int(5), 5), ("1_000", .int(1_000), 1_000),
        ("1__0", .int(1), 1), (" 7x", .int(7), 7), ("", .int(0), 0), ("abc", .int(0), 0), ("1e3", .int(1), 1_000),
        ("1e", .int(1), 1), (".5", .int(0), 0.5), ("5.", .int(5), 5), ("-", .int(0), 0), ("0x1F", .int(0), 0),
        ("9223372036854775807", .int(.max), 9.223372036854775807e18),
        ("-9223372036854775808", .int(.min), -9.223372036854775808e18),
        ("9223372036854775808", .float(9.223372036854775808e18), 9.223372036854775808e18),
    ]

    @Test(arguments: numbers) func `Numbers are read as Ruby reads them`(
        _ one: (text: String, int: GrokNumber, float: Double)
    ) {
        #expect(GrokNumber.int(one.text.utf8) == one.int)
        #expect(GrokNumber.float(one.text.utf8) == one.float)
    }
}
