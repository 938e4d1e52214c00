import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("PagerDuty")
struct PagerDutyTests {
    let taken: TakenRequests

    init() throws { taken = try TakenRequests() }

    private var base: String { taken.base }

    @Test("PagerDuty is triggered and resolved under one key")
    func pagerDuty() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = PagerDutyConfig(position: position, key: .inline("R0UT1NG"), url: base + "/v2/enqueue")
        config.severity = #"{{ .CommonLabels.severity | toUpper }}"#
        config.links = [.init(href: "{{ (index .Alerts 0).CameraURL }}", text: "camera")]
        receiver.integrations = [PagerDutyIntegration(config: config)]
        let events = try await taken.requests(receiver, 2)
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
        receiver.integrations = [PagerDutyIntegration(config: config)]
        let body = try await taken.requests(receiver, 1, thenOver: false)[0].body
        #expect(body["service_key"].text == "S3RV1CE" && body["event_type"].text == "trigger")
        #expect(body["incident_key"].text?.count == 64)
        #expect(body["details"]["num_resolved"].text == "0")
    }

    private static let judge = """
        def judge(body, text):
            if len(text) > 512000: return 413, {'status': 'invalid event', 'message': 'Event is too large'}
            if len(body['payload']['summary']) > 1024: return 400, {'status': 'invalid event', 'errors': ['summary is too long']}
            return 202, {'status': 'success', 'message': 'Event processed'}
        """

    private func integration(_ base: String) -> PagerDutyIntegration {
        PagerDutyIntegration(config: PagerDutyConfig(position: position, key: .inline("k"), url: base))
    }

    @Test("a storm is one event that PagerDuty takes at once, and it says how many there are")
    func storm() async throws {
        let service = try StrictService(Self.judge)
        let body = try await service.expectStormIsTaken(integration(service.base))
        #expect(body["payload"]["custom_details"]["num_firing"].text == "2000")
        #expect(body["payload"]["custom_details"]["not_listed"].text?.hasSuffix("more alerts") == true)
    }

    @Test("one alert that is longer than any message is told in plain words")
    func longAlert() async throws {
        let service = try StrictService(Self.judge)
        try await service.expectLongAlertIsTold(integration(service.base))
    }

    static let answers: [ServiceAnswer] = [
        (#"{"status":"success"}"#, 202, nil), (#"{"status":"invalid event","errors":["x"]}"#, 200, false),
    ]

    @Test("its no is known in its own words, whatever the status", arguments: answers)
    func judges(_ answer: ServiceAnswer) { expectJudged(answer, by: PagerDutyIntegration.refusal) }
}
