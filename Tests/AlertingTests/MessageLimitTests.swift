import Base
import Foundation
import Model
import SiteConfig
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

/// Storms against services that say no as the real ones do. The mock's limits are those of the services' documentation.
@Suite("Messages within the limits of services")
struct MessageLimitTests {
    let peers: DeliveryTests
    let web: PythonPeer

    init() throws {
        peers = try DeliveryTests()
        web = try PythonPeer(Self.strict, in: peers.scratch.url)
    }

    private var base: String { "http://127.0.0.1:\(web.port)" }

    /// Measures each message as the service named by the path does, and refuses in its words.
    static let strict = """
        import html.parser, http.server, json, sys, threading, urllib.parse
        speaking = threading.Lock()
        units = lambda text: len(text.encode('utf-16-le')) // 2
        class Telegram(html.parser.HTMLParser):
            def __init__(self): super().__init__(); self.text = ''; self.open = []; self.bad = ''
            def handle_data(self, data): self.text += data
            def handle_starttag(self, tag, attributes):
                if tag not in ('b', 'i', 'u', 's', 'a', 'code', 'pre', 'strong', 'em'): self.bad = 'Unsupported start tag'
                self.open.append(tag)
            def handle_endtag(self, tag):
                if not self.open or self.open.pop() != tag: self.bad = 'Unmatched end tag'
        def telegram(body, text):
            message = body['text']
            if body.get('parse_mode') == 'HTML':
                parser = Telegram(); parser.feed(message); parser.close()
                bad = parser.bad or (parser.open and "Can't find end tag corresponding to start tag " + parser.open[0])
                if bad: return 400, {'ok': False, 'error_code': 400, 'description': "Bad Request: can't parse entities: " + bad}
                message = parser.text
            if units(message) > 4096: return 400, {'ok': False, 'error_code': 400, 'description': 'Bad Request: message is too long'}
            return 200, {'ok': True, 'result': {}}
        def pagerduty(body, text):
            if len(text) > 512000: return 413, {'status': 'invalid event', 'message': 'Event is too large'}
            if len(body['payload']['summary']) > 1024: return 400, {'status': 'invalid event', 'errors': ['summary is too long']}
            return 202, {'status': 'success', 'message': 'Event processed'}
        def teams(body, text):
            if len(text) > 28000:
                return 200, 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId tcid=1'
            return 200, '1'
        def slack(body, text):
            return (400, 'msg_too_long') if len(body['attachments'][0]['text']) > 40000 else (200, 'ok')
        def opsgenie(body, text):
            bad = len(body['message']) > 130 or len(body['description']) > 15000
            return (422, {'message': 'Request body is not processable'}) if bad else (202, {'result': 'Request will be processed'})
        def pushover(body, text):
            bad = len(body['message']) > 1024 or len(body['title']) > 250
            return (400, {'status': 0, 'errors': ['message is too long']}) if bad else (200, {'status': 1})
        def webhook(body, text): return (413, 'too large') if len(text) > 100000 else (200, 'ok')
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self, *a): pass
            def do_POST(self):
                text = self.rfile.read(int(self.headers['Content-Length'] or 0))
                form = 'urlencoded' in (self.headers['Content-Type'] or '')
                body = dict(urllib.parse.parse_qsl(text.decode())) if form else json.loads(text)
                status, answer = globals()[self.path.split('/')[1]](body, text)
                data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
                # Said before it is answered: the next request may come before this thread goes on.
                with speaking:
                    sys.stdout.write(json.dumps({'path': self.path, 'status': status, 'type': '', 'login': None,
                        'method': 'POST', 'key': None, 'body': body}) + '\\n'); sys.stdout.flush()
                self.send_response(status); self.send_header('Content-Length', str(len(data))); self.end_headers()
                self.wfile.write(data)
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
        print(s.server_port); s.serve_forever()
        """

    private func receiver(_ kind: String, _ text: String? = nil) -> ReceiverConfig {
        var receiver = ReceiverConfig(name: "ops")
        let url = "\(base)/\(kind)"
        switch kind {
        case "telegram":
            var config = TelegramConfig(position: position, token: .inline("t0ken"), chat: .inline("1"), url: url)
            if let text { config.message = text }
            receiver.telegrams = [config]
        case "pagerduty": receiver.pagerDuties = [PagerDutyConfig(position: position, key: .inline("k"), url: url)]
        case "teams":
            var config = TeamsConfig(position: position, card: .adaptive, url: .inline(url))
            if let text { config.text = text }
            receiver.teams = [config]
        case "slack":
            var config = SlackConfig(position: position, apiURL: .inline(url))
            if let text { config.text = text }
            receiver.slacks = [config]
        case "opsgenie":
            var config = OpsGenieConfig(position: position, key: .inline("k"), url: url)
            if let text { config.description = text }
            receiver.opsGenies = [config]
        case "pushover":
            var config = PushoverConfig(position: position, userKey: .inline("u"), token: .inline("t"))
            config.url = url
            config.usesHTML = true
            if let text { config.message = text }
            receiver.pushovers = [config]
        default: receiver.webhooks = [WebhookConfig(position: position, url: .inline(url))]
        }
        return receiver
    }

    /// One notification about `count` cameras; what became of it, and what the service got.
    private func storm(
        _ receiver: ReceiverConfig, _ count: Int, summary: String = ""
    ) async throws -> (Delivery, [WebEvent<AnyJSON>]) {
        var log: [Delivery] = []
        try await peers.withRouter(
            receiver,
            {
                $0.route.groupWait = .milliseconds(200)
                $0.route.groupInterval = .seconds(60)
            }
        ) { router in
            await router.receive(
                (0..<count).map { index in
                    let camera = DeliveryTests.cameraAlert(camera: "cam-\(index)")
                    return summary.isEmpty
                        ? camera
                        : Alert(
                            labels: camera.labels, annotations: ["summary": summary], startsAt: camera.startsAt,
                            endsAt: camera.endsAt, generatorURL: "")
                })
            log = try await eventually("the delivery", within: .seconds(60)) {
                let log = try router.deliveries(limit: 10)
                return log.isEmpty ? nil : log
            }
        }
        return (try #require(log.first), try web.events(WebEvent<AnyJSON>.self))
    }

    static let everyAlert = "{{ range .Alerts }}<b>{{ .Labels.camera_id }}</b> is <i>down</i> for long 😀 {{ end }}"
    static let kinds: [(kind: String, text: String?)] = [
        ("telegram", nil), ("telegram", everyAlert), ("pagerduty", nil), ("teams", nil), ("teams", everyAlert),
        ("slack", everyAlert), ("opsgenie", everyAlert), ("pushover", nil), ("pushover", everyAlert),
    ]

    @Test("a storm is one message that the service takes at once, and it says how many there are", arguments: kinds)
    func storms(kind: String, text: String?) async throws {
        let (delivery, events) = try await storm(receiver(kind, text), 2_000)
        #expect(delivery.status == .sent && delivery.attempts == 1, "\(delivery.error) \(delivery.answer)")
        let body = try #require(events.first).body
        let shown = "\(body)"
        #expect(shown.contains("cam-0") && shown.contains("2000") || shown.contains("more"), "\(shown.prefix(300))")
        if kind == "pagerduty" {
            #expect(body["payload"]["custom_details"]["num_firing"].text == "2000")
            #expect(body["payload"]["custom_details"]["not_listed"].text?.hasSuffix("more alerts") == true)
        }
        if kind == "telegram" { #expect(body["parse_mode"].text == "HTML", "it kept its form") }
    }

    @Test(
        "one alert that is longer than any message is told in plain words",
        arguments: ["telegram", "pagerduty", "teams", "slack", "opsgenie", "pushover"])
    func longAlert(kind: String) async throws {
        let text = "{{ range .Alerts }}<b>{{ .Annotations.summary }}</b>{{ end }}"
        let (delivery, events) = try await storm(
            receiver(kind, kind == "pagerduty" ? nil : text), 1,
            summary: String(repeating: "ống kính <1> & ", count: 40_000))
        #expect(delivery.status == .sent, "\(delivery.error)")
        #expect("\(try #require(events.last).body)".contains("ống kính"))
    }

    @Test("a message that the service cannot read is told in plain words once, and the log says why")
    func refused() async throws {
        let (delivery, events) = try await storm(receiver("telegram", "<b>open {{ len .Alerts }}"), 2)
        #expect(delivery.status == .sent && delivery.attempts == 2, "\(delivery)")
        #expect(delivery.answer.contains("can't parse entities"), "\(delivery.answer)")
        let body = try #require(events.last).body
        #expect(body["parse_mode"] == .null && body["text"].text?.contains("NOW  Camera cam-0 is <offline>") == true)
    }

    @Test("a webhook that takes no long list gets a short one that counts the rest")
    func webhook() async throws {
        let (delivery, events) = try await storm(receiver("webhook"), 2_000)
        #expect(delivery.status == .sent && delivery.attempts == 2, "\(delivery)")
        #expect(try #require(events.last).body["truncatedAlerts"] == .number(1_950))
    }

    static let noes:
        [(judge: @Sendable (HTTPResponse) -> DeliveryAttempt?, text: String, status: Int, retries: Bool?)] = [
            (TeamsIntegration.refusal, "1", 200, nil), (TeamsIntegration.refusal, "", 202, nil),
            (
                TeamsIntegration.refusal,
                "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x",
                200, false
            ),
            (TeamsIntegration.refusal, "Microsoft Teams endpoint returned HTTP error 429 with ContextId x", 200, true),
            (SlackIntegration.refusal, "ok", 200, nil), (SlackIntegration.refusal, #"{"ok":true}"#, 200, nil),
            (SlackIntegration.refusal, #"{"ok":false,"error":"msg_too_long"}"#, 200, false),
            (SlackIntegration.refusal, #"{"ok":false,"error":"ratelimited"}"#, 200, true),
            (TelegramIntegration.refusal, #"{"ok":true,"result":{}}"#, 200, nil),
            (
                TelegramIntegration.refusal,
                #"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":3}}"#, 200, true
            ),
            (PagerDutyIntegration.refusal, #"{"status":"success"}"#, 202, nil),
            (PagerDutyIntegration.refusal, #"{"status":"invalid event","errors":["x"]}"#, 200, false),
            (PushoverIntegration.refusal, #"{"status":1,"request":"x"}"#, 200, nil),
            (PushoverIntegration.refusal, #"{"status":0,"errors":["message cannot be blank"]}"#, 200, false),
            (OpsGenieIntegration.refusal, #"{"result":"Request will be processed","requestId":"x"}"#, 202, nil),
            (OpsGenieIntegration.refusal, #"{"message":"x","code":422}"#, 200, false),
        ]

    @Test("a service's no is known in its own words, whatever the status", arguments: noes.indices)
    func no(index: Int) {
        let (judge, text, status, retries) = Self.noes[index]
        let attempt = judge(HTTPResponse(status: status, headers: [:], body: Array(text.utf8)))
        guard let retries else {
            #expect(attempt == nil, "\(text)")
            return
        }
        guard case .failed(_, let mayRetry, _, _)? = attempt else {
            Issue.record("\(text) counts as taken")
            return
        }
        #expect(mayRetry == retries, "\(text)")
    }

    @Test("a template that fails in any field costs its field alone")
    func failingFields() async throws {
        let failing = "{{ (index .Alerts 99999).Labels.camera_id }}"
        var slack = SlackConfig(position: position, apiURL: .inline("\(base)/slack"))
        for path in [\SlackConfig.title, \.titleLink, \.channel, \.color, \.fallback, \.username, \.pretext, \.footer] {
            slack[keyPath: path] = failing
        }
        var receiver = ReceiverConfig(name: "ops")
        receiver.slacks = [slack]
        let (delivery, events) = try await storm(receiver, 1)
        #expect(delivery.status == .sent && delivery.answer.contains("template of `title` failed"), "\(delivery)")
        let attachment = try #require(events.first).body["attachments"][0]
        #expect(
            attachment["title"].text == "[FIRING:1] CameraOffline" && attachment["text"].text?.contains("cam-0") == true
        )
    }

    @Test("what a program posts as the source of an alert is a link only where it leads to a page")
    func links() throws {
        let labels: Labels = ["alertname": "A"]
        for (url, isThere) in [
            ("javascript:alert(1)", false), ("http://watch.test/graph?a=1", true), ("data:text/html,x", false),
        ] {
            let alert = Alert(labels: labels, annotations: [:], startsAt: 0, endsAt: 1, generatorURL: url)
            let intent = NotificationIntent(
                key: .init(groupKey: "g", receiver: "r", integration: "email[0]"), identifier: "i", createdAt: 0,
                firing: [labels.fingerprint], resolved: [], untold: [])
            let notification = Notification(
                intent: intent, integration: .none, groupLabels: labels,
                alerts: [
                    NotificationAlert(fingerprint: labels.fingerprint, alert: alert, isResolved: false, updatedAt: 0)
                ],
                repeatInterval: 0)
            let config = AlertmanagerConfig(route: route("r"), receivers: [ReceiverConfig(name: "r")])
            let templates = try NotificationTemplates(config, externalURL: "http://here")
            let data = NotificationData(
                notification,
                links: NotificationLinks(externalURL: "http://here", tokens: SilenceTokens(key: [1]), now: 0))
            let page = try templates.expand(
                #"{{ template "email.default.html" . }}"#, field: "html", data, now: 0, escapesHTML: true)
            #expect(page.contains(">Source</a>") == isThere && !page.contains("javascript:") && !page.contains("data:"))
            let text = NotificationText(data: data, templates: templates, intent: intent, now: 0)
            #expect((text.link(url, "title_link") != nil) == isThere)
        }
    }

    @Test("a sender's name is encoded, and the address stays one")
    func addresses() {
        let wanted = [
            ("Giám sát <alerts@site.test>", "=?UTF-8?B?R2nDoW0gc8OhdA==?= <alerts@site.test>"),
            ("\"Ops, night\" <ops@a.test>, b@a.test", "\"Ops, night\" <ops@a.test>,\r\n b@a.test"),
            ("a@b.test", "a@b.test"), ("<a@b.test>", "<a@b.test>"),
            ("\"Kỹ thuật, ca 2\" <k@a.test>", "=?UTF-8?B?S+G7uSB0aHXhuq10LCBjYSAy?= <k@a.test>"),
        ]
        for (text, header) in wanted { #expect(MailText.addressHeader(text) == header) }
    }
}
