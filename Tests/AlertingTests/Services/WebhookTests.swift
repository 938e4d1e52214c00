import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("Webhooks")
struct WebhookTests {
    let peers: DeliveryTests

    init() throws { peers = try DeliveryTests() }

    @Test("a webhook gets the payload of Alertmanager's version 4, first firing and then resolved")
    func webhook() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: peers.scratch.url)
        try await peers.withRouter(receiver("team.x", sendResolved: true, url: "http://127.0.0.1:\(web.port)/hook")) {
            router in
            await router.receive([DeliveryTests.cameraAlert()])
            _ = try await web.events(WebEvent<WebhookBody>.self, 1)
            #expect(router.alerts().map(\.state) == [.active])
            #expect(router.groups().map(\.receiver) == ["team.x"])
            await router.receive([DeliveryTests.cameraAlert(isOver: true)])
            let events = try await web.events(WebEvent<WebhookBody>.self, 2)
            let first = events[0].body
            #expect(first.version == "4")
            #expect(first.status == "firing")
            #expect(first.receiver == #"team\.x"#)
            #expect(first.groupKey == #"{}:{alertname="CameraOffline"}"#)
            #expect(first.groupLabels == ["alertname": "CameraOffline"])
            #expect(first.commonLabels["camera_id"] == "cam-1")
            #expect(first.externalURL == "http://watch.test:9900")
            #expect(events[0].type == "application/json")
            #expect(first.alerts[0].endsAt == "0001-01-01T00:00:00Z")
            #expect(first.alerts[0].fingerprint.count == 16)
            #expect(events[1].body.status == "resolved")
            #expect(events[1].body.alerts[0].endsAt.hasPrefix("20"))
            let log = try await peers.deliveries(router, 2)
            #expect(log.map(\.status) == [.sent, .sent])
            #expect(log[0].alerts.map(\.status) == ["resolved"])
            #expect(router.alerts().isEmpty)
        }
    }

    @Test("too many alerts are cut to max_alerts, and the rest is counted")
    func truncation() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: peers.scratch.url)
        let receiver = receiver("ops", sendResolved: true, url: "http://127.0.0.1:\(web.port)/hook") {
            $0.maxAlerts = 2
        }
        try await peers.withRouter(receiver, { $0.route.groupWait = .milliseconds(100) }) { router in
            let now = SystemTimeSource().now()
            await router.receive((1...5).map { alert("A", ["lbl": "\($0)"], from: now, to: now + 60_000) })
            let body = try await web.events(WebEvent<WebhookBody>.self, 1)[0].body
            #expect(body.alerts.count == 2)
            #expect(body.truncatedAlerts == 3)
        }
    }

    static let answers: [(path: String, status: Delivery.Status, attempts: Int)] = [
        ("fail/2/x", .sent, 3), ("busy/x", .sent, 2), ("refuse/x", .failed, 1),
    ]

    @Test("an answer that may pass is tried again, a refusal is not", arguments: answers)
    func retries(path: String, status: Delivery.Status, attempts: Int) async throws {
        let web = try PythonPeer(PeerPrograms.web, in: peers.scratch.url)
        let receiver = receiver("ops", sendResolved: true, url: "http://127.0.0.1:\(web.port)/\(path)")
        try await peers.withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let delivery = try #require(try await peers.deliveries(router, 1).first)
            #expect(delivery.status == status)
            #expect(delivery.attempts == attempts)
            #expect(!delivery.error.contains(path), "the address is a credential: \(delivery.error)")
            #expect(status == .sent || delivery.error.contains("400"))
            #expect(router.statistics.integrations["webhook"]?.attempts == attempts)
        }
    }

    @Test("an attempt that takes longer than the webhook's timeout is given up and repeated")
    func timeout() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: peers.scratch.url)
        let receiver = receiver("ops", sendResolved: true, url: "http://127.0.0.1:\(web.port)/slow") {
            $0.timeout = .milliseconds(200)
        }
        try await peers.withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let delivery = try #require(try await peers.deliveries(router, 1).first)
            #expect(delivery.status == .sent)
            #expect(delivery.attempts == 2)
        }
    }

    private static let judge = """
        def judge(body, text): return (413, 'too large') if len(text) > 100000 else (200, 'ok')
        """

    @Test("a webhook that takes no long list gets a short one that counts the rest")
    func shortList() async throws {
        let service = try StrictService(Self.judge)
        let webhook = WebhookIntegration(config: WebhookConfig(position: position, url: .inline(service.base)))
        let (delivery, events) = try await service.storm(webhook, 2_000)
        #expect(delivery.status == .sent && delivery.attempts == 2, "\(delivery)")
        #expect(try #require(events.last).body["truncatedAlerts"] == .number(1_950))
    }
}
