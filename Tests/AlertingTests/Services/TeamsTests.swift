import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("Microsoft Teams")
struct TeamsTests {
    let taken: TakenRequests

    init() throws { taken = try TakenRequests() }

    private var base: String { taken.base }

    @Test("Teams gets a message card or an adaptive card")
    func teams() async throws {
        var receiver = ReceiverConfig(name: "ops")
        receiver.integrations = [
            TeamsConfig(position: position, card: .message, url: .inline(base + "/card")),
            TeamsConfig(position: position, card: .adaptive, url: .inline(base + "/flow")),
        ].map { TeamsIntegration(config: $0) }
        let events = try await taken.requests(receiver, 2, thenOver: false)
        let card = try #require(events.first { $0.path == "/card" }).body
        #expect(card["@type"].text == "MessageCard" && card["themeColor"].text == "8C1A1A")
        #expect(card["title"].text?.hasPrefix("[FIRING:1]") == true && card["text"].text?.contains("cam-1") == true)
        let flow = try #require(events.first { $0.path == "/flow" }).body
        let content = flow["attachments"][0]["content"]
        #expect(flow["type"].text == "message" && content["type"].text == "AdaptiveCard")
        #expect(content["body"][0]["color"].text == "attention")
        #expect(content["body"][1]["text"].text?.contains("camera at that time") == true)
    }

    private static let judge = """
        def judge(body, text):
            if len(text) > 28000:
                return 200, 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId tcid=1'
            return 200, '1'
        """

    private func integration(_ base: String, _ text: String? = nil) -> TeamsIntegration {
        var config = TeamsConfig(position: position, card: .adaptive, url: .inline(base))
        if let text { config.text = text }
        return TeamsIntegration(config: config)
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
        ("1", 200, nil), ("", 202, nil),
        (
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x",
            200, false
        ),
        ("Microsoft Teams endpoint returned HTTP error 429 with ContextId x", 200, true),
    ]

    @Test("its no is known in its own words, whatever the status", arguments: answers)
    func judges(_ answer: ServiceAnswer) { expectJudged(answer, by: TeamsIntegration.refusal) }
}
