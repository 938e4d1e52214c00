import Testing

@testable import LogPipeline

@Suite("Pairs of keys and values")
struct KeyValueTextTests {
    private static func text(_ value: KeyValueText.Value) -> String {
        switch value {
        case .text(let text): text
        case .list(let list): "[" + list.map(text).joined(separator: ", ") + "]"
        case .pairs(let pairs): "{" + pairs.map { "\($0.key): \(text($0.value))" }.joined(separator: "; ") + "}"
        }
    }

    private static func read(
        _ texts: String..., keys: KeyValueText.Keys = .init(), defaults: [(key: String, value: String)] = [],
        _ change: (inout KeyValueText.Options) -> Void = { _ in }
    ) throws -> String {
        var options = KeyValueText.Options()
        change(&options)
        let pairs = try KeyValueText(options).pairs(in: texts, keys: keys, defaults: defaults)
        return pairs.map { "\($0.key): \(text($0.value))" }.joined(separator: "; ")
    }

    @Test(
        "are split at blanks and signs of equality; quotes and brackets hold a value together",
        arguments: [
            ("ip=1.2.3.4 error=REFUSED", "ip: 1.2.3.4; error: REFUSED"), ("a=\"b c\" d='e f'", "a: b c; d: e f"),
            ("a=(b c) d=[e f] g=<h i>", "a: b c; d: e f; g: h i"), ("a = b  c= d", "a: b; c: d"),
            ("a=\"b\"c d=e", "a: \"b\"c; d: e"), ("a=\"b c d=e", "a: \"b; d: e"), ("a= b=c", "a: b=c"),
            ("nothing here", ""), ("", ""), ("=x a=b", "a: b"), ("a=b=c", "a: b=c"), ("a=\"\" b=c", "b: c"),
            ("a=b a=c a=b", "a: [b, c, b]"), ("key\\ with=1 b=\"x\\\" y\"", "key\\ with: 1; b: x\\\" y"),
            ("a\\=b", "a\\: b"), ("é=ü", "é: ü"), ("msg word a=1", "a: 1"), ("a=\"1\"\nb=2", "a: 1; \nb: 2"),
        ])
    func usual(text: String, pairs: String) throws { #expect(try Self.read(text) == pairs) }

    @Test("are split at other characters, or at what a pattern finds")
    func splits() throws {
        #expect(
            try Self.read("?pin=12345~0&d=123&e=foo@bar.com") { $0.fieldSplit = "&?" }
                == "pin: 12345~0; d: 123; e: foo@bar.com")
        #expect(try Self.read("a:1 b:2") { $0.valueSplit = ":" } == "a: 1; b: 2")
        #expect(try Self.read("k1=v1:k2=v2::k3=v3") { $0.fieldSplitPattern = ":+" } == "k1: v1; k2: v2; k3: v3")
        #expect(
            try Self.read("a: 1, b: x y") { ($0.fieldSplitPattern, $0.valueSplitPattern) = (", ", ": ") }
                == "a: 1; b: x y")
        #expect(try Self.read("a[1]b[2") { ($0.fieldSplit, $0.valueSplit) = ("\\]", "\\[") } == "a: 1; b: 2")
        #expect(try Self.read("a=1\tb=2") { $0.fieldSplit = "\\s" } == "a: 1; b: 2")
    }

    @Test("keep blanks around what splits where whitespace is strict, and brackets where they are not included")
    func strictness() throws {
        #expect(try Self.read("a= b=c") { $0.isLenient = false } == "b: c")
        #expect(try Self.read("a=(b c) d=e") { $0.includeBrackets = false } == "a: (b; d: e")
        #expect(
            try Self.read("a=\"\" b= c=d") { ($0.allowEmptyValues, $0.isLenient) = (true, false) } == "a: ; b: ; c: d")
    }

    @Test("are trimmed, stripped of characters, and written otherwise")
    func changes() throws {
        #expect(
            try Self.read("<from>=<me>, to=you,") { ($0.trimKey, $0.trimValue) = ("<>", "<>\\[\\],") }
                == "from: me; to: you")
        #expect(try Self.read("a-b=c-d") { ($0.removeCharKey, $0.removeCharValue) = ("-", "\\-") } == "ab: cd")
        #expect(
            try Self.read("Ab=cDe") { ($0.transformKey, $0.transformValue) = (.uppercase, .capitalize) } == "AB: Cde")
        #expect(try Self.read("a=b") { $0.transformKey = .init(rawValue: "uppercase") } == "A: b")
    }

    @Test("are taken or left by their keys, have a prefix, and defaults before them")
    func keys() throws {
        let text = "Hey, from=<abc>, to=def foo=bar"
        #expect(try Self.read(text, keys: .init(include: ["from", "to"])) == "from: <abc>,; to: def")
        #expect(try Self.read(text, keys: .init(exclude: ["from"])) == "to: def; foo: bar")
        #expect(try Self.read("a=1", keys: .init(prefix: "arg_")) == "arg_a: 1")
        #expect(try Self.read("a=1", defaults: [("a", "x"), ("b", "y")]) == "b: y; a: 1")
        #expect(try Self.read("a=1", "b=2 a=3") == "a: [1, 3]; b: 2")
    }

    @Test("are found in values in turn, and once where they are the same")
    func recursion() throws {
        #expect(try Self.read("bracket=[foo=bar x=y] a=1") { $0.recursive = true } == "bracket: {foo: bar; x: y}; a: 1")
        #expect(try Self.read("a=1 a=1 a=2 a=2 a=10") { $0.allowDuplicateValues = false } == "a: [1, 2, 10]")
    }

    @Test("of options that cannot be read say which")
    func refused() {
        func message(_ change: @escaping (inout KeyValueText.Options) -> Void) -> String? {
            (#expect(throws: KeyValueError.self) { _ = try Self.read("a=1") { change(&$0) } })?.description
        }
        #expect(message { $0.valueSplit = "" } == "cannot use value_split: it is empty")
        #expect(message { $0.fieldSplitPattern = "(" }?.hasPrefix("cannot use field_split_pattern: missing )") == true)
        #expect(
            message { $0.trimKey = "é" } == "cannot use trim_key: \"é\" names other than single characters of ASCII")
    }

    @Test(
        "of texts made to be slow are found in time",
        arguments: ["a=(x ", "a=(\\x ", "a=\"x ", "\\=", "k ", "a=<x\\> ", "a=b "], ["", ")z", "\"z"])
    func hostile(part: String, end: String) throws {
        let text = String(repeating: part, count: 10_000) + end
        let plain = try KeyValueText()
        var options = KeyValueText.Options()
        options.fieldSplitPattern = ", "
        options.valueSplitPattern = "=>"
        let patterns = try KeyValueText(options)
        #expect(ContinuousClock().measure { _ = plain.pairs(in: [text]) + patterns.pairs(in: [text]) } < .seconds(10))
    }
}
