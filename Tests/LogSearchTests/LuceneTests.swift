import LogSearch
import Model
import Testing

/// 23 November 2026, 12:00 UTC.
let noon: Int64 = 1_795_435_200_000

func event(_ message: String = "", at time: Int64 = noon, _ fields: [String: LogValue] = [:]) -> LogEvent {
    LogEvent(timestamp: time, fields: fields.merging(["message": .string(message)]) { $1 })
}

@Suite("Lucene queries")
struct LuceneTests {
    @Test(
        "are read as Lucene and Elasticsearch do",
        arguments: [
            ("", "*:*"), ("  ", "*:*"), ("*:*", "*:*"), ("a", "a"), ("a b", "a b"), ("a AND b OR c", "+a +b c"),
            ("a OR b AND c", "a +b +c"), ("NOT a", "-a"), ("a && !b", "+a -b"), ("+a -b c", "+a -b c"),
            ("x:(a OR b)", "x:a x:b"), ("x:(+a -(b c))", "+x:a -(x:b x:c)"), ("a\\ b", "a b"),
            ("x:[1 TO 5}", "x:[1 TO 5}"), ("x:{* TO \"b c\"]", "x:{* TO b c]"), ("x:>=5", "x:[5 TO *]"),
            ("x:<5", "x:[* TO 5}"), ("roam~", "roam~2"), ("roam~1^3", "roam~1"), ("(a b)^2 c", "(a b) c"),
            ("_exists_:x", "x:*"), ("x : y", "x:y"), ("a-b+c", "a-b+c"), ("/var/log/x", "/var/log/x"),
            ("/a.c/", "/a.c/"),
            ("\"a \\\" b\"", "\"a \" b\""), ("\\u0041", "A"), ("AND\\", nil), ("ANDROID", "ANDROID"),
            ("x:\"AND\"", "x:\"AND\""),
        ] as [(String, String?)])
    func meaning(_ text: String, _ expected: String?) throws {
        guard let expected else {
            #expect(throws: LogQueryError.self) { try LogQuery.lucene(text) }
            return
        }
        #expect(try LogQuery.lucene(text).description == expected)
    }

    @Test(
        "that are wrong are refused with the place and the mend",
        arguments: [
            ("a AND", 2), ("OR a", 0), ("(a", 0), ("a)", 1), ("\"a", 0), ("x:", 1), ("x:[1 5]", 5), ("x:[1 TO 5", 2),
            ("a\\", 1), ("x:[TO 5]", 3), ("a AND OR b", 6), ("a^", 1), ("a~1.1", 1), ("()", 0), ("\\u00g1", 0),
            ("x:/[/", 2), ("a ]", 2), ("x:>", 2), ("x:)", 1), ("x:NOT a", 2), ("message:12:30:05", 10),
            ("a AND url:rtsp://10.0.0.1:554/s", 14), ("x:y :z", 4),
        ])
    func refusals(_ text: String, _ offset: Int) {
        let error = #expect(throws: LogQueryError.self, "\(text)") { try LogQuery.lucene(text) }
        #expect(error?.offset == offset, "\(text): \(error?.description ?? "")")
        #expect(error?.description.contains(error?.mend ?? "-") == true)
    }

    @Test("nested too deep are refused, not crashed upon")
    func depth() {
        #expect(throws: LogQueryError.self) {
            try LogQuery.lucene(String(repeating: "(", count: 50_000) + "a" + String(repeating: ")", count: 50_000))
        }
        #expect(throws: LogQueryError.self) { try LogQuery.kql(String(repeating: "not ", count: 50_000) + "a") }
        for count in [2, 2_000, 10_000] {
            #expect(throws: LogQueryError.self) {
                try LogQuery.lucene(String(repeating: "a:", count: count) + "b")
            }
        }
    }

    @Test("with a second colon in a value are answered with what to write")
    func secondColon() {
        let error = #expect(throws: LogQueryError.self) { try LogQuery.lucene("gate AND message:12:30:05 AND x") }
        #expect(error?.offset == 19)
        #expect(error?.mend.contains("message:\"12:30:05\"") == true)
        for text in ["message:\"12:30:05\"", "message:12\\:30\\:05", "x:(y:z)", "message:1/10", "/var/log x"] {
            #expect(throws: Never.self, "\(text)") { try LogQuery.lucene(text) }
        }
    }

    static let camera = event(
        "Connection failed to 10.50.0.80 for cam-017: timed out after 30s, retry recorder.cpp:88", at: noon,
        [
            "fields.component": .string("recording"), "level": .string("ERROR"), "camera_id": .string("cam-017"),
            "status": .integer(503), "response_time": .double(1_250.5), "ok": .boolean(false),
            "log.file.path": .string("/var/log/vms/x.log"), "code": .string("0042"),
            "tags": .array([.string("vms"), .string("edge")]), "nothing": .null, "site": .string("North Gate"),
        ])

    @Test(
        "match the events they describe",
        arguments: [
            ("component:recording AND level:ERROR", true), ("level:error", true), ("level:err", false),
            ("level:err*", true),
            ("message:\"connection failed\"", true), ("message:\"failed connection\"", false),
            ("message:\"failed connection\"~2", true), ("\"connection to\"~1", true), ("\"connection to\"", false),
            ("failed", true), ("fail", false), ("fail*", true), ("f?iled", true), ("10.50.0.80", true),
            ("10.50", false),
            ("cam-017", true), ("cam-018", false), ("017", true), ("camera_id:cam-017", true), ("camera_id:cam", false),
            ("camera_id:CAM-01?", true), ("status:503", true), ("status:>=500", true), ("status:>503", false),
            ("status:[500 TO 503}", false), ("status:[500 TO 503]", true), ("status:(500 OR 503)", true),
            ("response_time:>1000", true), ("response_time:<1e3", false), ("ok:false", true), ("ok:true", false),
            ("tags:edge", true), ("tags:(vms AND edge)", true), ("_exists_:level", true), ("_exists_:absent", false),
            ("_exists_:nothing", false), ("NOT _exists_:absent", true), ("component:*", true), ("absent:*", false),
            ("log.file.path:/var/log/vms/x.log", true), ("log.file.path:\\/var*", true), ("code:42", false),
            ("code:0042", true), ("code:>41", true), ("site:\"north gate\"", true), ("site:gate", true),
            ("message:/time.*/", true), ("/time/", false), ("level:/ERR(OR)?/", true), ("level:/ERR/", false),
            ("conection~", true), ("level:eror~1", true), ("level:xyz~", false), ("-failed", false), ("-absent", true),
            ("failed -connection", false), ("absent OR failed", true), ("+failed absent", true), ("a - failed", true),
            ("fields.component:recording", true), ("comp*:recording", true), ("\\*:recording", true),
            ("@timestamp:[now-1h TO now]", true),
            ("@timestamp:{now TO *]", false), ("@timestamp:2026-11-23", true), ("@timestamp:[* TO 2026-11-22]", false),
            ("@timestamp:[2026-11-23 TO 2026-11-23]", true), ("@timestamp:>2026-11-23", false),
            ("@timestamp:>=now/d", true),
            ("@timestamp:[2026-11-23T13:00:00+01:00 TO 2026-11||+1M}", true), ("@timestamp:[now-1d/d TO now/d}", false),
            ("@timestamp:1795435200000", true), ("recorder.cpp", true), ("88", true), ("message:timed\\ out", true),
        ])
    func matching(_ text: String, _ expected: Bool) throws {
        #expect(try LogQuery.lucene(text, now: noon).matches(Self.camera) == expected)
    }

    @Test("say what lets data be skipped")
    func skipping() throws {
        let query = try LogQuery.lucene(
            "component:Auth AND (event:failed_login OR event:x) AND message:y AND a:* AND @timestamp:[now-1h TO now}",
            now: noon)
        #expect(query.needs.values == ["component": [["auth"]], "event": [["failed_login", "x"]]])
        #expect(query.needs.words == ["message": ["y"]])
        let both = try LogQuery.lucene("tags:a AND tags:b")
        #expect(both.needs.values == ["tags": [["a"], ["b"]]])
        #expect(query.timeBounds == TimeRange(start: noon - 3_600_000, end: noon - 1))
        #expect(try LogQuery.lucene("\"Two words\" AND 500").needs.words == ["": ["two", "words"]])
        for text in ["component:a OR level:b", "NOT component:a", "a b", "component:a*", "500"] {
            #expect(try LogQuery.lucene(text).needs == LogFilter.Needs(), "\(text)")
        }
    }
}
