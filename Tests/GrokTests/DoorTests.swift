import Patterns
import TestSupport
import Testing

@testable import Grok

/// What RE2 is asked before PCRE2 must accept all that PCRE2 does.
@Suite struct DoorTests {
    @Test func `RE2 accepts every text that a built-in pattern takes, and what is made of such texts`() throws {
        var generator = SeededGenerator(for: "texts at the door")
        let scratch = MatchScratch()
        let texts = PatternTexts.all.map(\.text)
        var taken = 0
        let library = GrokLibrary(.legacy)
        for (name, text) in PatternTexts.all where library[name] != nil {
            let pattern = try GrokPattern("%{\(name)}", library).expression
            let door = try #require(pattern.door, "\(name) refers to no group")
            for tried in [text, Self.changed(text, &generator), generator.pick(texts)] {
                guard pattern.match(tried, scratch) == .found else { continue }
                taken += 1
                #expect(door.isFound(in: tried), "\(name) takes \(tried)")
            }
        }
        #expect(taken > 400)
    }

    @Test func `RE2 accepts every text that a pattern made at random takes`() throws {
        var generator = SeededGenerator(for: "patterns at the door")
        let scratch = MatchScratch()
        var taken = 0
        for _ in 0..<400 {
            let written = Self.alternatives(3, &generator)
            guard let pattern = try? RubyPattern(written), let door = pattern.door else { continue }
            for _ in 0..<12 {
                let text = Self.text(&generator)
                guard pattern.match(text, scratch) == .found else { continue }
                taken += 1
                #expect(door.isFound(in: text), "/\(written)/ takes \(text)")
            }
        }
        #expect(taken > 300)
    }

    @Test func `Where groups are referred to nothing is asked`() throws {
        for pattern in ["(a)\\1", "(?<x>a)\\k<x>", "(?<x>a)\\g<x>", "(a)?(?(1)b|c)"] {
            #expect(try RubyPattern(pattern).door == nil)
        }
    }

    @Test func `A text that is not taken is refused by RE2 after some of its kind`() throws {
        let pattern = try RubyPattern("(?<![0-9])took (?>[0-9]+)ms")
        let scratch = MatchScratch()
        for _ in 0..<20 { #expect(pattern.match("nothing of the kind", scratch) == .none) }
        // What RE2 accepts, PCRE2 still judges.
        #expect(pattern.match("1took 12ms", scratch) == .none)
        #expect(pattern.match("it took 12ms", scratch) == .found)
    }

    private static func changed(_ text: String, _ generator: inout SeededGenerator) -> String {
        var characters = Array(text)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0...characters.count, using: &generator)
            if generator.chance(40), place < characters.count {
                characters.remove(at: place)
            } else {
                characters.insert(generator.pick(Array(" -:.09azé/\"\n")), at: place)
            }
        }
        return String(characters)
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let letters = Array("aAbBcké1_ .-\n\u{212A}ß")
        return String((0..<Int.random(in: 0...12, using: &generator)).map { _ in generator.pick(letters) })
    }

    private static func alternatives(_ depth: Int, _ generator: inout SeededGenerator) -> String {
        (0..<generator.pick([1, 1, 1, 2, 3])).map { _ in
            (0..<generator.pick([1, 2, 2, 3])).map { _ in
                atom(depth, &generator)
                    + generator.pick(["", "", "", "*", "+", "?", "*?", "++", "{2}", "{,2}", "{1,3}?", "{2}+"])
            }.joined()
        }.joined(separator: "|")
    }

    private static func atom(_ depth: Int, _ generator: inout SeededGenerator) -> String {
        let simple = [
            "a", "b", "k", "é", "1", "_", "\\.", "\\n", ".", "\\w", "\\W", "\\d", "\\s", "\\S", "\\h", "\\H", "[abc]",
            "[^a]", "[^\\w]", "[[:alpha:]]", "[^[:alpha:]]", "[[:^upper:]]", "[a-c&&[^b]]", "[^a-c&&[b1]]", "[^é]",
            "[a[^b]]", "\\p{L}", "\\P{Lu}", "(?:^)", "(?:$)", "(?:\\A)", "(?:\\z)", "(?:\\Z)", "(?:\\b)", "(?:\\B)",
        ]
        if depth == 0 || generator.chance(60) { return generator.pick(simple) }
        let opening = generator.pick(["(", "(?:", "(?>", "(?=", "(?!", "(?i:", "(?m:", "(?i-m:"])
        return opening + alternatives(depth - 1, &generator) + ")"
    }
}
