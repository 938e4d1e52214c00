internal import Foundation
internal import Hummingbird
internal import Logging
internal import SiteView
internal import Synchronization

/// An HTTP server on loopback that puts every posted body into the inbox.
struct WebhookInboxServer: Sendable {
    private let inbox: Inbox

    init(inbox: Inbox) { self.inbox = inbox }

    /// Serves until the task is cancelled.
    func run(port: Int) async throws {
        let router = Router()
        router.post("**") { [inbox] request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
            let notice = WebhookText(body: body)
            inbox.add(.webhook, to: request.uri.path, subject: notice.subject, body: notice.text)
            return HTTPResponse.Status.ok
        }
        var logger = Logger(label: "inbox")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            logger: logger)
        try await application.run()
    }
}

/// What a person reads of a webhook's JSON: its state and its alerts' summaries.
struct WebhookText {
    let subject: String
    let text: String

    init(body: String) {
        struct Notice: Decodable {
            struct Alert: Decodable {
                let status: String?
                let labels: [String: String]?
                let annotations: [String: String]?
            }
            let status: String?
            let receiver: String?
            let alerts: [Alert]?
        }
        guard let notice = try? JSONDecoder().decode(Notice.self, from: Data(body.utf8)), let alerts = notice.alerts
        else {
            subject = "webhook"
            text = body
            return
        }
        subject = "[\(notice.status ?? "?")] \(alerts.first?.labels?["alertname"] ?? "")"
        text = alerts.map { alert in
            let summary = alert.annotations?["summary"] ?? alert.labels?["alertname"] ?? ""
            return "\(alert.status ?? ""): \(summary)"
        }.joined(separator: "\n")
    }
}
