import LogSearch
import Model
import Testing

@Suite("KQL queries")
struct KQLTests {
    @Test(
        "are read as Kibana does",
        arguments: [
            ("", "*:*"), ("*", "*:*"), ("*:*", "*:*"), ("foo and bar and baz", "+foo +bar +baz"),
            ("foo OR bar And baz", "foo (+bar +baz)"), ("not foo or bar", "(-foo) bar"),
            ("foo and not bar", "+foo -bar"),
            ("foo:(bar or baz)", "foo:bar foo:baz"), ("a.b: \"x y\"", "a.b:\"x y\""), ("n >= 5", "n:[5 TO *]"),
            ("n<5", "n:[* TO 5}"),
            ("a:{ b: c and d: e }", "+a.b:c +a.d:e"), ("foo*: bar", "foo*:bar"), ("foo:*", "foo:*"), ("a\\:b", "a:b"),
            ("foo:\\and", "foo:and"), ("android", "android"), ("cannot connect", "(cannot connect)"),
            ("foo: \"*\"", "foo:\"*\""),
        ])
    func meaning(_ text: String, _ expected: String) throws {
        #expect(try LogQuery.kql(text).description == expected)
    }

    @Test(
        "that are wrong are refused with the place and the mend",
        arguments: [
            ("foo and", 7), ("and foo", 0), ("foo:", 4), ("(foo", 0), ("foo)", 3), ("\"foo", 0), ("foo:bar baz:x", 11),
            ("status:>=500", 7), ("a:{b:c", 2), ("n >= ", 5), ("n > 5*", 2), ("foo\\", 3), ("foo:()", 5),
        ])
    func refusals(_ text: String, _ offset: Int) {
        let error = #expect(throws: LogQueryError.self, "\(text)") { try LogQuery.kql(text) }
        #expect(error?.offset == offset, "\(text): \(error?.description ?? "")")
    }

    @Test(
        "match the events they describe",
        arguments: [
            ("component: recording and level: error", true), ("message: connection lost", true),
            ("message: \"connection lost\"", false), ("message: \"connection failed\"", true), ("status >= 500", true),
            ("status < 500", false), ("level: (WARN or ERROR)", true), ("not level: INFO", true),
            ("comp*: recording", true),
            ("camera_id: cam-0*", true), ("camera_id: cam", false), ("nothing: null", true), ("level: null", false),
            ("log:{ file.path: *x.log }", true), ("level: *", true), ("absent: *", false), ("site: North Gate", true),
            ("@timestamp >= now-1h and @timestamp <= now", true), ("@timestamp > \"2026-11-23\"", false),
            ("failed or absent", true),
            ("status: 500 503", true), ("level: ERROR or component: api and absent: x", true),
        ])
    func matching(_ text: String, _ expected: Bool) throws {
        #expect(try LogQuery.kql(text, now: noon).matches(LuceneTests.camera) == expected)
    }
}
