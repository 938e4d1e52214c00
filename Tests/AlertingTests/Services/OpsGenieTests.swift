import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("OpsGenie")
struct OpsGenieTests {
    let taken: TakenRequests

    init() throws { taken = try TakenRequests() }

    private var base: String { taken.base }

    @Test("OpsGenie gets an alert, its changes, and its end")
    func opsGenie() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = OpsGenieConfig(position: position, key: .inline("G3N1E"), url: base)
        config.updatesAlerts = true
        config.tags = "vms, {{ .CommonLabels.severity }}"
        config.priority = "P1"
        config.responders = [.init(name: "night", type: "teams")]
        receiver.integrations = [OpsGenieIntegration(config: config)]
        let events = try await taken.requests(receiver, 4)
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

    private static let judge = """
        def judge(body, text):
            bad = len(body['message']) > 130 or len(body['description']) > 15000
            return (422, {'message': 'Request body is not processable'}) if bad else (202, {'result': 'Request will be processed'})
        """

    private func integration(_ base: String, _ text: String? = nil) -> OpsGenieIntegration {
        var config = OpsGenieConfig(position: position, key: .inline("k"), url: base)
        if let text { config.description = text }
        return OpsGenieIntegration(config: config)
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

    static let answers: [ServiceAnswer] = [
        (#"{"result":"Request will be processed","requestId":"x"}"#, 202, nil),
        (#"{"message":"x","code":422}"#, 200, false),
    ]

    @Test("its no is known in its own words, whatever the status", arguments: answers)
    func judges(_ answer: ServiceAnswer) { expectJudged(answer, by: OpsGenieIntegration.refusal) }
}
