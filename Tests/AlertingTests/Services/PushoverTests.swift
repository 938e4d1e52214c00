import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("Pushover")
struct PushoverTests {
    let taken: TakenRequests

    init() throws { taken = try TakenRequests() }

    private var base: String { taken.base }

    @Test("Pushover gets a form; an emergency says how often it is repeated")
    func pushover() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = PushoverConfig(position: position, userKey: .inline("u5er"), token: .inline("t0ken"))
        config.url = base + "/1/messages.json"
        receiver.integrations = [PushoverIntegration(config: config)]
        let events = try await taken.requests(receiver, 2)
        let (firing, over) = (events[0].body, events[1].body)
        #expect(firing["token"].text == "t0ken" && firing["user"].text == "u5er")
        #expect(firing["priority"].text == "2" && firing["retry"].text == "60" && firing["expire"].text == "3600")
        #expect(firing["title"].text == "[FIRING:1] CameraOffline (cam-1 node-1 critical)")
        #expect(firing["message"].text?.contains("cam-1") == true)
        #expect(over["priority"].text == "0" && over["retry"] == .null)
    }

    private static let judge = """
        def judge(body, text):
            bad = len(body['message']) > 1024 or len(body['title']) > 250
            return (400, {'status': 0, 'errors': ['message is too long']}) if bad else (200, {'status': 1})
        """

    private func integration(_ base: String, _ text: String? = nil) -> PushoverIntegration {
        var config = PushoverConfig(position: position, userKey: .inline("u"), token: .inline("t"))
        config.url = base
        config.usesHTML = true
        if let text { config.message = text }
        return PushoverIntegration(config: config)
    }

    @Test(
        "a storm is one message that the service takes at once, and it says how many there are",
        arguments: [nil, StrictService.everyAlert])
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
        (#"{"status":1,"request":"x"}"#, 200, nil),
        (#"{"status":0,"errors":["message cannot be blank"]}"#, 200, false),
    ]

    @Test("its no is known in its own words, whatever the status", arguments: answers)
    func judges(_ answer: ServiceAnswer) { expectJudged(answer, by: PushoverIntegration.refusal) }
}
