internal import Base
internal import ConfigText
internal import Model
internal import Transfers

/// A message to telephones by Pushover: https://pushover.net/api
struct PushoverIntegration: Integration {
    let config: PushoverConfig

    let kind = "pushover"
    var sendsResolved: Bool { config.sendResolved }
    let destination = "Pushover"
    var templates: [Located<String>] { config.templates.map { Located($0, at: config.position) } }

    /// Pushover refuses longer ones.
    private static let titleLengthMax = 250
    private static let messageLengthMax = 1_024
    private static let linkLengthMax = 512

    static func post(_ config: PushoverConfig, _ text: NotificationText) throws -> WebPost {
        let (user, token) = (try config.userKey.read(), try config.token.read())
        let (message, isPlain) = text.fitted(
            messageLengthMax,
            { (message: (String, Bool)) in
                message.0.unicodeScalars.count
            }
        ) { text in (text.body(config.message, "message", escapesHTML: config.usesHTML), text.isPlain) }
        var fields: [(name: String, value: String?)] = [
            ("token", token), ("user", user),
            ("title", NotificationText.cut(text.line(config.title, "title"), to: titleLengthMax)),
            ("message", message.isEmpty ? "(no details)" : message),
            // A part of an address leads nowhere.
            ("url", text.link(config.link, "url").flatMap { $0.utf8.count <= linkLengthMax ? $0 : nil }),
            ("url_title", text.optional(config.linkTitle, "url_title").map { NotificationText.cut($0, to: 100) }),
            ("device", text.optional(config.device, "device")),
            ("sound", text.optional(config.sound, "sound")),
        ]
        let priority = text.optional(config.priority, "priority") ?? (text.isFiring ? "2" : "0")
        fields.append(("priority", priority))
        if priority == "2" {
            // Asked of emergencies alone, which are repeated until somebody confirms them.
            fields.append(("retry", String(config.retry.milliseconds / 1_000)))
            fields.append(("expire", String(config.expire.milliseconds / 1_000)))
        }
        if config.lifetime > .zero { fields.append(("ttl", String(config.lifetime.milliseconds / 1_000))) }
        if config.usesHTML, !isPlain { fields.append(("html", "1")) }
        if config.isMonospace { fields.append(("monospace", "1")) }
        return WebPost(
            url: config.url, body: Array(FormFields.text(fields).utf8),
            contentType: "application/x-www-form-urlencoded", client: config.http, secrets: [user, token])
    }

    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt {
        await courier.send(try Self.post(config, text), judge: Self.refusal)
    }

    /// `{"status": 0, "errors": […]}`: https://pushover.net/api#response
    static func refusal(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let status: Int
            let errors: [String]?
        }
        guard let answer: Answer = ServiceRefusal.answer(response), answer.status != 1 else { return nil }
        let errors = (answer.errors ?? []).joined(separator: "; ")
        let code = response.status < 300 ? 400 : response.status
        let isAboutContent = code == 413 || ["message", "title", "url"].contains { errors.lowercased().contains($0) }
        return ServiceRefusal.refused(by: "Pushover", code: code, errors, isAboutContent: isAboutContent)
    }
}
