import Alerting
import AlertmanagerHTTP
import ConfigText
import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import NIOCore
import State
import TestSupport
import Testing
import Transfers

/// Alertmanager's API asked through the router, over a router of alerts that tells nobody.
@Suite("Alertmanager's API through the router")
struct AlertmanagerAPITests {
    private let folder: TemporaryDirectory
    private let client: RouterClient
    private static let now: Int64 = 1_795_435_200_000

    init() throws {
        folder = try TemporaryDirectory()
        var config = AlertmanagerConfig(
            route: RouteConfig(receiver: "operators"),
            receivers: [ReceiverConfig(name: "operators"), ReceiverConfig(name: "others")])
        config.shownText = "route: { receiver: operators }\n"
        let alerts = try AlertRouter(
            config: config, state: try StateStore(path: folder.path + "/state.sqlite"), transfers: Transfers(),
            externalURL: "http://here/")
        let router = Routers.make()
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        AlertmanagerAPI(
            router: alerts, configuration: { [shown = config.shownText] in shown }, startedAt: Self.now,
            version: "1.2.3", now: { Int64(Date().timeIntervalSince1970 * 1_000) }
        ).addRoutes(to: router)
        client = RouterClient(router)
    }

    private func post(_ path: String, _ json: String) async throws -> RouterClient.Reply {
        try await client.send(
            .post, path, headers: [.contentType: "application/json"], body: ByteBuffer(string: json))
    }

    private static func silence(_ matchers: String, id: String? = nil) -> String {
        let known = id.map { #""id":"\#($0)","# } ?? ""
        return #"{\#(known)"matchers":[\#(matchers)],"startsAt":"2020-01-01T00:00:00Z","#
            + #""endsAt":"2099-01-01T00:00:00Z","createdBy":"me","comment":"lens"}"#
    }

    private static let gate = #"{"name":"camera_id","value":"gate","isRegex":false}"#

    @Test("says what it is, byte for byte")
    func status() async throws {
        let reply = try await client.get("/api/v2/status")
        #expect(reply.status == 200)
        #expect(reply.headers[.contentType] == "application/json")
        #expect(
            reply.text == #"{"cluster":{"name":"","peers":[],"status":"disabled"},"#
                + #""config":{"original":"route: { receiver: operators }\n"},"uptime":"2026-11-23T12:00:00.000Z","#
                + #""versionInfo":{"branch":"","buildDate":"","buildUser":"","goVersion":"","revision":"","version":"1.2.3"}}"#
        )
        #expect(try await client.get("/api/v2/receivers").text == #"[{"name":"operators"},{"name":"others"}]"#)
    }

    @Test("alerts that are posted are told, filtered and grouped")
    func alerts() async throws {
        let posted = try await post(
            "/api/v2/alerts",
            #"[{"labels":{"alertname":"CameraOffline","camera_id":"gate"},"annotations":{"summary":"gone"}},"#
                + #"{"labels":{"alertname":"DiskFull"},"endsAt":"2099-01-01T00:00:00"}]"#)
        #expect(posted.status == 200)
        #expect(posted.text.isEmpty)
        for (query, names) in [
            ("", ["CameraOffline", "DiskFull"]), ("?filter=camera_id%3D~%22g.*%22", ["CameraOffline"]),
            ("?receiver=oper.*", ["CameraOffline", "DiskFull"]), ("?receiver=other", []), ("?active=false", []),
        ] as [(String, [String])] {
            let reply = try await client.get("/api/v2/alerts\(query)")
            #expect(reply.status == 200)
            #expect(try Self.names(reply.text) == names, "\(query)")
        }
        let groups = try await client.get("/api/v2/alerts/groups")
        #expect(groups.text.contains(#""receiver":{"name":"operators"}"#))
    }

    private static func names(_ json: String) throws -> [String] {
        struct Alert: Decodable { let labels: [String: String] }
        return try JSONDecoder().decode([Alert].self, from: Data(json.utf8)).compactMap { $0.labels["alertname"] }
            .sorted()
    }

    @Test("a silence is set, found, changed and ended")
    func silences() async throws {
        struct Answer: Decodable { let silenceID: String }
        let set = try await post("/api/v2/silences", Self.silence(Self.gate))
        #expect(set.status == 200)
        let id = try JSONDecoder().decode(Answer.self, from: Data(set.text.utf8)).silenceID
        let one = try await client.get("/api/v2/silence/\(id)")
        #expect(one.text.contains(#""comment":"lens""#) && one.text.contains(#""status":{"state":"active"}"#))
        #expect(try await client.get("/api/v2/silences?filter=camera_id%3Dgate").text.contains(id))
        #expect(try await client.get("/api/v2/silences?filter=camera_id%3Dyard").text == "[]")
        #expect(try await client.send(.delete, "/api/v2/silence/\(id)").status == 200)
        #expect(try await client.get("/api/v2/silence/\(id)").text.contains(#""status":{"state":"expired"}"#))
    }

    @Test(
        "what cannot be done is refused with the status and the reason, as JSON",
        arguments: [
            ("GET", "/api/v2/silence/nobody", "", 404, "nobody"),
            ("DELETE", "/api/v2/silence/nobody", "", 404, "nobody"),
            ("POST", "/api/v2/silences", silence(gate, id: "nobody"), 404, "nobody"),
            ("POST", "/api/v2/silences", "{}", 400, "matchers is missing"),
            ("POST", "/api/v2/silences", "no JSON", 400, "not JSON of this form"),
            ("POST", "/api/v2/silences", silence(#"{"name":"a","value":"b","isRegex":"yes"}"#), 400, "another type"),
            (
                "POST", "/api/v2/silences", silence("").replacing("2020-01-01T00:00:00Z", with: "soon"), 400,
                "is no time"
            ),
            ("POST", "/api/v2/alerts", #"{"labels":{}}"#, 400, "another type"),
            ("POST", "/api/v2/alerts", #"[{"labels":{}}]"#, 400, "at least one label"),
            ("POST", "/api/v2/alerts", String(repeating: "[", count: 40), 400, "nested too deeply"),
            ("POST", "/api/v2/alerts", "[" + String(repeating: "{},", count: 20_000) + "{}]", 413, "20000 alerts"),
            ("GET", "/api/v2/alerts?filter=%3D", "", 400, "bad matcher format"),
            ("GET", "/api/v2/alerts?receiver=(", "", 400, "receiver"),
        ])
    func refusals(method: String, path: String, body: String, status: Int, reason: String) async throws {
        let method = try #require(HTTPRequest.Method(method))
        let reply = try await client.send(method, path, body: ByteBuffer(string: body))
        #expect(reply.status == status)
        #expect(reply.headers[.contentType] == "application/json")
        let text = try JSONDecoder().decode(String.self, from: Data(reply.text.utf8))
        #expect(!text.isEmpty && text.contains(reason), "\(text)")
    }

    @Test(
        "a body over its limit is refused before it is read", arguments: [("alerts", 32 << 20), ("silences", 1 << 20)])
    func bodyLimits(path: String, bytes: Int) async throws {
        let longer = ByteBuffer(repeating: UInt8(ascii: " "), count: bytes + 1)
        let reply = try await client.send(.post, "/api/v2/\(path)", body: longer)
        #expect(reply.status == 413)
        #expect(reply.text.contains("\(bytes) bytes"))
    }

    @Test("another site's page sets no silence, and another host's name reads nothing")
    func access() async throws {
        let body = ByteBuffer(string: Self.silence(Self.gate))
        let foreign = try await client.send(
            .post, "/api/v2/silences", headers: [.origin: "https://evil.test"], body: body)
        #expect(foreign.status == 403)
        #expect(try await client.get("/api/v2/silences").text == "[]")
        #expect(try await client.get("/api/v2/alerts", host: "evil.test").status == 403)
    }

    @Test("HEAD says what GET would, and a method that is not there is not found")
    func methods() async throws {
        let head = try await client.send(.head, "/api/v2/status")
        #expect(head.status == 200)
        #expect(head.headers[.contentType] == "application/json")
        #expect(head.text.isEmpty)
        #expect(try await client.send(.put, "/api/v2/alerts").status == 404)
    }
}
