import Foundation
import Grok
import TestSupport
import Testing

@Suite struct RubyPatternTests {
    /// What a pattern takes of a text; `nil`: it is not found. All is as Ruby's own engine has it.
    static let taken: [(pattern: String, text: String, taken: String?)] = [
        // Lines.
        ("^b", "a\nb", "b"), ("a$", "a\nb", "a"), ("^$", "a\n", nil), ("\\Ab", "a\nb", nil), ("b\\z", "b\n", nil),
        ("b\\Z", "b\n", "b"), (".*", "a\nb", "a"), ("(?m).*", "a\nb", "a\nb"), ("a(?m:.)b", "a\nb", "a\nb"),
        ("(?m:a.)b.", "a\nb\n", nil), ("\\R", "\r\n", "\r\n"), ("\\Ga", "ba", nil), ("a\\Kb", "ab", "b"),
        // Classes.
        ("\\h+", "xyzBEef09g", "BEef09"), ("\\H+", "09z", "z"), ("[\\h]+", "zff", "ff"), ("[^\\h]+", "ffz", "z"),
        ("\\w+", "kết", "k"), ("[[:alpha:]]+", "kết 1", "kết"), ("[[:word:]]+", "-kết_1", "kết_1"),
        ("\\p{Alpha}+", "1kết", "kết"), ("\\p{Lu}", "aÉ", "É"), ("\\p{^L}+", "a12b", "12"), ("\\P{L}+", "é12", "12"),
        ("\\p{Han}+", "camera 摄像头", "摄像头"), ("\\p{Letter}", "1é", "é"), ("\\b\\w+\\b", "kết no", "no"),
        ("[a-z&&[^b]]+", "bacd", "acd"), ("[^a-z&&[^b]]+", "acbB", "bB"), ("[a-c[x-z]]+", "-bxy", "bxy"),
        ("[a[^b]]+", "bcab", "ca"), ("[]a]+", "x]a]", "]a]"), ("[a-]+", "x-a", "-a"), ("[\\w.-]+", "%a.b-c", "a.b-c"),
        ("[a&&]", "a", nil), ("[\\b]", "b\u{8}", "\u{8}"), ("[[:^space:]]+", " a b", "a"), ("[đã]+", "xđãy", "đã"),
        ("[^đ]+", "đab", "ab"), ("(?i)[[:upper:]]", "a", "a"), ("(?i)[^a]", "aAb", "b"),
        // Groups.
        ("a(?i)B|C", "ac", "ac"), ("a(?i)b|c", "c", nil), ("(?i:k)", "\u{212A}", "\u{212A}"), ("(?-i:a)", "A", nil),
        ("(?x) a b # c", "ab", "ab"), ("(?x:a\\ b)", "a b", "a b"), ("(?x)a +", "aa", "aa"), ("a(?#c)+b", "aab", "aab"),
        ("(?>a+)a", "aaa", nil), ("(?>a+?)c", "aac", "ac"), ("a++a", "aaa", nil), ("(?:ab)*+a", "ababa", "ababa"),
        ("(?<q>['\"]).*?\\k<q>", "x 'y' z", "'y'"), ("(?<a.b>x)\\k<a.b>", "xx", "xx"), ("(a)\\1", "aa", "aa"),
        ("(?<x>a)|(?<x>b)", "b", "b"), ("(?:(?<x>a)|(?<x>b))\\k<x>", "bb", "bb"), ("(?'n'a)\\k'n'", "aa", "aa"),
        ("(?<p>\\((?:[^()]|\\g<p>)*\\))", "x(a(b)c)", "(a(b)c)"), ("(a)?(?(1)b|c)", "c", "c"),
        ("(?<n>a)?(?(<n>)b|c)", "ab", "ab"), ("(?<=a|ab)c", "abc", "c"),
        ("(?<!\\d)\\d{4}(?!\\d)", "12345 1234", "1234"),
        // Repetitions.
        ("a{,2}", "aaa", "aa"), ("a{2}+", "aaaaa", "aaaa"), ("a{2}?", "aaa", "aa"), ("a{2}?b", "b", "b"),
        ("a{1,2}?", "aa", "a"), ("a{x}", "a{x}", "a{x}"), ("a{", "a{", "a{"), ("a**", "aaa", "aaa"), ("}", "}", "}"),
        // Characters.
        ("\\x41\\x{42}\\u0043\\103", "ABCC", "ABCC"), ("\\xC4\\x91", "đ", "đ"), ("\\u{1F4F7}", "📷", "📷"),
        ("\\t\\v\\f\\a\\e", "\t\u{B}\u{C}\u{7}\u{1B}", "\t\u{B}\u{C}\u{7}\u{1B}"),
        ("\\cA\\C-b", "\u{1}\u{2}", "\u{1}\u{2}"),
        ("\\Q.\\E", "QxE", "QxE"), ("\\/\\\"\\-\\@", "/\"-@", "/\"-@"), ("đ+", "xđđ", "đđ"), ("", "abc", ""),
        ("|a", "a", ""),
    ]

    @Test(arguments: taken) func `A pattern takes what Ruby's takes`(
        _ one: (pattern: String, text: String, taken: String?)
    ) throws {
        let scratch = MatchScratch()
        let pattern = try RubyPattern(one.pattern)
        let outcome = pattern.match(one.text, scratch)
        #expect(outcome == (one.taken == nil ? .none : .found), "\(one.pattern)")
        guard outcome == .found, let range = scratch.range(of: 0) else { return }
        #expect(String(decoding: Array(one.text.utf8)[range], as: UTF8.self) == one.taken, "\(one.pattern)")
    }

    @Test func `Groups without a name take nothing where one has a name`() throws {
        #expect(try RubyPattern("(a)(b)").groupNames == [nil, nil])
        #expect(try RubyPattern("(a)(?<[x][y]>b)(?<x>c)(?<x>d)").groupNames == ["[x][y]", "x", "x"])
    }

    static let refused: [(pattern: String, offset: Int, reason: String)] = [
        ("a(b", 1, "not closed"), ("ab)", 2, "closes no group"), ("[a", 0, "not closed"), ("[]", 0, "empty"),
        ("x*|+", 3, "nothing that this + could repeat"), ("a{3,2}", 1, "smaller number"), ("[z-a]", 1, "ends before"),
        ("a{70000}", 1, "65535"), ("(?P<x>a)", 0, "(?<name>"), ("(?<x>a)\\1", 7, "by name"),
        ("(a)\\2", 3, "no group 2"),
        ("\\k<x>", 0, "no group is called x"), ("(?<1>a)", 3, "cannot begin with 1"),
        ("(?z)", 0, "no group that begins"),
        ("ab\\p{Nope}c", 2, "unknown property"), ("[[:foo:]]", 1, "no class [:foo:]"),
        ("a(?<=b*)c", 1, "not fixed length"),
        ("\\", 0, "nothing follows"), ("(?~a)", 0, "not supported"), ("(?u)a", 2, "not supported"),
        ("(?#a", 0, "not closed"),
        (String(repeating: "(", count: 250) + String(repeating: ")", count: 250), 120, "within each other"),
    ]

    @Test(arguments: refused) func `A pattern that is refused says where and why`(
        _ one: (pattern: String, offset: Int, reason: String)
    ) {
        let error = #expect(throws: RubyPatternError.self) { try RubyPattern(one.pattern) }
        #expect(error?.offset == one.offset, "\(one.pattern)")
        #expect(error?.reason.contains(one.reason) == true, "\(error?.reason ?? "")")
        #expect(error?.description.contains("▸") == true)
    }

    @Test func `A pattern that is as deep as may be is read on a small stack`() async throws {
        let deep = 119
        let patterns = [
            String(repeating: "(?:", count: deep) + "a" + String(repeating: ")*", count: deep),
            String(repeating: "(?=", count: deep) + "a" + String(repeating: ")", count: deep),
            String(repeating: "[a&&", count: deep) + "a" + String(repeating: "]", count: deep),
            String(repeating: "(?i)", count: deep) + "a",
            "a" + String(repeating: "{2}?", count: 5) + String(repeating: "*", count: deep - 20),
        ]
        let outcomes = await withCheckedContinuation { continuation in
            let thread = Thread {
                let scratch = MatchScratch()
                continuation.resume(
                    returning: patterns.map { text in (try? RubyPattern(text)).map { $0.match("a", scratch) } })
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        #expect(outcomes == Array(repeating: .found, count: patterns.count))
        #expect(throws: RubyPatternError.self) { try RubyPattern(String(repeating: "(?i)", count: 100_000)) }
    }

    /// Bytes that are no UTF-8 are characters of their own.
    static let bytes: [(pattern: String, text: [UInt8], groups: [Range<Int>?])] = [
        ("^(.)(.*)$", [0xFF, 0x61], [0..<2, 0..<1, 1..<2]),
        ("a(.+?)b(.*)", [0x61, 0xE9, 0x62, 0xC4, 0x91, 0xC4], [0..<6, 1..<2, 3..<6]),
        ("(đ)(.)", [0xC4, 0x91, 0xC4], [0..<3, 0..<2, 2..<3]),
        ("(\\w+)", [0xFF, 0xFE, 0x61, 0x62], [2..<4, 2..<4]),
        ("([^a]+)", [0x61, 0xFF, 0x80, 0x61], [1..<3, 1..<3]),
        ("(\\xFF)", [0x61, 0xFF], [1..<2, 1..<2]),
        ("(.)", [0xED, 0xA0, 0x80], [0..<1, 0..<1]),
    ]

    @Test(arguments: bytes) func `What is no UTF-8 is matched as bytes`(
        _ one: (pattern: String, text: [UInt8], groups: [Range<Int>?])
    ) throws {
        let pattern = try RubyPattern(one.pattern)
        let scratch = MatchScratch()
        let outcome = one.text.withUnsafeBufferPointer { pattern.match($0, scratch) }
        #expect(outcome == .found)
        #expect((0...pattern.groupCount).map { scratch.range(of: $0) } == one.groups)
    }

    static let replaced: [(text: String, pattern: String, replacement: String, result: String?)] = [
        ("a.b.c", "\\.", "_", "a_b_c"), ("abc", "x", "y", nil), ("ABC123", "\\D", "", "123"),
        ("abc", "", "-", "-a-b-c-"),
        ("abc", "x*", "-", "-a-b-c-"), ("baac", "a*", "-", "-b--c-"),
        ("John Smith", "(\\w+) (\\w+)", "\\2 \\1", "Smith John"),
        ("ab", "(?<x>a)", "<\\k<x>>", "<a>b"), ("ab", "b", "[\\0\\&]", "a[bb]"), ("abc", "b", "\\`|\\'", "aa|cc"),
        ("a/b", "/", "\\\\", "a\\b"), ("ab", "a", "\\n", "\\nb"), ("đa đb", "đ", "d", "da db"),
        ("kết", "", ".", ".k.ế.t."),
        ("a\nb", "^", "> ", "> a\n> b"), ("aa", "(?<x>b)?a", "\\k<x>!", "!!"), ("ab", "a", "\\9", "b"),
    ]

    @Test(arguments: replaced) func `Replacing goes as Ruby's gsub`(
        _ one: (text: String, pattern: String, replacement: String, result: String?)
    ) throws {
        let pattern = try RubyPattern(one.pattern)
        let outcome = Array(one.text.utf8).withUnsafeBufferPointer {
            pattern.replacingAll(in: $0, with: RubyReplacement(one.replacement, for: pattern), MatchScratch())
        }
        #expect(outcome == one.result.map { .replaced(Array($0.utf8)) } ?? .unchanged)
    }

    @Test func `Bytes that are no UTF-8 stay as they are around what is replaced`() throws {
        let pattern = try RubyPattern("a")
        let outcome = ([0xFF, 0x61, 0xC4] as [UInt8]).withUnsafeBufferPointer {
            pattern.replacingAll(in: $0, with: RubyReplacement("bc", for: pattern), MatchScratch())
        }
        #expect(outcome == .replaced([0xFF, 0x62, 0x63, 0xC4]))
    }

    @Test func `A text that replacing would make too large is left alone`() throws {
        let pattern = try RubyPattern("a")
        let outcome = Array(repeating: UInt8(ascii: "a"), count: 4_000).withUnsafeBufferPointer {
            pattern.replacingAll(
                in: $0, with: RubyReplacement("\\`\\'", for: pattern), MatchScratch(), bytesMax: 1 << 16)
        }
        #expect(outcome == .limitReached)
    }
}
