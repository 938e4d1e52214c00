internal import Foundation
internal import Hummingbird
internal import NIOCore
internal import SiteView

/// An HTTP server on loopback that puts every posted body into the inbox.
struct WebhookInboxServer: Sendable {
    private let server: LoopbackServer

    var port: Int { server.port }

    init(inbox: Inbox) async throws {
        let router = Router()
        router.post("**") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
            let notification = WebhookText(body: body)
            inbox.add(.webhook, to: request.uri.path, subject: notification.subject, body: notification.text)
            return HTTPResponse.Status.ok
        }
        server = try await LoopbackServer("the inbox for webhooks", router: router)
    }

    /// Serves until the task is cancelled.
    func run() async { await server.run() }
}

/// What a person reads of a webhook's JSON: its state and its alerts' summaries.
struct WebhookText {
    let subject: String
    let text: String

    init(body: String) {
        struct Notification: Decodable {
            struct Alert: Decodable {
                let status: String?
                let labels: [String: String]?
                let annotations: [String: String]?
            }
            let status: String?
            let receiver: String?
            let alerts: [Alert]?
        }
        guard let notification = try? JSONDecoder().decode(Notification.self, from: Data(body.utf8)),
            let alerts = notification.alerts
        else {
            subject = "webhook"
            text = body
            return
        }
        subject = "[\(notification.status ?? "?")] \(alerts.first?.labels?["alertname"] ?? "")"
        text = alerts.map { alert in
            let summary = alert.annotations?["summary"] ?? alert.labels?["alertname"] ?? ""
            return "\(alert.status ?? ""): \(summary)"
        }.joined(separator: "\n")
    }
}
