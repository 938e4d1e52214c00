import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("Telegram")
struct TelegramTests {
    let taken: TakenRequests

    init() throws { taken = try TakenRequests() }

    private var base: String { taken.base }

    @Test("Telegram gets HTML for one chat, and is left alone for as long as it says")
    func telegram() async throws {
        var receiver = ReceiverConfig(name: "ops")
        var config = TelegramConfig(
            position: position, token: .inline("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
            chat: .inline("-100123"),
            url: base + "/pause")
        config.thread = 7
        receiver.integrations = [TelegramIntegration(config: config)]
        let started = ContinuousClock.now
        var log: [Delivery] = []
        try await taken.peers.withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            log = try await taken.peers.deliveries(router, 1)
        }
        let events = try await taken.web.events(WebEvent<AnyJSON>.self, 2)
        #expect(ContinuousClock.now - started >= .seconds(1))
        #expect(log.first?.status == .sent && log.first?.attempts == 2)
        #expect(events[0].path == "/pause/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage")
        let body = events[1].body
        #expect(body["chat_id"].text == "-100123" && body["parse_mode"].text == "HTML")
        #expect(body["message_thread_id"] == .number(7))
        #expect(body["text"].text?.contains("Camera cam-1 is &lt;offline&gt;") == true)
        #expect(events[0].key == events[1].key, "attempts of one notification have one key")
    }

    @Test("what a service answers is told without the credentials")
    func redaction() async throws {
        var receiver = ReceiverConfig(name: "ops")
        let config = TelegramConfig(
            position: position, token: .inline("110201543:AAHdq"), chat: .inline("1"), url: base + "/refuse")
        receiver.integrations = [TelegramIntegration(config: config)]
        try await taken.peers.withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let delivery = try #require(try await taken.peers.deliveries(router, 1).first)
            #expect(delivery.status == .failed && delivery.attempts == 2, "once as written, once in plain words")
            #expect(!delivery.error.contains("AAHdq"), "\(delivery.error)")
        }
    }

    private static let judge = """
        units = lambda text: len(text.encode('utf-16-le')) // 2
        class Telegram(html.parser.HTMLParser):
            def __init__(self): super().__init__(); self.text = ''; self.open = []; self.bad = ''
            def handle_data(self, data): self.text += data
            def handle_starttag(self, tag, attributes):
                if tag not in ('b', 'i', 'u', 's', 'a', 'code', 'pre', 'strong', 'em'): self.bad = 'Unsupported start tag'
                self.open.append(tag)
            def handle_endtag(self, tag):
                if not self.open or self.open.pop() != tag: self.bad = 'Unmatched end tag'
        def judge(body, text):
            message = body['text']
            if body.get('parse_mode') == 'HTML':
                parser = Telegram(); parser.feed(message); parser.close()
                bad = parser.bad or (parser.open and "Can't find end tag corresponding to start tag " + parser.open[0])
                if bad: return 400, {'ok': False, 'error_code': 400, 'description': "Bad Request: can't parse entities: " + bad}
                message = parser.text
            if units(message) > 4096: return 400, {'ok': False, 'error_code': 400, 'description': 'Bad Request: message is too long'}
            return 200, {'ok': True, 'result': {}}
        """

    private func integration(_ base: String, _ text: String? = nil) -> TelegramIntegration {
        var config = TelegramConfig(position: position, token: .inline("t0ken"), chat: .inline("1"), url: base)
        if let text { config.message = text }
        return TelegramIntegration(config: config)
    }

    @Test(
        "a storm is one message that the service takes at once, it says how many there are, and it keeps its form",
        arguments: [nil, StrictService.everyAlert])
    func storms(text: String?) async throws {
        let service = try StrictService(Self.judge)
        let body = try await service.expectStormIsTaken(integration(service.base, text))
        #expect(body["parse_mode"].text == "HTML", "it kept its form")
    }

    @Test("one alert that is longer than any message is told in plain words")
    func longAlert() async throws {
        let service = try StrictService(Self.judge)
        try await service.expectLongAlertIsTold(integration(service.base, StrictService.wholeSummary))
    }

    @Test("a message that the service cannot read is told in plain words once, and the log says why")
    func refused() async throws {
        let service = try StrictService(Self.judge)
        let (delivery, events) = try await service.storm(integration(service.base, "<b>open {{ len .Alerts }}"), 2)
        #expect(delivery.status == .sent && delivery.attempts == 2, "\(delivery)")
        #expect(delivery.answer.contains("can't parse entities"), "\(delivery.answer)")
        let body = try #require(events.last).body
        #expect(body["parse_mode"] == .null && body["text"].text?.contains("NOW  Camera cam-0 is <offline>") == true)
    }

    static let answers: [ServiceAnswer] = [
        (#"{"ok":true,"result":{}}"#, 200, nil),
        (#"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":3}}"#, 200, true),
    ]

    @Test("its no is known in its own words, whatever the status", arguments: answers)
    func judges(_ answer: ServiceAnswer) { expectJudged(answer, by: TelegramIntegration.refusal) }
}
