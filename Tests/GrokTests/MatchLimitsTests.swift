import Grok
import TestSupport
import Testing

/// Patterns that would take for ever, and long texts.
@Suite struct MatchLimitsTests {
    /// Texts that each pattern is tried with: how often a piece is repeated, and what ends the text.
    static let patterns: [(pattern: String, texts: [(piece: String, count: Int, end: String)])] = [
        ("^(a+)+$", [("a", 60, "!"), ("a", 2_000, "!"), ("a", 1 << 20, "!"), ("a", 60, "é!")]),
        ("(a+)+$", [("a", 2_000, "!")]),
        ("^(?:a?){30}a{30}\\b$", [("a", 45, "!")]),
        ("([a-z]+,)*$", [("a", 1 << 20, ""), ("a,", 1 << 19, "!")]),
        ("(?=(a+)+x)a", [("a", 1 << 20, "é")]),
        ("^(\\S+\\s?)*$(?=x)", [("word ", 200_000, "")]),
        ("^.*?.*?.*?.*?.*?!x", [("!a", 1_000, ""), ("!a", 500_000, "")]),
        ("(?<=a)(.*)\\1z", [("a", 1 << 20, "")]),
        ("(?<p>\\((?:[^()]|\\g<p>)*\\))!", [("(", 1 << 20, "")]),
        ("(?:(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)(?:a|a)){4}\\b!", [("a", 60, "")]),
    ]

    @Test(arguments: patterns) func `A search ends soon, whatever the pattern and the text`(
        _ one: (pattern: String, texts: [(piece: String, count: Int, end: String)])
    ) throws {
        let pattern = try RubyPattern(one.pattern)
        let scratch = MatchScratch()
        for (piece, count, end) in one.texts {
            let text = String(repeating: piece, count: count) + end
            let time = ContinuousClock().measure { _ = pattern.match(text, scratch) }
            #expect(time < .seconds(10), "\(count) times \(piece)")
        }
    }

    @Test func `What takes too many steps is told from what is not found`() throws {
        let pattern = try RubyPattern("^(a+)+$")
        let scratch = MatchScratch()
        #expect(pattern.match(String(repeating: "a", count: 60) + "!", scratch) == .limitReached)
        #expect(pattern.match("b", scratch) == .none)
        #expect(pattern.match("aaa", scratch) == .found)
    }

    @Test func `A search is given up when its time is over`() throws {
        var limits = MatchLimits(timeoutMilliseconds: 20)
        limits.stepsMax = .max >> 8
        let pattern = try RubyPattern("^(a+)+$", limits: limits)
        let scratch = MatchScratch()
        let text = String(repeating: "a", count: 60) + "!"
        let time = ContinuousClock().measure { #expect(pattern.match(text, scratch) == .limitReached) }
        #expect(time >= .milliseconds(20))
        #expect(time < .seconds(2))
    }

    @Test func `What a long text holds at its end is found`() throws {
        let scratch = MatchScratch()
        let text = String(repeating: "key=value, ", count: 100_000) + "last=\"the end\""
        for (pattern, taken) in [
            ("(\\w+)=(['\"]).*?\\2", "last"), ("^(?:\\w+=\\w+, )*(\\w+)=", "last"), ("(?<n>last)=.*$", "last"),
        ] {
            #expect(try RubyPattern(pattern).match(text, scratch) == .found)
            let range = try #require(scratch.range(of: 1))
            #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == taken)
        }
    }

    @Test func `One pattern serves several threads, each with a scratch of its own`() async throws {
        let pattern = try RubyPattern("^(\\w+) (?<=\\w )(\\w+)$")
        let counts = await withTaskGroup(of: Int.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let scratch = MatchScratch()
                    return (0..<500).count { number in
                        pattern.match(number % 2 == 0 ? "one kết\(index)" : "one two", scratch) == .found
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 250, count: 8))
    }
}
