import HTTPTestSupport
import HTTPTypes
import JaegerHTTP
import LogDocuments
import Model
import Testing

/// What nobody should ask, at every endpoint.
@Suite("Bad arguments of Jaeger's API")
struct BadArgumentTests {
    /// Path, status, and what the words have in them.
    static let requests: [(path: String, status: Int, words: String)] = {
        let times = "query.startTimeMin=2026-11-28T12:00:00Z&query.startTimeMax=2026-11-28T13:00:00Z"
        let long = String(repeating: "x", count: 5_000)
        let tags = (0...100).map { "tag=a\($0):b" }.joined(separator: "&")
        let first: [(String, Int, String)] = [
            ("operations?spanKind=big", 400, "\"big\" is no kind of span"),
            ("services/x/operations?spanKind=9", 400, "spanKind"),
            ("traces?start=yesterday", 400, "\"start\""), ("traces?start=1.5", 400, "microseconds"),
            ("traces?end=9223372036854775807", 400, "\"end\""), ("traces?start=2&end=1", 400, "\"start\" is behind"),
            ("traces?limit=0", 400, "\"limit\""), ("traces?limit=-1", 400, "\"limit\""),
            ("traces?limit=many", 400, "\"limit\""), ("traces?limit=99999999999999999999", 400, "\"limit\""),
            ("traces?offset=-1", 400, "\"offset\""), ("traces?offset=100001", 400, "100000 at most"),
            ("traces?minDuration=fast", 400, "1.5ms"), ("traces?minDuration=5", 400, "minDuration"),
            ("traces?maxDuration=-1ms", 400, "maxDuration"), ("traces?maxDuration=1e9s", 400, "maxDuration"),
            ("traces?minDuration=99999999w", 400, "minDuration"), ("traces?minDuration=.s", 400, "minDuration"),
            ("traces?minDuration=2ms&maxDuration=1ms", 400, "shorter"),
            ("traces?tag=nothing", 400, "key:value"), ("traces?tag=:x", 400, "key:value"),
            ("traces?tags=nothing", 400, "not an object"), ("traces?tags=%5B1%5D", 400, "not an object"),
            ("traces?tags=%7B%22a%22%3A%7B%7D%7D", 400, "the value of \"a\""),
            ("traces?tags=%7B%22a%22%3Anull%7D", 400, "the value of \"a\""), ("traces?tags=%FF", 400, "not an object"),
            ("traces?\(tags)", 400, "more than 100 tags"), ("traces?lookback=long", 400, "lookback"),
            ("traces?traceID=xyz", 400, "trace id \"xyz\""), ("traces?traceID=0", 400, "trace id"),
            ("traces?raw=perhaps", 400, "\"raw\""),
            ("traces/xyz", 400, "trace id"), ("traces/00000000000000000000000000000000", 400, "trace id"),
            ("traces/4bf92f3577b34da6a3ce929d0e0e47361", 400, "trace id"), ("traces/%2B1", 400, "trace id"),
            ("traces/-1", 400, "trace id"), ("traces/\(long)", 400, "trace id"), ("traces/%00", 400, "trace id"),
            ("traces/1?raw=2", 400, "\"raw\""), ("traces/1?start=now", 400, "\"start\""),
            ("traces/1?end=1.5", 400, "\"end\""), ("traces/1", 404, "trace not found"),
            ("traces/AAAAAAAAAAAAAAAAAAAAAA==", 400, "trace id"),
            ("dependencies?endTs=now", 400, "milliseconds"), ("dependencies?lookback=-1", 400, "lookback"),
            ("dependencies?lookback=0", 400, "lookback"), ("dependencies?endTs=1e3", 400, "endTs"),
            ("metrics/calls", 400, "\"service\" is missing"), ("metrics/else?service=a", 404, "ask for latencies"),
            ("metrics/latencies?service=a", 400, "\"quantile\" is missing"),
            ("metrics/latencies?service=a&quantile=0", 400, "quantile"),
            ("metrics/latencies?service=a&quantile=95", 400, "quantile"),
            ("metrics/latencies?service=a&quantile=nan", 400, "quantile"),
            ("metrics/calls?service=a&step=0", 400, "step"), ("metrics/calls?service=a&step=1", 400, "11000 points"),
            ("metrics/calls?service=a&lookback=x", 400, "lookback"),
            ("metrics/calls?service=a&ratePer=-5", 400, "ratePer"),
            ("metrics/calls?service=a&spanKind=x", 400, "spanKind"),
            ("metrics/calls?service=a&groupByOperation=x", 400, "groupByOperation"),
            ("metrics/calls?service=a&endTs=x", 400, "endTs"),
            ("metrics/calls?service=a&endTs=-9223372036854775808", 400, "endTs"),
            ("metrics/calls?service=a&endTs=9223372036854775807", 400, "endTs"),
        ]
        let third: [(String, Int, String)] = [
            ("operations?spanKind=big", 400, "no kind of span"), ("operations?span_kind=big", 400, "no kind of span"),
            ("traces", 400, "min and max start time are required"),
            ("traces?query.startTimeMin=2026-11-28T12:00:00Z", 400, "required"),
            ("traces?query.startTimeMin=x&query.startTimeMax=2026-11-28T12:00:00Z", 400, "query.startTimeMin"),
            ("traces?query.startTimeMin=1&query.startTimeMax=2", 400, "2026-11-28T12:00:00.5Z"),
            ("traces?query.startTimeMin=2026-13-28T12:00:00Z&query.startTimeMax=2026-11-28T12:00:00Z", 400, "Min"),
            ("traces?query.startTimeMin=9999-01-01T12:00:00Z&query.startTimeMax=9999-01-02T12:00:00Z", 400, "Min"),
            (
                "traces?query.startTimeMin=2026-11-28T12:00:01Z&query.startTimeMax=2026-11-28T12:00:00Z", 400,
                "is behind"
            ),
            ("traces?\(times)&query.durationMin=5", 400, "query.durationMin"),
            ("traces?\(times)&query.duration_max=x", 400, "query.durationMax"),
            ("traces?\(times)&query.searchDepth=0", 400, "query.searchDepth"),
            ("traces?\(times)&query.num_traces=x", 400, "query.searchDepth"),
            ("traces?\(times)&query.attributes=x", 400, "query.attributes"),
            ("traces?\(times)&query.rawTraces=x", 400, "query.rawTraces"),
            ("traces?\(times)&query.filter=%7B%7D", 501, "query.filter"),
            ("traces?\(times)&query.pagination.pageToken=x", 501, "pageToken"),
            ("traces?\(times)&query.serviceName=nobody", 404, "No traces found"),
            ("traces/xyz", 400, "trace id"), ("traces/1", 404, "No traces found"),
            ("traces/1?startTime=5", 400, "startTime"), ("traces/1?end_time=x", 400, "endTime"),
            ("traces/1?raw_traces=x", 400, "rawTraces"),
            ("trace-summaries", 400, "required"), ("trace-summaries?\(times)&query.searchDepth=-1", 400, "searchDepth"),
        ]
        return first.map { ("/api/" + $0.0, $0.1, $0.2) } + third.map { ("/api/v3/" + $0.0, $0.1, $0.2) }
    }()

    @Test("a bad argument is told, with the mend, in the family's form", arguments: requests)
    func refused(path: String, status: Int, words: String) async throws {
        let reply = try await JaegerServer().get(path)
        #expect(reply.status == status, "\(path.prefix(200)): \(reply.text.prefix(300))")
        let answer = try DocumentReader.value(reply.text)
        if path.hasPrefix("/api/v3/") {
            #expect(reply.headers[.contentType] == "application/json")
            #expect(answer["error"]?["httpCode"]?.whole == status)
            #expect(answer["error"]?["message"]?.string?.contains(words) == true, "\(reply.text.prefix(300))")
        } else {
            #expect(reply.headers[.contentType] == "text/plain; charset=utf-8")
            #expect(answer["data"] == .null && answer["errors"]?[0]?["code"]?.whole == status)
            #expect(answer["errors"]?[0]?["msg"]?.string?.contains(words) == true, "\(reply.text.prefix(300))")
        }
        // What was sent comes back in part only.
        #expect(reply.text.utf8.count < 1_000)
    }
}

extension DocumentValue {
    var whole: Int? { if case .integer(let number) = self { Int(number) } else { nil } }
}
