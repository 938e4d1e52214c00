import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Instruments
import Model
import SampleTraces
import Testing
import TraceSearch
import WatchpostHTTP

@Suite("Traces through Watchpost's own door")
struct TracesAPITests {
    private static let id = TraceID(high: 1, low: 2)

    private static let spans: [Span] = (1...3).map { (number: Int) in
        var span = Span(
            traceID: id, spanID: SpanID(UInt64(number)), start: 1_700_000_000_000_000_000 + Int64(number) * 1_000_000,
            end: 1_700_000_000_010_000_000)
        span.parentID = SpanID(UInt64(number == 3 ? 99 : number - 1))
        span.name = "s\(number) \"/\""
        span.resource = SpanResource(attributes: [SpanAttribute("service.name", .string("api"))])
        span.attributes = [
            SpanAttribute("camera_id", .string("cam-1")), SpanAttribute("flag", .boolean(true)),
            SpanAttribute("n", .integer(7)), SpanAttribute("x", .number(.infinity)),
            SpanAttribute("url", .string("http://u:secret@h/")),
        ]
        span.status = number == 2 ? .error : .unset
        return span
    }

    private static func client() -> RouterClient {
        let router = Routers.make()
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        WatchpostAPI(
            WatchpostParts(
                view: FixedSite(spans: spans), registry: Registry(), isReady: { true }, reload: { ReloadReport() },
                dashboards: { [] }, retryLogin: { _ in false }, setFault: nil)
        ).addRoutes(to: router)
        return RouterClient(router)
    }

    @Test(
        "answers with JSON, or says what is wrong and the mend",
        arguments: [
            ("traces?start=0", 200, "\"traceID\":\"\(id)\""), ("traces?start=0", 200, "\"errors\":1"),
            ("traces?start=0&q=camera%3Dcam-1+status%3Derror", 200, "\"matches\":1"),
            ("traces?start=0&q=name%3Dnone", 200, "\"traces\":[]"), ("traces?q=", 200, "\"traces\":[]"),
            ("traces?q=\(id)", 200, "\"spans\":3"), ("traces?q=00000000000000000000000000000009", 404, "older than"),
            ("traces?q=duration%3E5", 400, "\"offset\":9"), ("traces?q=a+AND+b", 400, "leave AND out (at character 3)"),
            ("traces?limit=0", 400, "from 1 to 1000"), ("traces?limit=many", 400, "limit"),
            ("traces?start=yesterday", 400, "milliseconds since 1970"), ("traces?start=5&end=1", 400, "before"),
            ("traces?cursor=x", 400, "leave it out to begin anew"), ("traces?q=busy", 503, "others came before"),
            ("traces?start=-9223372036854775808&end=9223372036854775807", 200, "\"traceID\""),
            ("traces/\(id)", 200, "\"depth\":1"), ("traces/\(id)", 200, "\"oddity\":\"orphan\""),
            ("traces/\(id)", 200, "\"startTimeUnixNano\":\"1700000000001000000\""),
            ("traces/\(id)", 200, "\"flag\":true,\"n\":7,\"url\":\"http://xxxxx:xxxxx@h/\",\"x\":\"inf\""),
            ("traces/\(id)?spans=2", 200, "\"isCut\":true"), ("traces/\(id)?spans=0", 400, "from 1 to 100000"),
            ("traces/\(id)?form=table", 200, "\"parent\":[-1,0,-1]"),
            ("traces/\(id)?form=table", 200, "\"offset\":[0,1000000,2000000]"),
            ("traces/\(id)?form=table", 200, "\"error\":[1],\"orphan\":[2],\"circle\":[]"),
            ("traces/\(id)?form=table", 200, "\"names\":[\"s1 \\\"\\/\\\"\""),
            ("traces/\(id)?form=found&q=duration%3C9ms", 200, "{\"rows\":[1,2]}"),
            ("traces/\(id)?form=found&q=duration%3C9", 400, "\"offset\":9"),
            ("traces/\(id)?form=found&q=\(id)", 400, "not traces"), ("traces/\(id)?form=x", 400, "table or found"),
            ("traces/7", 404, "not come yet"), ("traces/0", 400, "hexadecimal"), ("traces/xyz", 400, "hexadecimal"),
        ])
    func answers(path: String, status: Int, part: String) async throws {
        let answer = try await Self.client().get("/api/watchpost/\(path)")
        #expect(answer.status == status && answer.text.contains(part), "\(answer.status) \(answer.text)")
        #expect((answer.headers[.retryAfter] != nil) == (status == 503))
    }
}
