import Base
import Patterns
import Testing

@Suite("Patterns")
struct PatternTests {
    @Test(
        "match the whole text or a part of it",
        arguments: [
            ("cam-.*", "cam-1", true, true), ("cam", "a cam-1", false, true), ("", "", true, true),
            ("", "x", false, true),
            (".+", "", false, false), ("a|b", "b", true, true), ("é+", "éé", true, true),
            ("(?i)CAM", "cam", true, true),
            ("a.b", "a\nb", false, false),
        ])
    func match(_ pattern: String, _ text: String, _ whole: Bool, _ found: Bool) throws {
        let pattern = try Pattern(pattern)
        #expect(pattern.matchesWhole(text) == whole)
        #expect(pattern.isFound(in: text) == found)
        #expect(Array(text.utf8).withUnsafeBufferPointer { pattern.isFound(in: $0) } == found)
    }

    @Test("obey their options")
    func options() throws {
        #expect(try Pattern("CAM", caseSensitive: false).matchesWhole("cam"))
        #expect(try Pattern("a.b", dotMatchesNewline: true).matchesWhole("a\nb"))
    }

    @Test("tell groups, their names and those that took no part")
    func captures() throws {
        let pattern = try Pattern("(?P<id>cam-(\\d+))(x)?")
        #expect(pattern.groupCount == 3 && pattern.groupNames == ["id", nil, nil])
        #expect(pattern.captures(in: "see cam-12") == ["cam-12", "cam-12", "12", nil])
        #expect(pattern.captures(in: "see cam-12", whole: true) == nil)
        #expect(try Pattern("(a*)b").captures(in: "b") == ["b", ""])
        #expect(Array("..cam-7".utf8).withUnsafeBufferPointer { pattern.ranges(in: $0, from: 1)?[2] } == 6..<7)
    }

    @Test("refuse what RE2 does not know, with its reason", arguments: ["(", "a{2,1}", "(?<=a)b", "\\1"])
    func refusal(_ pattern: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(pattern) }
        #expect(error?.description.hasPrefix("cannot compile pattern") == true && error?.reason.isEmpty == false)
    }

    @Test("take time in proportion to the text, whatever the pattern")
    func linearTime() throws {
        let text = String(repeating: "a", count: 20_000)
        #expect(try !Pattern("(a*)*b").isFound(in: text))
    }

    @Test("the system's clock shows this century")
    func clock() {
        #expect(SystemTimeSource().now() > 1_700_000_000_000)
    }
}
