import Model
import Testing

@testable import TraceSearch

@Suite("The language of trace searches")
struct TraceQueryTextTests {
    private typealias Condition = SpanQuery.Condition

    private static let above = 1.5e9.nextUp...Double.infinity
    private static let read: [(String, [SpanQuery.Condition])] = [
        ("", []), ("   ", []),
        ("service=recorder", [.init(.service, .equals("recorder"))]),
        ("service==recorder", [.init(.service, .equals("recorder"))]),
        ("name=\"segment write\"", [.init(.name, .equals("segment write"))]),
        ("operation~write", [.init(.name, .contains("write"))]),
        ("kind=SERVER status=error", [.init(.kind, .equals("server")), .init(.status, .equals("error"))]),
        ("duration>1.5s", [.init(.duration, .number(above))]),
        ("duration<=20ms", [.init(.duration, .number(-Double.infinity...2e7))]),
        ("duration=1m30s", [.init(.duration, .number(9e10...9e10))]),
        ("duration>=0", [.init(.duration, .number(0...Double.infinity))]),
        ("camera=cam-7", [.init(.attribute("camera"), .equals("cam-7"))]),
        (
            "http.response.status_code>=500",
            [.init(.attribute("http.response.status_code"), .number(500...Double.infinity))]
        ),
        ("x<-2.5", [.init(.attribute("x"), .number(-Double.infinity...(-2.5).nextDown))]),
        ("db.query.text~\"select \\\"a\\\\\"", [.init(.attribute("db.query.text"), .contains("select \"a\\"))]),
        ("service!=api", [.init(.service, .equals("api"), isNegated: true)]),
        ("name!~get", [.init(.name, .contains("get"), isNegated: true)]),
        (
            "-kind=client !root=true",
            [
                .init(.kind, .equals("client"), isNegated: true), .init(.root, .equals("true"), isNegated: true),
            ]
        ),
        ("-service!=api", [.init(.service, .equals("api"))]),
        ("http.route=*", [.init(.attribute("http.route"), .exists)]),
        ("http.route=\"*\"", [.init(.attribute("http.route"), .equals("*"))]),
        ("a=\"\"", [.init(.attribute("a"), .equals(""))]),
        (".name=x", [.init(.attribute("name"), .equals("x"))]),
        ("\"odd = name\"=x", [.init(.attribute("odd = name"), .equals("x"))]),
        ("event=exception", [.init(.event, .equals("exception"))]),
        ("error=true", [.init(.status, .equals("error"))]),
        ("error=false", [.init(.status, .equals("error"), isNegated: true)]),
        (
            "segment -client",
            [
                .init(.name, .contains("segment")), .init(.name, .contains("client"), isNegated: true),
            ]
        ),
        ("\"GET /a\"", [.init(.name, .contains("GET /a"))]),
        ("http.url=https://a/b?c=d", [.init(.attribute("http.url"), .equals("https://a/b?c=d"))]),
        ("http://a", [.init(.name, .contains("http://a"))]),
        ("kamera=Tür-\u{1F3A5}", [.init(.attribute("kamera"), .equals("Tür-\u{1F3A5}"))]),
    ]

    @Test("is read", arguments: read)
    func reads(text: String, conditions: [SpanQuery.Condition]) throws {
        #expect(try TraceQueryText.read(text) == .conditions(conditions))
    }

    @Test("is written back, and reads the same", arguments: read)
    func writes(_: String, conditions: [SpanQuery.Condition]) throws {
        let text = TraceQueryText.text(conditions)
        #expect(try TraceQueryText.read(text) == .conditions(conditions), "\(text)")
    }

    @Test(
        "a trace's number alone is that trace",
        arguments: [
            ("4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("  trace=4bf92f3577b34da6a3ce929d0e0e4736 ", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("a3ce929d0e0e4736", "0000000000000000a3ce929d0e0e4736"),
        ])
    func traces(text: String, id: String) throws {
        let wanted = try #require(TraceID(id))
        #expect(try TraceQueryText.read(text) == .trace(wanted))
    }

    @Test("a number of zeros is no trace", arguments: [String(repeating: "0", count: 32), "deadbeef"])
    func noTraces(text: String) throws {
        let question = try TraceQueryText.read(text)
        guard case .conditions = question else { return #expect(Bool(false), "\(question)") }
    }

    @Test(
        "says where it cannot be read, and the mend",
        arguments: [
            ("service=", 8, "a value must stand"), ("=x", 0, "a name must stand"), ("a \"b", 2, "never closed"),
            ("service>3", 7, "is a text"), ("kind=servant", 5, "internal, server, client"),
            ("status~e", 6, "unset, ok, error"),
            ("duration>5", 9, "a unit behind the number"), ("duration>fast", 9, "a number and a unit"),
            ("duration~5s", 8, "is compared by"), ("code>=high", 6, "takes a number"),
            ("a=1 AND b=2", 4, "leave AND out"),
            ("a=1 OR b=2", 4, "there is no OR"), ("NOT a=1", 0, "write -"), ("service:api", 7, "service=api"),
            ("http.method:GET", 11, "equals sign"), ("x=1 4bf92f3577b34da6a3ce929d0e0e4736", 4, "stands alone"),
            ("a=b\"c\"", 3, "quotation mark within"), ("a=\"b\"c", 5, "a blank must stand"),
            ("a=1 -", 5, "a name must stand"),
            ("trace=12", 0, "32 hexadecimal"), ("root=yes", 5, "true, false"), ("x>inf", 2, "takes a number"),
            ("duration>99999999d", 9, "a number and a unit"),
        ])
    func refuses(text: String, offset: Int, words: String) {
        let error = #expect(throws: TraceQueryRefused.self) { try TraceQueryText.read(text) }
        #expect(error?.offset == offset && error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test("is bounded")
    func bounds() {
        #expect(throws: TraceQueryRefused.self) { try TraceQueryText.read(String(repeating: "a", count: 8_193)) }
        #expect(throws: TraceQueryRefused.self) { try TraceQueryText.read(String(repeating: "a ", count: 101)) }
    }

    @Test(
        "durations are written for people and read",
        arguments: [
            (0, "0 ns", "0"), (999, "999 ns", "999ns"), (1_430, "1.43 µs", "1.43us"), (999_499, "999 µs", "999.499us"),
            (999_600, "1 ms", "999.6us"), (20_000_000, "20 ms", "20ms"), (1_400_000_000, "1.4 s", "1.4s"),
            (59_960_000_000, "1 min", "59.96s"), (125_000_000_000, "2 min 5 s", "125s"),
            (4_320_000_000_000, "1 h 12 min", "4320s"),
            (259_200_000_000_000, "3 d", "259200s"), (-5, "-5 ns", "-5ns"),
        ])
    func durations(nanoseconds: Int64, text: String, code: String) {
        #expect(SpanDuration.text(nanoseconds) == text)
        #expect(SpanDuration.code(nanoseconds) == code)
        if nanoseconds >= 0 { #expect(SpanDuration.nanoseconds(code) == nanoseconds) }
    }

    @Test("what is no duration", arguments: ["", "s", "5", "1.2.3s", "5 s", "5parsec", "-1s", "1e9s"])
    func noDurations(text: String) { #expect(SpanDuration.nanoseconds(text) == nil) }
}
