import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

/// A server that says no as a service does: it judges each request by the limits of the service's documentation, and
/// answers in the service's words. The services themselves cannot be had here.
struct StrictService {
    let peers: DeliveryTests
    let web: PythonPeer

    /// - Parameter judge: Python that defines `judge(body, text)`, or `judge(body, text, path)`: a request's body as JSON
    ///   or as a form's fields, and as it came. It returns the status, the answer (a text, what becomes JSON, or `None`),
    ///   and headers if there are any.
    init(_ judge: String) throws {
        peers = try DeliveryTests()
        web = try PythonPeer(Self.server(judge), in: peers.scratch.url)
    }

    var base: String { "http://127.0.0.1:\(web.port)" }

    private static func server(_ judge: String) -> String {
        """
        import html.parser, http.server, json, re, sys, threading, urllib.parse
        speaking = threading.Lock()
        \(judge)
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self, *a): pass
            def do_POST(self):
                text = self.rfile.read(int(self.headers['Content-Length'] or 0))
                form = 'urlencoded' in (self.headers['Content-Type'] or '')
                body = dict(urllib.parse.parse_qsl(text.decode())) if form else json.loads(text)
                status, answer, *more = judge(body, text) if judge.__code__.co_argcount == 2 else judge(body, text, self.path)
                with speaking:
                    sys.stdout.write(json.dumps({'path': self.path, 'status': status, 'type': '', 'login': None,
                        'method': 'POST', 'key': None, 'body': body}) + '\\n'); sys.stdout.flush()
                data = answer.encode() if isinstance(answer, str) else b'' if answer is None else json.dumps(answer).encode()
                self.send_response(status); self.send_header('Content-Length', str(len(data)))
                for name, value in (more[0] if more else {}).items(): self.send_header(name, value)
                self.end_headers(); self.wfile.write(data)
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
        print(s.server_port); s.serve_forever()
        """
    }

    /// One notification about `count` cameras; what became of it, and what the service got.
    func storm(
        _ integration: any Integration, _ count: Int, summary: String = ""
    ) async throws -> (Delivery, [WebEvent<AnyJSON>]) {
        var receiver = ReceiverConfig(name: "ops")
        receiver.integrations = [integration]
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

    /// A template that names every alert, in the marks of HTML.
    static let everyAlert = "{{ range .Alerts }}<b>{{ .Labels.camera_id }}</b> is <i>down</i> for long 😀 {{ end }}"
    /// A template of which one alert's text is all.
    static let wholeSummary = "{{ range .Alerts }}<b>{{ .Annotations.summary }}</b>{{ end }}"

    /// Expects that two thousand alerts are one message that the service takes at once, and that it says how many there
    /// are.
    /// - Returns: the message.
    @discardableResult
    func expectStormIsTaken(_ integration: any Integration) async throws -> AnyJSON {
        let (delivery, events) = try await storm(integration, 2_000)
        #expect(delivery.status == .sent && delivery.attempts == 1, "\(delivery.error) \(delivery.answer)")
        let body = try #require(events.first).body
        let shown = "\(body)"
        #expect(shown.contains("cam-0") && shown.contains("2000") || shown.contains("more"), "\(shown.prefix(300))")
        return body
    }

    /// Expects that one alert that is longer than any message is told in plain words.
    func expectLongAlertIsTold(_ integration: any Integration) async throws {
        let (delivery, events) = try await storm(
            integration, 1, summary: String(repeating: "ống kính <1> & ", count: 40_000))
        #expect(delivery.status == .sent, "\(delivery.error)")
        #expect("\(try #require(events.last).body)".contains("ống kính"))
    }
}

/// Requests that a server took that takes all.
struct TakenRequests {
    let peers: DeliveryTests
    let web: PythonPeer

    init() throws {
        peers = try DeliveryTests()
        web = try PythonPeer(PeerPrograms.web, in: peers.scratch.url)
    }

    var base: String { "http://127.0.0.1:\(web.port)" }

    /// Lets one alert fire and end, and returns the first `count` requests.
    func requests(
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
}

/// An answer of a service, and whether it counts as taken (`nil`), or as a refusal that may pass.
typealias ServiceAnswer = (text: String, status: Int, retries: Bool?)

/// Expects that a service's no is known in its own words, whatever the status.
func expectJudged(_ answer: ServiceAnswer, by judge: (HTTPResponse) -> DeliveryAttempt?) {
    let attempt = judge(HTTPResponse(status: answer.status, headers: [:], body: Array(answer.text.utf8)))
    guard let retries = answer.retries else {
        #expect(attempt == nil, "\(answer.text)")
        return
    }
    guard case .failed(_, let mayRetry, _, _)? = attempt else {
        Issue.record("\(answer.text) counts as taken")
        return
    }
    #expect(mayRetry == retries, "\(answer.text)")
}
