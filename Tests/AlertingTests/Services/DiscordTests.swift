import ConfigText
import Foundation
import Model
import State
import Testing
import Transfers

@testable import Alerting

/// Discord itself cannot be had here: the mock has its documented limits, its errors and its way of slowing down.
@Suite("Discord")
struct DiscordTests {
    private static let judge = #"""
        import time
        known = {'1234': ('t0ken-of-the-channel', 'busy-token-0123', 'echo-token-0123')}
        free_at = {}
        def fault(message, code='INVALID'): return {'_errors': [{'code': code, 'message': message}]}
        def too_long(value, limit): return fault('Must be %d or fewer in length.' % limit, 'BASE_TYPE_MAX_LENGTH') if len(value) > limit else None
        def judge(body, text, path):
            parts = re.fullmatch(r'/api/webhooks/(\d+)/([\w-]+)', path)
            if not parts: return 404, {'message': '404: Not Found', 'code': 0}
            if parts[1] not in known: return 404, {'message': 'Unknown Webhook', 'code': 10015}
            if parts[2] not in known[parts[1]]: return 401, {'message': 'Invalid Webhook Token', 'code': 50027}
            if parts[2].startswith('busy'):
                first = path not in free_at
                if first: free_at[path] = time.monotonic() + 0.3
                rest = free_at[path] - time.monotonic()
                if rest > 0:
                    return 429, {'message': 'You are being rate limited.', 'retry_after': round(rest + 0.0005, 3), 'global': False}, {'Retry-After': '1'}
            if parts[2].startswith('echo'):
                return 400, {'message': 'no message for ' + path + ' with ' + parts[2], 'code': 50001}
            errors = {}
            def check(name, found):
                if found: errors[name] = found
            if 'content' in body: check('content', too_long(body['content'], 2000))
            if 'username' in body:
                name = body['username']
                check('username', too_long(name, 80) or (not name.strip() and fault('This field is required')))
                for word in ('clyde', 'discord'):
                    if word in name.lower(): check('username', fault('Username cannot contain "%s"' % word, 'USERNAME_INVALID_CONTAINS'))
            if 'avatar_url' in body and not re.match('https?://', body['avatar_url']):
                check('avatar_url', fault('Not a well formed URL.', 'URL_TYPE_INVALID_URL'))
            embeds = body.get('embeds', [])
            if len(embeds) > 10: check('embeds', fault('Must be 10 or fewer in length.'))
            found = {}
            for index, embed in enumerate(embeds):
                wrong = {}
                for key, limit in (('title', 256), ('description', 4096)):
                    if key in embed and too_long(embed[key], limit): wrong[key] = too_long(embed[key], limit)
                if not isinstance(embed.get('color', 0), int) or not 0 <= embed.get('color', 0) <= 0xffffff:
                    wrong['color'] = fault('int value should be between 0 and 16777215 inclusive.')
                if wrong: found[str(index)] = wrong
            if sum(len(e.get('title', '')) + len(e.get('description', '')) for e in embeds) > 6000:
                check('embeds', fault('Embed size exceeds maximum size of 6000', 'MAX_EMBED_SIZE_EXCEEDED'))
            check('embeds', found)
            if errors: return 400, {'message': 'Invalid Form Body', 'code': 50035, 'errors': errors}
            seen = body.get('content', '').strip() or any(
                (e.get('title', '') + e.get('description', '')).strip() for e in embeds)
            if not seen: return 400, {'message': 'Cannot send an empty message', 'code': 50006}
            return 204, None
        """#

    let service: StrictService

    init() throws { service = try StrictService(Self.judge) }

    private func config(_ token: String = "t0ken-of-the-channel", webhook: String = "1234") -> DiscordConfig {
        DiscordConfig(position: position, url: .inline("\(service.base)/api/webhooks/\(webhook)/\(token)"))
    }

    private func integration(_ change: (inout DiscordConfig) -> Void = { _ in }) -> DiscordIntegration {
        var config = config()
        change(&config)
        return DiscordIntegration(config: config)
    }

    @Test("an embed tells of an alert in red and of its end in green, and 204 is a success")
    func message() async throws {
        var receiver = ReceiverConfig(name: "ops")
        receiver.integrations = [integration()]
        try await service.peers.withRouter(receiver) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            _ = try await service.peers.deliveries(router, 1)
            await router.receive([DeliveryTests.cameraAlert(isOver: true)])
            let log = try await service.peers.deliveries(router, 2)
            #expect(
                log.allSatisfy { $0.status == .sent && $0.attempts == 1 && $0.integration == "discord[0]" }, "\(log)")
            #expect(router.statistics.integrations["discord"]?.sent == 2)
        }
        let events = try service.web.events(WebEvent<AnyJSON>.self)
        let (firing, over) = (events[0].body["embeds"][0], events[1].body["embeds"][0])
        #expect(events.map(\.status) == [204, 204])
        #expect(firing["title"].text == "[FIRING:1] CameraOffline (cam-1 node-1 critical)")
        let text = try #require(firing["description"].text)
        #expect(text.hasPrefix("**Camera cam-1 is <offline>**: Nothing for 2 minutes"), "\(text)")
        #expect(text.contains("[camera at that time](http://watch.test:9900/cameras/cam-1?"), "\(text)")
        #expect(firing["color"] == .number(0x99_2d22) && over["color"] == .number(0x2e_cc71))
        #expect(over["description"].text?.contains("Over: **Camera cam-1") == true)
        for key in ["content", "username", "avatar_url"] { #expect(events[0].body[key] == .null, "\(key)") }
    }

    @Test("what the entry says goes into the message, and what the channel shows nothing of stays away")
    func settings() async throws {
        let (_, events) = try await service.storm(
            integration {
                $0.title = "{{ .CommonLabels.alertname }}"
                $0.message = "{{ len .Alerts }} down"
                $0.content = "<@&42> {{ .Status }}"
                $0.username = "Night watch"
                $0.avatarURL = "https://site.test/owl.png"
            }, 2)
        let body = try #require(events.first).body
        #expect(body["embeds"][0]["title"].text == "CameraOffline")
        #expect(body["embeds"][0]["description"].text == "2 down")
        #expect(body["content"].text == "<@&42> firing")
        #expect(body["username"].text == "Night watch" && body["avatar_url"].text == "https://site.test/owl.png")
    }

    @Test("a message in which nothing would be seen says what has happened")
    func nothingToSee() async throws {
        let (empty, messages) = try await service.storm(
            integration {
                $0.title = " "
                $0.message = "{{/* nothing */}}"
                $0.content = "\n"
                $0.username = " "
            }, 1)
        #expect(empty.status == .sent && empty.attempts == 1, "\(empty.error) \(empty.answer)")
        #expect(messages.last?.body["embeds"][0]["title"].text == "[FIRING:1] CameraOffline")
    }

    @Test(
        "whatever is too long is taken at the first attempt", arguments: ["title", "message", "content", "username"])
    func limits(field: String) async throws {
        let long = String(repeating: "ống kính 😀 ", count: 1_000)
        let (delivery, events) = try await service.storm(
            integration {
                switch field {
                case "title": $0.title = long
                case "message": $0.message = long
                case "content": $0.content = long
                default: $0.username = long
                }
            }, 1)
        #expect(delivery.status == .sent && delivery.attempts == 1, "\(delivery.error) \(delivery.answer)")
        #expect(events.map(\.status) == [204])
    }

    @Test(
        "a storm is one message that the service takes at once, and it says how many there are",
        arguments: [nil, StrictService.everyAlert])
    func storms(text: String?) async throws {
        try await service.expectStormIsTaken(integration { if let text { $0.message = text } })
    }

    @Test("one alert that is longer than any message is told in plain words")
    func longAlert() async throws {
        try await service.expectLongAlertIsTold(integration { $0.message = StrictService.wholeSummary })
    }

    @Test("what Discord refuses is told once more in plain words, and the log says which part it was")
    func refusedPart() async throws {
        let (delivery, events) = try await service.storm(integration { $0.username = "Discord guard" }, 1)
        #expect(delivery.status == .sent && delivery.attempts == 2, "\(delivery)")
        #expect(
            delivery.answer.contains(#"Invalid Form Body (code 50035): username: Username cannot contain "discord""#),
            "\(delivery.answer)")
        #expect(events.map(\.status) == [400, 204] && events.last?.body["username"] == .null)
    }

    @Test("who is told to wait waits for as long as the body says, to the millisecond")
    func rateLimit() async throws {
        let (delivery, events) = try await service.storm(
            DiscordIntegration(config: config("busy-token-0123")), 1)
        #expect(delivery.status == .sent && delivery.attempts == 2, "\(delivery)")
        #expect(events.map(\.status) == [429, 204])
    }

    static let waits: [(body: String, header: String?, pause: Duration?)] = [
        (#"{"message":"x","retry_after":0.25,"global":false}"#, "1", .milliseconds(250)),
        (#"{"message":"x","retry_after":64.57,"global":true}"#, nil, .milliseconds(64_570)),
        (#"{"message":"x"}"#, "7", .seconds(7)), (#"{"message":"x"}"#, nil, nil),
        (#"{"message":"x","retry_after":-3}"#, nil, .zero),
        (#"{"message":"x","retry_after":1e300}"#, nil, .seconds(86_400)),
        (#"{"message":"x"}"#, "soon", nil), (#"{"message":"x"}"#, "nan", nil),
    ]

    @Test("a wait is read from the body, else from the header, and is never longer than a day", arguments: waits)
    func pauses(body: String, header: String?, pause: Duration?) {
        let response = HTTPResponse(
            status: 429, headers: header.map { ["retry-after": $0] } ?? [:], body: Array(body.utf8))
        guard case .failed(_, true, let found, _)? = DiscordIntegration.refusal(response) else {
            Issue.record("429 is no refusal that may pass")
            return
        }
        #expect(found == pause)
    }

    @Test(
        "a webhook that is not there is given up at once, the log says the mend, and the token stands nowhere",
        arguments: [
            ("9999", "t0ken-of-the-channel", "Unknown Webhook (code 10015); make a new webhook"),
            ("1234", "wr0ng-token-0123", "Invalid Webhook Token (code 50027); make a new webhook"),
            ("1234", "echo-token-0123", "no message for"),
        ])
    func unknownWebhook(webhook: String, token: String, reason: String) async throws {
        let (delivery, events) = try await service.storm(
            DiscordIntegration(config: config(token, webhook: webhook)), 1)
        #expect(delivery.status == .failed && delivery.error.contains(reason), "\(delivery.error)")
        #expect(events.count == (token.hasPrefix("echo") ? 2 : 1), "what is about the message is said once more")
        #expect(!"\(delivery)".contains(token), "\(delivery)")
    }

    static let answers: [ServiceAnswer] = [
        ("", 204, nil), (#"{"id":"1"}"#, 200, nil),
        (#"{"message":"You are being rate limited.","retry_after":1}"#, 429, true),
        (#"{"message":"Internal Server Error","code":0}"#, 500, true),
        (#"{"message":"Unknown Webhook","code":10015}"#, 404, false),
        (#"{"message":"Cannot send an empty message","code":50006}"#, 400, false),
    ]

    @Test("its no is known in its own words", arguments: answers)
    func judges(_ answer: ServiceAnswer) { expectJudged(answer, by: DiscordIntegration.refusal) }

    @Test("an answer that is not Discord's, as of a server between, is judged by its status")
    func otherAnswers() {
        for text in ["", "<html>error code: 1015</html>", "[]", #"{"message":7}"#, #"{"message":"x","errors":[1]}"#] {
            let response = HTTPResponse(status: 429, headers: ["retry-after": "3"], body: Array(text.utf8))
            #expect(DiscordIntegration.refusal(response) == nil, "\(text)")
        }
    }

    // MARK: The configuration

    private static func file(_ entry: String, global: String = "{}") -> AlertmanagerFile {
        AlertmanagerFile(
            "global: \(global)\nroute: {receiver: a}\nreceivers: [{name: a, discord_configs: [\(entry)]}]\n")
    }

    @Test("an entry is read, with what Alertmanager takes where nothing is said")
    func reads() throws {
        let file = Self.file(
            "{webhook_url_file: /hook, title: T, message: M, content: C, username: U, avatar_url: 'https://a.test/b.png',"
                + " send_resolved: false, http_config: {follow_redirects: false}}, {webhook_url_file: /hook}",
            global: "{http_config: {proxy_url: 'http://127.0.0.1:3128'}}")
        #expect(file.problems == [])
        let entries = try #require(file.config?.receivers.first).integrations.compactMap { $0 as? DiscordIntegration }
        let (full, plain) = (entries[0].config, entries[1].config)
        #expect(full.url == .file("/hook") && full.title == "T" && full.message == "M" && full.content == "C")
        #expect(full.username == "U" && full.avatarURL == "https://a.test/b.png" && !full.sendResolved)
        #expect(full.http.proxyURL == nil && !full.http.followRedirects)
        #expect(plain.title == #"{{ template "discord.default.title" . }}"# && plain.sendResolved)
        #expect(plain.http.proxyURL == "http://127.0.0.1:3128")
    }

    static let wrong: [(entry: String, what: String)] = [
        ("{title: x}", "discord_configs[0] has no webhook_url; write webhook_url_file"),
        ("{webhook_url: 'https://d.test/api/webhooks/1/x', webhook_url_file: f}", "has both webhook_url and"),
        ("{webhook_url: 'd.test/api/webhooks/1/x'}", "is not an HTTP address"),
        ("{webhook_url_file: f, avatar_url: owl.png}", "avatar_url is not an HTTP address"),
        ("{webhook_url_file: f, colour: red}", "unknown key \"colour\""),
        ("{webhook_url_file: f, username: Clyde}", "warning: Discord refuses names with \"clyde\" in them"),
        (
            "{webhook_url: 'https://d.test/api/webhooks/1/x'}",
            "warning: receivers[0].discord_configs[0].webhook_url stands in"
        ),
        ("{webhook_url: 'https://example.com/api/webhooks/1/x'}", "warning: example.com is a placeholder"),
    ]

    @Test("what is wrong with an entry is told, and a credential in it is not repeated", arguments: wrong)
    func problems(entry: String, what: String) {
        let problems = Self.file(entry).problems
        #expect(problems.contains { $0.contains(what) }, "\(problems)")
    }

    @Test("the file is shown without the webhook's address")
    func shown() throws {
        let text = "receivers: [{name: a, discord_configs: [{webhook_url: 'https://d.test/api/webhooks/1/s3cret'}]}]"
        let shown = try #require(AlertmanagerReader.shownText(of: text))
        #expect(shown.contains("<secret>") && !shown.contains("s3cret"), "\(shown)")
    }
}
