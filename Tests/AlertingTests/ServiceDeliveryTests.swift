import Base
import Foundation
import Model
import SiteConfig
import State
import Testing
import Transfers

@testable import Alerting

/// The services themselves cannot be had here: a local server takes what they would get, and the requests are
/// compared with what their documentation asks for.
@Suite("Deliveries to services")
struct ServiceDeliveryTests {
    let peers: DeliveryTests
    let web: PythonPeer

    init() throws {
        peers = try DeliveryTests()
        web = try PythonPeer(PeerPrograms.web, in: peers.scratch.url)
    }

    private var base: String { "http://127.0.0.1:\(web.port)" }

    /// Lets one alert fire and end, and returns the first `count` requests.
    private func requests(
        _ receiver: ReceiverConfig, _ count: Int, thenOver: Bool = true
    ) async throws -> [WebEvent<AnyJSON>] {
        var events: [WebEvent<AnyJSON>] = []
        try await peers.withRouter(receiver) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            _ = try await peers.deliveries(router, 1)
            if thenOver { await router.receive([DeliveryTests.cameraAlert(isOver: true)]) }
            events = try await web.events(WebEvent<AnyJSON>.self, count)
            let log = try await peers.deliveries(router, thenOver ? 2 : 1)
            #expect(log.allSatisfy { $0.status == .sent }, "\(log)")
        }
        return events
    }

    @Test("PagerDuty is triggered and resolved under one key")
    func pagerDuty() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = PagerDutyConfig(position: position, key: .inline("R0UT1NG"), url: base + "/v2/enqueue")
        config.severity = #"{{ .CommonLabels.severity | toUpper }}"#
        config.links = [.init(href: "{{ (index .Alerts 0).CameraURL }}", text: "camera")]
        receiver.pagerDuties = [config]
        let events = try await requests(receiver, 2)
        let (trigger, resolve) = (events[0].body, events[1].body)
        #expect(events[0].path == "/v2/enqueue")
        #expect(trigger["routing_key"].text == "R0UT1NG")
        #expect(trigger["event_action"].text == "trigger" && resolve["event_action"].text == "resolve")
        #expect(trigger["dedup_key"].text?.count == 64 && trigger["dedup_key"] == resolve["dedup_key"])
        #expect(trigger["payload"]["summary"].text == "[FIRING:1] CameraOffline (cam-1 node-1 critical)")
        #expect(trigger["payload"]["severity"].text == "critical")
        #expect(trigger["payload"]["source"].text == "Alertmanager")
        #expect(trigger["payload"]["custom_details"]["num_firing"].text == "1")
        #expect(trigger["payload"]["custom_details"]["firing"].text?.contains(" - camera_id = cam-1\n") == true)
        #expect(trigger["links"][0]["href"].text?.contains("/cameras/cam-1?from=") == true)
        #expect(events[0].key != nil && events[0].key != events[1].key)
    }

    @Test("PagerDuty's older services get their own event")
    func pagerDutyService() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = PagerDutyConfig(position: position, key: .inline("S3RV1CE"), url: base + "/create_event.json")
        config.usesVersion1 = true
        receiver.pagerDuties = [config]
        let body = try await requests(receiver, 1, thenOver: false)[0].body
        #expect(body["service_key"].text == "S3RV1CE" && body["event_type"].text == "trigger")
        #expect(body["incident_key"].text?.count == 64)
        #expect(body["details"]["num_resolved"].text == "0")
    }

    @Test("OpsGenie gets an alert, its changes, and its end")
    func opsGenie() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = OpsGenieConfig(position: position, key: .inline("G3N1E"), url: base)
        config.updatesAlerts = true
        config.tags = "vms, {{ .CommonLabels.severity }}"
        config.priority = "P1"
        config.responders = [.init(name: "night", type: "teams")]
        receiver.opsGenies = [config]
        let events = try await requests(receiver, 4)
        let alert = events[0].body
        let alias = try #require(alert["alias"].text)
        #expect(events[0].login == "GenieKey G3N1E")
        #expect(events.map(\.method) == ["POST", "PUT", "PUT", "POST"])
        #expect(
            events.map(\.path) == [
                "/v2/alerts", "/v2/alerts/\(alias)/message?identifierType=alias",
                "/v2/alerts/\(alias)/description?identifierType=alias",
                "/v2/alerts/\(alias)/close?identifierType=alias",
            ])
        #expect(alert["message"].text == "[FIRING:1] CameraOffline (cam-1 node-1 critical)")
        #expect(alert["details"]["camera_id"].text == "cam-1")
        #expect(alert["tags"] == .list([.text("vms"), .text("critical")]))
        #expect(alert["responders"][0]["type"].text == "team" && alert["priority"].text == "P1")
        #expect(alert["description"].text?.contains("camera: cam-1") == true)
    }

    @Test("Telegram gets HTML for one chat, and is left alone for as long as it says")
    func telegram() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = TelegramConfig(
            position: position, token: .inline("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
            chat: .inline("-100123"),
            url: base + "/pause")
        config.thread = 7
        receiver.telegrams = [config]
        let started = ContinuousClock.now
        var log: [Delivery] = []
        try await peers.withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            log = try await peers.deliveries(router, 1)
        }
        let events = try await web.events(WebEvent<AnyJSON>.self, 2)
        #expect(ContinuousClock.now - started >= .seconds(1))
        #expect(log.first?.status == .sent && log.first?.attempts == 2)
        #expect(events[0].path == "/pause/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage")
        let body = events[1].body
        #expect(body["chat_id"].text == "-100123" && body["parse_mode"].text == "HTML")
        #expect(body["message_thread_id"] == .number(7))
        #expect(body["text"].text?.contains("Camera cam-1 is &lt;offline&gt;") == true)
        #expect(events[0].key == events[1].key, "attempts of one notification have one key")
    }

    @Test("Pushover gets a form; an emergency says how often it is repeated")
    func pushover() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = PushoverConfig(position: position, userKey: .inline("u5er"), token: .inline("t0ken"))
        config.url = base + "/1/messages.json"
        receiver.pushovers = [config]
        let events = try await requests(receiver, 2)
        let (firing, over) = (events[0].body, events[1].body)
        #expect(firing["token"].text == "t0ken" && firing["user"].text == "u5er")
        #expect(firing["priority"].text == "2" && firing["retry"].text == "60" && firing["expire"].text == "3600")
        #expect(firing["title"].text == "[FIRING:1] CameraOffline (cam-1 node-1 critical)")
        #expect(firing["message"].text?.contains("cam-1") == true)
        #expect(over["priority"].text == "0" && over["retry"] == .null)
    }

    @Test("Teams gets a message card or an adaptive card")
    func teams() async throws {
        var receiver = ReceiverConfig(name: "ops")
        receiver.teams = [
            TeamsConfig(position: position, card: .message, url: .inline(base + "/card")),
            TeamsConfig(position: position, card: .adaptive, url: .inline(base + "/flow")),
        ]
        let events = try await requests(receiver, 2, thenOver: false)
        let card = try #require(events.first { $0.path == "/card" }).body
        #expect(card["@type"].text == "MessageCard" && card["themeColor"].text == "8C1A1A")
        #expect(card["title"].text?.hasPrefix("[FIRING:1]") == true && card["text"].text?.contains("cam-1") == true)
        let flow = try #require(events.first { $0.path == "/flow" }).body
        let content = flow["attachments"][0]["content"]
        #expect(flow["type"].text == "message" && content["type"].text == "AdaptiveCard")
        #expect(content["body"][0]["color"].text == "attention")
        #expect(content["body"][1]["text"].text?.contains("camera at that time") == true)
    }

    @Test("a kind that cannot be delivered by fails once in the delivery log")
    func undeliverable() async throws {
        var receiver = ReceiverConfig(name: "ops")
        receiver.undeliverables = [.init(position: position, kind: "wechat", sendResolved: false)]
        try await peers.withRouter(receiver) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let log = try await peers.deliveries(router, 1)
            #expect(log.first?.status == .failed && log.first?.error.contains("wechat_configs") == true)
            try await Task.sleep(for: .milliseconds(700))
            #expect(try router.deliveries(limit: 10).count == 1)
        }
    }

    @Test("what a service answers is told without the credentials")
    func redaction() async throws {
        var receiver = ReceiverConfig(name: "ops")
        receiver.telegrams = [
            TelegramConfig(
                position: position, token: .inline("110201543:AAHdq"), chat: .inline("1"), url: base + "/refuse")
        ]
        try await peers.withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let delivery = try #require(try await peers.deliveries(router, 1).first)
            #expect(delivery.status == .failed && delivery.attempts == 2, "once as written, once in plain words")
            #expect(!delivery.error.contains("AAHdq"), "\(delivery.error)")
        }
    }
}
