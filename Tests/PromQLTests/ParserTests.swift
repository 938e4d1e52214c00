import PromQL
import Testing

/// Where and why an expression is refused, and how one is shown.
struct ParserTests {
    struct Refusal: Sendable {
        let text: String
        let place: String
        let message: String

        init(_ text: String, _ place: String, _ message: String) {
            self.text = text
            self.place = place
            self.message = message
        }
    }

    static let refusals = [
        Refusal("", "1:1", "no expression found in input"),
        Refusal("# nothing", "1:10", "no expression found in input"),
        Refusal("rate(up)", "1:6", "expected type range vector in call to function \"rate\", got instant vector"),
        Refusal("rate(up[5m]", "1:12", "unexpected end of input in call"),
        Refusal("sum(rate(up[5m]))\n  +\n  bogus(1)", "3:3", "unknown function with name \"bogus\""),
        Refusal("up{job=}", "1:8", "expected string"),
        Refusal("up{job=~\"(\"}", "1:9", "error parsing regexp"),
        Refusal("up{job=\"a\" mode=\"b\"}", "1:12", "expected \",\""),
        Refusal("{job=~\".*\"}", "1:1", "vector selector must contain at least one non-empty matcher"),
        Refusal("1 > 2", "1:3", "comparisons between scalars must use BOOL modifier"),
        Refusal("up[5m] + 1", "1:1", "binary expression must contain only scalar and instant vector types"),
        Refusal("up[0s]", "1:4", "duration must be greater than 0"),
        Refusal("up[5x]", "1:4", "bad number or duration syntax"),
        Refusal("up[99999y]", "1:4", "out of range"),
        Refusal("up offset", "1:10", "expected a duration"),
        Refusal("\"open", "1:1", "unterminated quoted string"),
        Refusal("a \"\\q\"", "1:3", "unknown escape sequence"),
        Refusal("topk(up)", "1:1", "wrong number of arguments"),
        Refusal("topk(up, up)", "1:6", "expected type scalar in aggregation parameter"),
        Refusal("sum(1)", "1:5", "expected type instant vector in aggregation expression, got scalar"),
        Refusal("clamp(up, 1)", "1:1", "expected 3 argument(s)"),
        Refusal("up and 1", "1:4", "set operator \"and\" not allowed in binary scalar expression"),
        Refusal("a * on (b) group_left (b) c", "1:27", "must not occur in ON and GROUP clause at once"),
        Refusal("up ü", "1:4", "unexpected character: 'ü'"),
        Refusal("up @ Inf", "1:6", "expected timestamp"),
        Refusal("mad_over_time(up[5m])", "1:1", "not enabled"),
        Refusal("rate(up[5m] smoothed)", "1:13", "not enabled"),
        Refusal("a + fill(0) b", "1:5", "not enabled"),
        Refusal("sum(up) by (job) by (job)", "1:18", "unexpected identifier \"by\""),
        Refusal("up[1m:0s]", "1:7", "duration must be greater than 0"),
        Refusal("up[1m / 0]", "1:9", "division by zero"),
        Refusal("\n\n  )", "3:3", "unexpected \")\""),
    ]

    @Test("A refusal tells the place and the reason", arguments: refusals)
    func refusal(_ one: Refusal) {
        let error = #expect(throws: PromQLParseError.self) { try PromQLParser.parse(one.text) }
        guard let error else { return }
        #expect(error.description.hasPrefix("\(one.place): parse error: "), "\(one.text): \(error)")
        #expect(error.message.contains(one.message), "\(one.text): \(error)")
    }

    @Test(
        "Extensions are refused where they make no sense",
        arguments: [
            "sum_over_time(up[5m] anchored)", "up anchored", "resets(up[5m] smoothed)",
            "max_over_time(up[5m:] smoothed)",
            "a and fill(0) b", "1 + fill(0) a", "info(a, 1)", "info({})", "a + fill(b) c",
        ])
    func misplaced(_ text: String) {
        #expect(throws: PromQLParseError.self) { try PromQLParser.parse(text, features: Set(PromQLFeature.allCases)) }
    }

    @Test(
        "An expression is shown as one line that reads the same",
        arguments: [
            ("sum  by(job)(rate(up{ a = 'b' }[5m]))", "sum by (job) (rate(up{a=\"b\"}[5m]))"),
            ("a*on(x)group_left(y)b", "a * on (x) group_left (y) b"),
            ("a == bool 1", "a == bool 1"), ("-up", "-up"), ("(a+b)[1h:5m] offset 1m", "(a + b)[1h:5m] offset 1m"),
            ("up @ 3.5 offset -5m", "up @ 3.500 offset -5m"), ("up[5m] @ end()", "up[5m] @ end()"),
            ("{\"my.metric\", \"a.b\"=\"c\"}", "{\"my.metric\",\"a.b\"=\"c\"}"),
            ("{'foo\\'bar', `a\\dos\\path`=\"boo\"}", "{\"foo'bar\",\"a\\\\dos\\\\path\"=\"boo\"}"),
            ("topk by (a) (3, up)", "topk by (a) (3, up)"), ("sum without () (up)", "sum without () (up)"),
            ("a and on () b", "a and on () b"), ("rate(up[2m + step() * 2])", "rate(up[2m + step() * 2s])"),
            ("up offset (1m - 30s)", "up offset (1m - 30s)"),
            ("up[(1m + 30s) * 2]", "up[(1m + 30s) * 2s]"), ("up[-(10s - 5s) + 20s]", "up[-(10s - 5s) + 20s]"),
            ("up[max_of(step(), 5s)] offset -range()", "up[max_of(step(), 5s)] offset -range()"),
            ("sum(a) by (\"x.y\")", "sum by (\"x.y\") (a)"),
            ("1 + 2 * 3", "1 + 2 * 3"), ("up[5m] anchored", "up[5m] anchored"),
            ("a + on(x) fill_left(0) b", "a + on (x) fill_left (0) b"), ("Inf", "+Inf"),
            ("info(a, {})", "info(a, {})"), ("info(a, {b='c'})", "info(a, {b=\"c\"})"),
        ])
    func shown(_ text: String, _ wanted: String) throws {
        let features = Set(PromQLFeature.allCases)
        let shown = try PromQLParser.parse(text, features: features).prettyPrinted
        #expect(shown == wanted)
        #expect(try PromQLParser.parse(shown, features: features).prettyPrinted == shown)
    }

    @Test(
        "Keywords are names of metrics and labels where nothing else is meant",
        arguments: [
            "sum(by)", "offset offset 5m", "by", "without{on=\"a\"}", "sum by (by, on, offset) (and)", "sum{sum=\"a\"}",
            "start + end", "smoothed", "avg(rate(anchored[5m]))", "step[5m]", "a and and", "fill + fill_left", "bool:a",
        ])
    func keywords(_ text: String) {
        #expect(throws: Never.self) { try PromQLParser.parse(text, features: Set(PromQLFeature.allCases)) }
    }

    @Test("Deep nesting is refused, not followed")
    func depth() {
        for open in ["(", "-", "sum(", "up[(", "1 ^ ", "up[-"] {
            let text = String(repeating: open, count: 100_000)
            #expect(throws: PromQLParseError.self, "\(open)") { try PromQLParser.parse(text) }
        }
    }

    @Test(
        "Rows of operators without end are refused, and quickly",
        arguments: ["+1", " or a", "^1", "* on() a", " unless a"])
    func rows(link: String) {
        let text = (link.contains("a") ? "a" : "1") + String(repeating: link, count: 200_000)
        #expect(throws: PromQLParseError.self) { try PromQLParser.parse(text) }
        let duration = "up[1s" + String(repeating: "+1s", count: 200_000) + "]"
        #expect(throws: PromQLParseError.self) { try PromQLParser.parse(duration) }
        let long = (link.contains("a") ? "a" : "1") + String(repeating: link, count: 150)
        #expect(throws: Never.self) { try PromQLParser.parse(long) }
    }

    @Test("Mutated expressions never stop the parser")
    func mutations() {
        let seeds = Self.refusals.map(\.text) + ["sum by (a) (rate(x{b=~\"c.*\"}[5m:1m] @ end() offset -1h)) / 0x1F"]
        let spice = Array("{}()[]\"'`\\0.e:@=~,-#x".utf8)
        var random: UInt64 = 42
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % max(bound, 1)
        }
        for _ in 0..<20_000 {
            var bytes = Array(seeds[next(seeds.count)].utf8)
            for _ in 0...next(3) {
                let place = next(bytes.count + 1)
                switch next(3) {
                case 0 where place < bytes.count: bytes.remove(at: place)
                case 1 where place < bytes.count: bytes[place] = UInt8(next(256))
                default: bytes.insert(spice[next(spice.count)], at: place)
                }
            }
            _ = try? PromQLParser.parse(String(decoding: bytes, as: UTF8.self), features: Set(PromQLFeature.allCases))
        }
    }
}
