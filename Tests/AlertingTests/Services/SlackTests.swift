import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("Slack")
struct SlackTests {
    let peers: DeliveryTests

    init() throws { peers = try DeliveryTests() }

    @Test("Slack gets an attachment that names the camera, and its refusals are told")
    func slack() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: peers.scratch.url)
        var receiver = ReceiverConfig(name: "ops")
        for path in ["hook", "notok"] {
            var slack = SlackConfig(
                position: position, apiURL: .inline("http://127.0.0.1:\(web.port)/\(path)/T0/B0/secret"))
            slack.channel = "#vms-alerts"
            slack.sendResolved = true
            receiver.integrations.append(SlackIntegration(config: slack))
        }
        try await peers.withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let events = try await web.events(WebEvent<SlackBody>.self, 2)
            let body = try #require(events.first { $0.path.hasPrefix("/hook") }).body
            #expect(body.channel == "#vms-alerts")
            #expect(body.username == "Alertmanager")
            let attachment = try #require(body.attachments.first)
            #expect(attachment.color == "danger")
            #expect(attachment.title == "[FIRING:1] CameraOffline (cam-1 node-1 critical)")
            #expect(attachment.text.contains("cam-1") && attachment.text.contains("Nothing for 2 minutes"))
            #expect(attachment.text.contains("since 20"))
            #expect(attachment.titleLink?.hasPrefix("http://watch.test:9900/") == true)
            let log = try await peers.deliveries(router, 2)
            let refused = try #require(log.first { $0.integration == "slack[1]" })
            #expect(refused.status == .failed && refused.error.contains("channel_not_found"))
        }
    }

    private static let judge = """
        def judge(body, text):
            return (400, 'msg_too_long') if len(body['attachments'][0]['text']) > 40000 else (200, 'ok')
        """

    private func integration(_ base: String, _ text: String? = nil) -> SlackIntegration {
        var config = SlackConfig(position: position, apiURL: .inline(base))
        if let text { config.text = text }
        return SlackIntegration(config: config)
    }

    @Test(
        "a storm is one message that the service takes at once, and it says how many there are",
        arguments: [StrictService.everyAlert])
    func storms(text: String?) async throws {
        let service = try StrictService(Self.judge)
        try await service.expectStormIsTaken(integration(service.base, text))
    }

    @Test("one alert that is longer than any message is told in plain words")
    func longAlert() async throws {
        let service = try StrictService(Self.judge)
        try await service.expectLongAlertIsTold(integration(service.base, StrictService.wholeSummary))
    }

    @Test("a template that fails in any field costs its field alone")
    func failingFields() async throws {
        let service = try StrictService(Self.judge)
        let failing = "{{ (index .Alerts 99999).Labels.camera_id }}"
        var slack = SlackConfig(position: position, apiURL: .inline(service.base))
        for path in [\SlackConfig.title, \.titleLink, \.channel, \.color, \.fallback, \.username, \.pretext, \.footer] {
            slack[keyPath: path] = failing
        }
        let (delivery, events) = try await service.storm(SlackIntegration(config: slack), 1)
        #expect(delivery.status == .sent && delivery.answer.contains("template of `title` failed"), "\(delivery)")
        let attachment = try #require(events.first).body["attachments"][0]
        #expect(
            attachment["title"].text == "[FIRING:1] CameraOffline" && attachment["text"].text?.contains("cam-0") == true
        )
    }

    static let answers: [ServiceAnswer] = [
        ("ok", 200, nil), (#"{"ok":true}"#, 200, nil), (#"{"ok":false,"error":"msg_too_long"}"#, 200, false),
        (#"{"ok":false,"error":"ratelimited"}"#, 200, true),
    ]

    @Test("its no is known in its own words, whatever the status", arguments: answers)
    func judges(_ answer: ServiceAnswer) { expectJudged(answer, by: SlackIntegration.refusal) }
}
