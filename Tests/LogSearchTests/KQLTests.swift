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
            // Lucene, pasted.
            ("foo && bar", 4), ("foo || bar", 4), ("foo:bar && baz", 8), ("n:[1 TO 5]", 2), ("n:{1 TO 5}", 2),
            ("foo and n: [1 TO *}", 11), ("message:/time ?out/", 8), ("/time ?out/", 0), ("+foo", 0), ("foo +bar", 4),
            ("+level:ERROR -x", 0), ("foo -level:INFO", 4), ("!level:INFO", 0), ("_exists_:foo", 0), ("-(foo)", 0),
        ])
    func refusals(_ text: String, _ offset: Int) {
        let error = #expect(throws: LogQueryError.self, "\(text)") { try LogQuery.kql(text) }
        #expect(error?.offset == offset, "\(text): \(error?.description ?? "")")
    }

    @Test(
        "pasted from Lucene get what to write instead",
        arguments: [
            ("a && b", "and"), ("a || b", "or"), ("bytes:[100 TO 500}", "bytes >= 100 and bytes < 500"),
            ("bytes:{100 TO *]", "bytes > 100"), ("bytes:[* TO *]", "bytes: *"), ("-level:INFO", "not level"),
            ("m:/a.b/", "Lucene"), ("_exists_:a", "a star"),
        ])
    func mends(_ text: String, _ mend: String) {
        let error = #expect(throws: LogQueryError.self) { try LogQuery.kql(text) }
        #expect(error?.mend.contains(mend) == true, "\(error?.description ?? "")")
    }

    @Test(
        "may hold what only looks like Lucene",
        arguments: [
            "path:/var/log/", "path: /var/log/x.log", "a&&b", "[error] in line 5", "+0700", "a - b", "offset: -5",
            "-rtsp_transport tcp", "C++ and x", "R&D", "\"a && b\"", "message:\"/x/\"", "1/10", "a:{ b: c }",
        ])
    func text(_ text: String) {
        #expect(throws: Never.self, "\(text)") { try LogQuery.kql(text) }
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
