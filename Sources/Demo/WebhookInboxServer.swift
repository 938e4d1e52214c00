internal import Foundation
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import SiteView
internal import Synchronization

/// An HTTP server on loopback that puts every posted body into the inbox.
struct WebhookInboxServer: Sendable {
    let port: Int
    private let serving: Task<Void, Never>

    /// Listens at a port of the system's choice, so that nobody else takes it before the site names it.
    init(inbox: Inbox) async throws {
        let router = Router()
        router.post("**") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
            let notification = WebhookText(body: body)
            inbox.add(.webhook, to: request.uri.path, subject: notification.subject, body: notification.text)
            return HTTPResponse.Status.ok
        }
        var logger = Logger(label: "inbox")
        logger.logLevel = .critical
        let (ports, found) = AsyncThrowingStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) }, logger: logger)
        serving = Task {
            do {
                try await application.run()
                found.finish()
            } catch {
                found.finish(throwing: error)
            }
        }
        guard let port = try await ports.first(where: { _ in true }) else {
            throw Demo.Refusal(description: "the inbox for webhooks ended at once")
        }
        self.port = port
    }

    /// Serves until the task is cancelled.
    func run() async {
        await withTaskCancellationHandler {
            await serving.value
        } onCancel: {
            serving.cancel()
        }
    }
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
