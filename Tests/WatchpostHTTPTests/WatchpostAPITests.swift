import Dashboards
import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Instruments
import Model
import NIOCore
import SiteView
import Synchronization
import Testing
import WatchpostHTTP

@Suite("Watchpost's own door")
struct WatchpostAPITests {
    private struct Refused: Error, CustomStringConvertible { let description: String }

    private static func client(
        isReady: Bool = true, reload: @escaping @Sendable () async throws -> ReloadReport = { ReloadReport() },
        setFault: (@Sendable (_ camera: String, _ fault: String) throws -> Void)? = nil
    ) -> RouterClient {
        let router = Routers.make()
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        WatchpostAPI(
            WatchpostParts(
                view: FixedSite(isTroubled: true, namePrefix: "gate/"), registry: Registry(), isReady: { isReady },
                reload: reload, dashboards: { [] }, retryLogin: { $0 == "gate/1" }, setFault: setFault)
        ).addRoutes(to: router)
        return RouterClient(router)
    }

    @Test(
        "answers with JSON that nobody keeps, or says what is not there",
        arguments: [
            ("overview", 200, "HCM site"), ("cameras", 200, "gate\\/1"), ("cameras/gate%2F2", 200, "unauthorized"),
            ("cameras/yard", 404, "yard"), ("alerts", 200, "CameraOffline"),
            ("alerts/explain?alert=00000000000000c2", 200, "critical-alerts"),
            ("alerts/explain?alert=none", 400, "no such alert"), ("deliveries", 200, "operators"),
            ("deliveries?limit=-5", 200, "operators"), ("messages?limit=many", 200, "operator@demo"),
            ("status", 200, "built in"), ("dashboards", 200, "[]"), ("dashboards/none", 404, "none"),
            ("logs?query=x", 200, "401 Unauthorized"), ("logs?query=(", 400, "closing parenthesis"),
            ("logs?language=sql", 400, "lucene or kql"), ("logs?limit=-1", 400, "limit"),
            ("logs?limit=1.5", 400, "limit"),
            ("logs?order=up", 400, "asc"),
            ("logs?order=asc&language=&fields=&cursor=&time_zone=&terms=", 200, "events"),
            ("logs?total=perhaps", 400, "neither true"), ("logs?total=true", 200, "\"total\":1"),
            ("logs?histogram=0", 400, "histogram"), ("logs?histogram=1h", 200, "\"interval\":3600000"),
            ("logs?histogram=10001", 400, "10000"), ("logs?histogram=soon", 400, "5m"),
            ("logs?histogram=60", 200, "\"columns\":[{"),
            ("logs?histogram=60&split=level", 200, "\"parts\":{\"ERROR\":1}"),
            ("logs?" + String(repeating: "filter=a:b&", count: 51), 400, "more than 50"),
            ("logs?terms=level,camera_id&terms_size=3", 200, "\"count\":3"),
            ("logs?terms=,", 400, "terms"), ("logs?terms=a&terms_size=0", 400, "terms_size"),
            ("logs?timeout=1ms", 200, "\"timed_out\":true"), ("logs?timeout=never", 400, "timeout"),
            ("logs?limit=0", 200, "\"events\":[]"), ("logs?limit=0", 200, "\"total\":1"),
            ("logs?limit=0&terms=a", 200, "\"isCut\":false"), ("logs?cursor=abc", 200, "\"next\":\"abc\""),
            ("logs/context?path=/var/log/x.log&offset=500&before=1&after=0", 200, "line at 499"),
            ("logs/context?path=/var/log/y.log&offset=5&host=a&time=7", 404, "y.log\\\" on a with time=7"),
            ("logs/context?path=/var/log/x.log", 400, "offset"), ("logs/context?offset=5", 400, "path"),
            ("logs/context?path=/var/log/x.log&offset=-1", 400, "offset"),
            ("logs/context?path=/var/log/x.log&offset=5&before=1001", 400, "before"),
            ("logs/context?path=/var/log/x.log&offset=5&time=noon", 400, "time"),
            ("logs/arrivals", 200, "\"events\":[]"), ("logs/arrivals?cursor=x&query=y", 200, "401 Unauthorized"),
            ("logs/arrivals?cursor=old&query=(", 400, "closing parenthesis"),
            ("logs/arrivals?cursor=old", 200, "\"isGap\":true"),
        ])
    func reads(path: String, status: Int, part: String) async throws {
        let reply = try await Self.client().get("/api/watchpost/\(path)")
        #expect(reply.status == status)
        #expect(reply.headers[.contentType] == "application/json")
        #expect(reply.headers[.cacheControl] == "no-store")
        #expect(reply.text.contains(part), "\(reply.text)")
        #expect((try? JSONSerialization.jsonObject(with: Data(reply.text.utf8))) != nil)
    }

    @Test("fields of log events keep their kinds, and only those that are asked for come")
    func typedFields() async throws {
        struct Answer: Decodable { let events: [LogEventView] }
        let client = Self.client()
        let reply = try await client.get("/api/watchpost/logs")
        let event = try #require(try JSONDecoder().decode(Answer.self, from: Data(reply.text.utf8)).events.first)
        #expect(event.level == "ERROR" && event.camera == "cam-2" && event.component == "recording")
        #expect(event.fields["attempt"] == .integer(3) && event.fields["seconds"] == .double(0.5))
        #expect(event.fields["final"] == .boolean(false) && event.fields["nothing"] == .null)
        #expect(event.fields["tags"] == .array([.string("a/b"), .integer(1)]))
        #expect(reply.text.contains("\"tags\":[\"a/b\",1]"), "\(reply.text)")
        let few = try await client.get("/api/watchpost/logs?fields=attempt,component,absent")
        let only = try #require(try JSONDecoder().decode(Answer.self, from: Data(few.text.utf8)).events.first)
        #expect(only.fields == ["attempt": .integer(3), "component": .string("recording")])
        #expect(only.message.isEmpty && only.level.isEmpty && only.timestamp == event.timestamp)
    }

    @Test("a login is tried again for a camera that has one", arguments: [("gate%2F1", 200), ("yard", 404)])
    func retryLogin(camera: String, status: Int) async throws {
        #expect(try await Self.client().send(.post, "/api/watchpost/cameras/\(camera)/retry-login").status == status)
    }

    @Test("a search that cannot be understood is the asker's fault, one that had no turn is none and may come again")
    func refusedSearches() async throws {
        let wrong = try await Self.client().get("/api/watchpost/logs?query=%28")
        #expect(wrong.status == 400 && wrong.headers[.retryAfter] == nil && wrong.text.contains("parenthesis"))
        let late = try await Self.client().get("/api/watchpost/logs?query=busy")
        #expect(late.status == 503 && late.headers[.retryAfter] == "5" && late.text.contains("others came before it"))
    }

    @Test("health and readiness, HEAD too")
    func health() async throws {
        for (isReady, status) in [(true, 200), (false, 503)] {
            let client = Self.client(isReady: isReady)
            #expect(try await client.get("/-/healthy").text == "Watchpost is healthy.\n")
            #expect(try await client.get("/-/ready").status == status)
            let head = try await client.send(.head, "/-/ready")
            #expect(head.status == status && head.text.isEmpty)
        }
    }

    @Test("a reload is asked for by POST alone, and answers with what came of it")
    func reload() async throws {
        let count = Mutex(0)
        let good = Self.client(reload: {
            count.withLock { $0 += 1 }
            var report = ReloadReport()
            report.needsRestart = ["listen"]
            return report
        })
        #expect(try await good.get("/-/reload").status == 404)
        #expect(try await good.send(.post, "/-/reload", headers: [.origin: "https://evil.test"]).status == 403)
        #expect(count.withLock { $0 } == 0)
        let reply = try await good.send(.post, "/-/reload")
        #expect(reply.status == 200)
        #expect(reply.text == "The configuration was read again.\nneeds a restart: listen\n")
        let bad = Self.client(reload: { throw Refused(description: "rules.yml:3: what is this?") })
        let refused = try await bad.send(.post, "/-/reload")
        #expect(refused.status == 500)
        #expect(refused.text == "The old configuration goes on:\nrules.yml:3: what is this?\n")
    }

    @Test("metrics are told in the format that is asked for")
    func metrics() async throws {
        let plain = try await Self.client().get("/metrics")
        #expect(plain.status == 200 && plain.headers[.contentType]?.hasPrefix("text/plain") == true)
        let open = try await Self.client().get("/metrics", headers: [.accept: "application/openmetrics-text"])
        #expect(open.headers[.contentType]?.hasPrefix("application/openmetrics-text") == true)
    }

    @Test("faults are the demo's alone, and need a body that says which")
    func faults() async throws {
        let order = ByteBuffer(string: #"{"camera":"gate/1","fault":"freeze"}"#)
        #expect(try await Self.client().send(.post, "/api/watchpost/demo/fault", body: order).status == 404)
        let demo = Self.client(setFault: { camera, fault in
            if fault != "freeze" { throw Refused(description: "there is no fault \(fault) for \(camera)") }
        })
        for (body, status, part) in [
            (order, 200, "freeze"), (ByteBuffer(string: "{}"), 400, "send {"),
            (ByteBuffer(string: #"{"camera":"a","fault":"melt"}"#), 400, "melt"),
            (ByteBuffer(repeating: UInt8(ascii: " "), count: 4_097), 400, ""),
        ] {
            let reply = try await demo.send(.post, "/api/watchpost/demo/fault", body: body)
            #expect(reply.status == status)
            #expect(part.isEmpty || reply.text.contains(part), "\(reply.text)")
        }
    }

    @Test("the live stream begins with a tick and ends with the changes")
    func events() async throws {
        let reply = try await Self.client().get("/api/watchpost/events")
        #expect(reply.headers[.contentType] == "text/event-stream")
        #expect(reply.text.hasPrefix("id: 1\nevent: tick\ndata: {}\n\n"))
    }
}
