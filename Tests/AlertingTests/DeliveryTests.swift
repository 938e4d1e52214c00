import Base
import Foundation
import Model
import State
import Testing
import Transfers

@testable import Alerting

@Suite("Deliveries to real servers")
struct DeliveryTests {
    let scratch: ScratchDirectory
    let transfers = Transfers()

    init() throws { scratch = try ScratchDirectory() }

    /// Runs a router over `receiver` until `body` is through.
    func withRouter(
        _ receiver: ReceiverConfig, _ change: (inout AlertmanagerConfig) -> Void = { _ in },
        _ body: (AlertRouter) async throws -> Void
    ) async throws {
        var config = AlertmanagerConfig(
            route: route(receiver.name, wait: 0, interval: 200), receivers: [receiver])
        change(&config)
        let router = try AlertRouter(
            config: config, state: try scratch.store(), transfers: transfers, externalURL: "http://watch.test:9900/",
            firstPause: .milliseconds(20))
        let running = Task { await router.run() }
        try await body(router)
        running.cancel()
        await running.value
    }

    /// An alert that fires now, or that ended a moment ago.
    static func cameraAlert(isOver: Bool = false, camera: String = "cam-1") -> Alert {
        let now = SystemTimeSource().now()
        return alert(
            "CameraOffline", ["camera_id": camera, "severity": "critical", "instance": "node-1"], from: now - 60_000,
            to: isOver ? now - 1 : now + 600_000,
            annotations: [
                "summary": "Camera \(camera) is <offline>", "description": "Nothing for 2 minutes – \"gone\"",
            ])
    }

    func deliveries(_ router: AlertRouter, _ count: Int) async throws -> [Delivery] {
        for _ in 0..<1_000 {
            let deliveries = try router.deliveries(limit: 100)
            if deliveries.count >= count { return deliveries }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try router.deliveries(limit: 100)
    }

    @Test("placeholders are never contacted and are told as not configured")
    func placeholders() async throws {
        var receiver = ReceiverConfig(name: "critical-alerts")
        var gmail = EmailConfig(
            position: position, to: "ops-team@example.com,managers@example.com", from: "vms-alerts@example.com",
            smarthost: "smtp.gmail.com:587")
        gmail.authPassword = .file("/nowhere")
        let smtp = EmailConfig(
            position: position, to: "ops@site.test", from: "a@site.test", smarthost: "smtp.example.com:587")
        let slack = SlackConfig(
            position: position, apiURL: .inline("https://hooks.slack.com/services/YOUR/WEBHOOK/URL"))
        let webhook = WebhookConfig(position: position, url: .inline("https://sms.example.org/send"))
        receiver.integrations = [
            EmailIntegration(config: gmail), EmailIntegration(config: smtp), SlackIntegration(config: slack),
            WebhookIntegration(config: webhook),
        ]
        try await withRouter(receiver) { router in
            await router.receive([Self.cameraAlert()])
            let log = try await deliveries(router, 4)
            #expect(log.count == 4)
            #expect(log.allSatisfy { $0.status == .notConfigured && $0.attempts == 0 && !$0.error.isEmpty })
            try await Task.sleep(for: .milliseconds(500))
            #expect(try router.deliveries(limit: 100).count == 4)
        }
    }

    @Test("a receiver without integrations is recorded for the pages")
    func recorded() async throws {
        try await withRouter(ReceiverConfig(name: "default")) { router in
            await router.receive([Self.cameraAlert()])
            let delivery = try #require(try await deliveries(router, 1).first)
            #expect(delivery.status == .recorded && delivery.integration == "none")
            #expect(delivery.alerts.map(\.summary) == ["Camera cam-1 is <offline>"])
        }
    }

    @Test("alerts are forwarded to an Alertmanager as its API wants them")
    func forwarding() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        let forwarder = AlertmanagerForwarder(transfers: transfers, queueMax: 3)
        forwarder.update([
            .init(urls: [
                "http://127.0.0.1:\(web.port)/am/api/v2/alerts", "http://alertmanager.example.com:9093/api/v2/alerts",
            ])
        ])
        await forwarder.receive((1...4).map { Self.cameraAlert(camera: "cam-\($0)") })
        #expect(forwarder.statistics.dropped == 1)
        let running = Task { await forwarder.run() }
        let event = try #require(try await web.events(WebEvent<[ForwardedItem]>.self, 1).first)
        #expect(event.path == "/am/api/v2/alerts")
        #expect(event.body.count == 3)
        #expect(event.body[0].labels["camera_id"] == "cam-2")
        #expect(event.body[0].startsAt.hasSuffix("Z"))
        running.cancel()
        await running.value
    }

    @Test("an Alertmanager is logged in to, and a post that fails is told of until one succeeds")
    func forwardingWithLogin() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        let url = "http://127.0.0.1:\(web.port)/fail/1"
        var destination = AlertmanagerForwarder.Destination(urls: [url])
        destination.client.basicAuth = .init(username: "user", password: .inline("secret"))
        let forwarder = AlertmanagerForwarder(transfers: transfers)
        forwarder.update([destination])
        let running = Task { await forwarder.run() }
        await forwarder.receive([Self.cameraAlert()])
        _ = try await web.events(WebEvent<[ForwardedItem]>.self, 1)
        for _ in 0..<500 where forwarder.statistics.failed == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(forwarder.statistics.failures[url]?.contains("503") == true)
        await forwarder.receive([Self.cameraAlert()])
        let events = try await web.events(WebEvent<[ForwardedItem]>.self, 2)
        #expect(events.map(\.login) == ["Basic dXNlcjpzZWNyZXQ=", "Basic dXNlcjpzZWNyZXQ="])
        for _ in 0..<500 where forwarder.statistics.sent == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(forwarder.statistics.failures.isEmpty)
        running.cancel()
        await running.value
    }

    @Test("an Alertmanager that does not answer is given up after its own timeout")
    func forwardingTimeout() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        var destination = AlertmanagerForwarder.Destination(urls: ["http://127.0.0.1:\(web.port)/slow"])
        destination.timeout = .milliseconds(50)
        let forwarder = AlertmanagerForwarder(transfers: transfers)
        forwarder.update([destination])
        let running = Task { await forwarder.run() }
        await forwarder.receive([Self.cameraAlert()])
        for _ in 0..<500 where forwarder.statistics.failed == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(forwarder.statistics.failed == 1 && forwarder.statistics.failures.count == 1)
        running.cancel()
        await running.value
    }
}
