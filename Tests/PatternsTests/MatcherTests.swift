import Base
import Model
import Patterns
import Testing

@Suite("Matchers")
struct MatcherTests {
    @Test(
        "match values, and the empty one for an absent label",
        arguments: [
            (Matcher.Operation.equal, "hcm", "hcm", true), (.equal, "hcm", "hc", false), (.equal, "", "", true),
            (.notEqual, "hcm", "hanoi", true), (.notEqual, "hcm", "", true), (.regex, "h.*", "hcm", true),
            (.regex, "h", "hcm", false), (.regex, "a|b", "ab", false), (.regex, ".*", "", true),
            (.regex, "a.b", "a\nb", true),
            (.notRegex, "h.*", "hcm", false), (.notRegex, "h.*", "", true), (.notRegex, ".+", "", true),
        ])
    func match(_ operation: Matcher.Operation, _ value: String, _ candidate: String, _ expected: Bool) throws {
        let matcher = try Matcher("site", operation, value)
        #expect(matcher.matches(candidate) == expected)
        #expect(matcher.matches(["site": candidate] as Labels) == expected)
        #expect(try matcher.matchesEmpty == Matcher("site", operation, value).matches(Labels.empty))
    }

    @Test("are equal by name, operation and value")
    func equality() throws {
        #expect(try Matcher("a", .regex, "b.*") == Matcher("a", .regex, "b.*"))
        #expect(try Matcher("a", .regex, "b") != Matcher("a", .equal, "b"))
        #expect(try Set([Matcher("a", .equal, "b"), .equal("a", "b")]).count == 1)
        #expect("\(Matcher.equal("a", "b\"c"))" == #"a="b\"c""#)
    }

    @Test("refuse a pattern that RE2 refuses")
    func badPattern() {
        #expect(throws: PatternError.self) { try Matcher("a", .notRegex, "(") }
    }

    @Test(
        "are read as Alertmanager writes them",
        arguments: [
            (#"severity="critical""#, [#"severity="critical""#]), (#"{a="1", b!="2"}"#, [#"a="1""#, #"b!="2""#]),
            (#"a=~"x|y",b!~"z.*""#, [#"a=~"x|y""#, #"b!~"z.*""#]), ("a=b", [#"a="b""#]), (#"a="x,y""#, [#"a="x,y""#]),
            (#"a="q\"uote\n""#, [#"a="q\"uote\n""#]), ("", []), ("{}", []), (#"{ a = "1" , }"#, [#"a="1""#]),
            (#"{"site name"="hcm"}"#, [#"site name="hcm""#]),
        ] as [(String, [String])])
    func text(_ text: String, _ expected: [String]) throws {
        #expect(try MatcherText.parse(text).map(\.description) == expected)
    }

    @Test("are refused with a reason", arguments: ["a", "a=\"x", "=x", "a=~\"(\"", "a=\"x\"y"])
    func badText(_ text: String) {
        let error = #expect(throws: MatcherTextError.self) { try MatcherText.parse(text) }
        #expect(error?.description.hasPrefix("cannot read matchers") == true)
    }
}
