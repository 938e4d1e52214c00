import Model
import Testing

@Suite("Durations, times and redaction")
struct TextTests {
    @Test(
        "durations are read and written in units, the largest first",
        arguments: [
            ("0", 0), ("1ms", 1), ("15s", 15_000), ("1m30s", 90_000), ("1h", 3_600_000), ("1d2h", 93_600_000),
            ("2w", 1_209_600_000), ("1y", 31_536_000_000), ("500ms", 500),
        ] as [(String, Int64)])
    func durations(_ text: String, _ milliseconds: Int64) {
        #expect(DurationText.milliseconds(text) == milliseconds)
        #expect(DurationText.milliseconds(DurationText.text(milliseconds: milliseconds)) == milliseconds)
    }

    @Test(
        "what is no duration is none",
        arguments: ["", "5", "s", "1s1m", "1m1m", "-1s", "1.5h", "1 h", "1x", "99999999999999999999s", "300000000y"])
    func badDurations(_ text: String) {
        #expect(DurationText.milliseconds(text) == nil)
    }

    @Test(
        "durations are shown in their shortest form",
        arguments: [
            (0, "0s"), (90_000, "1m30s"), (604_800_000, "1w"), (691_200_000, "8d"), (-1_500, "-1s500ms"),
            (86_400_000, "1d"),
        ] as [(Int64, String)])
    func shortest(_ milliseconds: Int64, _ text: String) {
        #expect(DurationText.text(milliseconds: milliseconds) == text)
    }

    @Test(
        "credentials in URLs are hidden, whatever they are made of",
        arguments: [
            ("rtsp://user:secret@192.0.2.10/stream", "rtsp://xxxxx:xxxxx@192.0.2.10/stream"),
            ("rtsp://user:p@ss@host:554/a", "rtsp://xxxxx:xxxxx@host:554/a"),
            ("http://user:p@ss@host:554/a@b", "http://xxxxx:xxxxx@b"),
            ("http://admin:pa#ss@10.0.0.5/s", "http://xxxxx:xxxxx@10.0.0.5/s"),
            ("http://h:8080/a?mail=a@b and http://[::1]:80/a@b", "http://h:8080/a?mail=a@b and http://[::1]:80/a@b"),
            ("rtsp://10.0.0.5/cam@1", "rtsp://10.0.0.5/cam@1"),
            ("rtsp://admin:a\"b@h/s", "rtsp://xxxxx:xxxxx@h/s"), ("rtsp://admin:a',b@h/s", "rtsp://xxxxx:xxxxx@h/s"),
            ("rtsp://admin:a://b@h/s", "rtsp://xxxxx:xxxxx@h/s"),
            (
                "{\"url\":\"rtsp://a:b@h/s\",\"mail\":\"x@y\"}",
                "{\"url\":\"rtsp://xxxxx:xxxxx@h/s\",\"mail\":\"x@y\"}"
            ),
            ("http://proxy/?src=rtsp://a:b@h/s", "http://proxy/?src=rtsp://xxxxx:xxxxx@h/s"),
            ("rtsp://h/user=a&password=s_c/r&channel=1", "rtsp://h/user=xxxxx&password=xxxxx&channel=1"),
            (
                "rtsp://h/user=a_password=s_c_channel=1_stream=0.sdp",
                "rtsp://h/user=xxxxx_password=xxxxx_channel=1_stream=0.sdp"
            ),
            ("http://h/snap.cgi?usr=a&pwd=secret&n=1", "http://h/snap.cgi?usr=a&pwd=xxxxx&n=1"),
            ("rtsp://h:554/user=a&password=p@x:y@z&n=1", "rtsp://h:554/user=xxxxx&password=xxxxx&n=1"),
            ("http://h/?loginpas=x", "http://h/?loginpas=xxxxx"),
            ("see http://host/a mailto x@y", "see http://host/a mailto x@y"),
            ("rtsp://admin:it's@10.0.0.5/s", "rtsp://xxxxx:xxxxx@10.0.0.5/s"),
            (
                "'rtsp://admin:a/b#c?d@10.0.0.5/s': Server returned 401",
                "'rtsp://xxxxx:xxxxx@10.0.0.5/s': Server returned 401"
            ),
            ("RTSPS://a:b@h/s then x@y", "RTSPS://xxxxx:xxxxx@h/s then x@y"),
            (
                "rtsp://10.0.0.5:554/user=admin&password=secret&channel=1&stream=0.sdp",
                "rtsp://10.0.0.5:554/user=xxxxx&password=xxxxx&channel=1&stream=0.sdp"
            ),
            ("rtsp://h/user=admin_password=secret_channel=1", "rtsp://h/user=xxxxx_password=xxxxx_channel=1"),
            ("rtsp://h/s?Pwd=secret' failed", "rtsp://h/s?Pwd=xxxxx' failed"),
            ("rtsp://h/a_user_list=3 and http://h/?user=bob", "rtsp://h/a_user_list=3 and http://h/?user=bob"),
            ("rtsp://", "rtsp://"), ("rtsp://\"x@y\"", "rtsp://\"x@y\""),
            ("see http://a:b@h and ftp://c@d?x=e@f", "see http://xxxxx:xxxxx@h and ftp://xxxxx:xxxxx@d?x=e@f"),
            ("http://host/path?mail=a@b", "http://host/path?mail=a@b"), ("mail a@b.example", "mail a@b.example"),
            ("\"http://u:p@h\"", "\"http://xxxxx:xxxxx@h\""), ("no url", "no url"), ("://@", "://xxxxx:xxxxx@"),
            ("http://sd/t?site=hcm&api_key=k1: status 500", "http://sd/t?site=hcm&api_key=xxxxx status 500"),
        ])
    func redaction(_ text: String, _ expected: String) {
        #expect(Redaction.urls(in: text) == expected)
    }

    @Test(
        "keys and tokens among an address' parameters are hidden, whatever they are called",
        arguments: [
            "api_key", "apikey", "API-Key", "api%5Fkey", "key", "token", "access_token", "auth_token", "private_token",
            "client_secret", "secret", "sig", "X-Amz-Signature", "X-Amz-Security-Token", "_sid", "sessionid", "jwt",
            "db_passwd", "passphrase", "X-Auth-Token", "authkey",
        ])
    func secretParameters(_ name: String) {
        for scheme in ["http", "https", "rtsp"] {
            #expect(
                Redaction.urls(in: "get \(scheme)://h:1/p?module=a_b&\(name)=s3cret/+%40&target=h2:9 failed")
                    == "get \(scheme)://h:1/p?module=a_b&\(name)=xxxxx&target=h2:9 failed")
        }
        #expect(Redaction.parameter(name, "s3cret") == "xxxxx")
    }

    @Test("what a prober asks for stays readable, and what is secret in it does not")
    func proberTargets() {
        let target = "http://p:9115/probe?module=http_2xx&target="
        for plain in ["https%3A%2F%2Fh%2Fx%3Fid%3D1", "h2:9100", "https://h/x", "rtsp%3a%2f%2fcam%2Fs+1"] {
            #expect(Redaction.urls(in: target + plain + "&debug=true") == target + plain + "&debug=true")
        }
        #expect(
            Redaction.urls(in: "\"\(target)https%3A%2F%2Fu%3Apw%40h%2F%3Fapi_key%3Dabc%26page%3D2&debug=true\" failed")
                == "\"\(target)https%3A%2F%2Fxxxxx%3Axxxxx%40h%2F%3Fapi_key%3Dxxxxx%26page%3D2&debug=true\" failed")
        #expect(Redaction.parameter("target", "https://h/?token=abc") == "https://h/?token=xxxxx")
        for name in ["module", "target", "debug", "hostname", "keyword", "sidecar", "path", "author"] {
            #expect(Redaction.parameter(name, "http_2xx") == "http_2xx" && !Redaction.namesSecret(name))
        }
    }

    @Test("secrets do not print")
    func secrets() {
        let secret = Secret.inline("hunter2")
        #expect("\(secret)" == "<secret>" && String(reflecting: secret) == "<secret>")
    }

    @Test("ranges of time are closed and may be empty")
    func ranges() {
        let range = TimeRange(start: 10, end: 20)
        #expect(range.contains(10) && range.contains(20) && !range.contains(21))
        #expect(range.overlaps(TimeRange(start: 20, end: 30)) && !range.overlaps(TimeRange(start: 21, end: 30)))
        #expect(TimeRange.all.contains(.min) && TimeRange.all.contains(.max))
        #expect(!TimeRange(start: 5, end: 4).contains(5))
    }

    @Test("the stale marker is told from other NaNs")
    func staleMarker() {
        #expect(StaleMarker.isStale(StaleMarker.value) && StaleMarker.value.isNaN)
        #expect(!StaleMarker.isStale(.nan) && !StaleMarker.isStale(0))
    }

    @Test("log events are asked by short names too")
    func logEvents() {
        let event = LogEvent(
            timestamp: 1, fields: ["message": .string("hello"), "fields.component": .string("recording")])
        #expect(event.message == "hello" && event["component"] == .string("recording") && event["absent"] == nil)
    }

    @Test("camera states are ordered from worst to best")
    func cameraStates() {
        #expect(CameraState.allCases.sorted() == CameraState.allCases)
        #expect(CameraState.offline < .online)
    }
}
