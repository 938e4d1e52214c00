internal import ConfigText
internal import Foundation
internal import Model
internal import Transfers

/// Messages to a channel of Discord by a webhook: https://discord.com/developers/docs/resources/webhook#execute-webhook
struct DiscordIntegration: Integration {
    let config: DiscordConfig

    let kind = "discord"
    let destination = "Discord"
    var sendsResolved: Bool { config.sendResolved }
    var templates: [Located<String>] { config.templates.map { Located($0, at: config.position) } }

    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt {
        let url = try config.url.read()
        let post = try WebPost.json(
            DiscordMessage(config, text), to: url, client: config.http, secrets: [url] + Self.token(of: url))
        return await courier.send(post, judge: Self.refusal)
    }

    /// The part of a webhook's address that is a credential: of `…/webhooks/ID/TOKEN`.
    static func token(of url: String) -> [String] {
        let path = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").map(String.init)
        guard let webhooks = path.lastIndex(of: "webhooks"), path.count > webhooks + 2 else { return [] }
        return [path[webhooks + 2]]
    }

    /// `{"code": 50035, "message": …, "errors": …}`: https://discord.com/developers/docs/reference#error-messages; and,
    /// for who asks too often, `{"retry_after": SECONDS, "message": …}`:
    /// https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit
    static func refusal(_ response: HTTPResponse) -> DeliveryAttempt? {
        if (200..<300).contains(response.status) { return nil }
        guard let answer: Answer = ServiceRefusal.answer(response), let message = answer.message else { return nil }
        var reason = message + (answer.code.flatMap { $0 == 0 ? nil : " (code \($0))" } ?? "")
        let details = answer.errors?.lines(under: []) ?? []
        if !details.isEmpty { reason += ": " + details.prefix(detailsMax).joined(separator: "; ") }
        switch response.status {
        case 401, 404: reason += "; make a new webhook in the channel's settings and write its address"
        default: break
        }
        return ServiceRefusal.refused(
            by: "Discord", code: response.status, reason, pause: pause(answer, response.headers["retry-after"]))
    }

    private static let detailsMax = 5
    /// Longer than anybody is asked to wait, in seconds.
    private static let pauseMax = 86_400.0

    /// How long Discord wants to be left alone: its body says it to the millisecond, its header in whole seconds.
    private static func pause(_ answer: Answer, _ header: String?) -> Duration? {
        guard let seconds = answer.retryAfter ?? header.flatMap(Double.init), seconds.isFinite else { return nil }
        return .milliseconds(Int64((min(max(0, seconds), pauseMax) * 1_000).rounded(.up)))
    }

    private struct Answer: Decodable {
        let message: String?
        let code: Int?
        let errors: Faults?
        /// Seconds.
        let retryAfter: Double?

        enum CodingKeys: String, CodingKey {
            case message, code, errors
            case retryAfter = "retry_after"
        }
    }

    /// What is wrong with each part of a message, as a tree of the parts' names.
    private struct Faults: Decodable {
        struct Fault: Decodable { let message: String }

        struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { return nil }
        }

        var own: [Fault] = []
        var parts: [(name: String, faults: Faults)] = []

        init(from decoder: any Decoder) throws {
            let box = try decoder.container(keyedBy: Name.self)
            for name in box.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
                if name.stringValue == "_errors" {
                    own = try box.decode([Fault].self, forKey: name)
                } else if let faults = try? box.decode(Faults.self, forKey: name) {
                    parts.append((name.stringValue, faults))
                }
            }
        }

        /// `embeds.0.title: Must be 256 or fewer in length.`
        func lines(under path: [String]) -> [String] {
            own.map { path.isEmpty ? $0.message : "\(path.joined(separator: ".")): \($0.message)" }
                + parts.flatMap { $0.faults.lines(under: path + [$0.name]) }
        }
    }
}
