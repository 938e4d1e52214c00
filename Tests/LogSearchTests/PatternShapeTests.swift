import Model
import Testing

@testable import LogSearch

@Suite("What a pattern describes, by its text")
struct PatternShapeTests {
    @Test(
        "letters and digits alone",
        arguments: [
            "[a-f]{7}[0-9]{5}", "abc", "a|b", "(a|b)*c?", "(?:ab)+", "\\d{2,}x", "[\\dA-F]", "[abc9]", "", "a{,3}",
        ])
    func runs(_ text: String) { #expect(PatternShape.isOfRuns(text)) }

    @Test(
        "others, and what is not sure",
        arguments: [
            ".", "a.b", "^a", "a$", "\\w+", "\\b12", "[^a]", "[a-z_]", "[A-z]", "[0-a]", "[a-]", "[-a]", "[]a]", "[a",
            "a b", "(?i)a", "(?P<n>a)", "\\D", "a\\", "\\.", "a-b", "\u{e4}", "[\u{e4}]", "[[:digit:]]", "a{1", "a{x}",
            "\\x41", "#", "a&b", "~a", "<1-5>", "\"a\"", "@",
        ])
    func others(_ text: String) { #expect(!PatternShape.isOfRuns(text)) }

    @Test(
        "how far what is found may reach",
        arguments: [
            ("[a-f]{7}[0-9]{5}", .run), ("cam-[0-9]{3}", .line), ("\\d+[.]\\d+", .line), ("[]a]b", .line),
            ("a\\.b", .line),
            ("[ -~]+", .line), ("\\w+ \\w+", .line), ("a.b", .text), ("[^a]", .text), ("\\s", .text), ("\\D", .text),
            ("[[:space:]]", .text), ("a\nb", .text), ("[\t-a]", .text), ("\\n", .text), ("\\x0a", .text),
            ("[^^]b", .text), ("a|^b", nil), ("a$|b", nil), ("\\bword\\b", nil), ("a\\", nil), ("[$^]", .line),
        ] as [(String, LogTextSearch.Reach?)])
    func reach(_ text: String, _ reach: LogTextSearch.Reach?) { #expect(PatternShape.reach(of: text) == reach) }

    @Test(
        "anchors at the ends say nothing of what matches as a whole",
        arguments: [("^a$", "a"), ("a\\$", "a\\$"), ("^", "")])
    func anchors(_ text: String, _ wanted: String) { #expect(PatternShape.withoutAnchors(text) == wanted) }
}
