internal import Foundation
internal import Transfers

/// What services answer that do not take a message, each in its own way; some say it with a status of success.
enum ServiceRefusal {
    /// - Parameters:
    ///   - code: as an HTTP status.
    ///   - isAboutContent: whether another message might be taken; by default where the status says so.
    private static func refused(
        by service: String, code: Int, _ reason: String, pause: Duration? = nil, isAboutContent: Bool? = nil
    ) -> DeliveryAttempt {
        .failed(
            "\(service) refused the message: \(reason.prefix(300))", mayRetry: code == 429 || code >= 500, pause: pause,
            isAboutContent: isAboutContent ?? DeliveryAttempt.isAboutContent(status: code))
    }

    private static func answer<Answer: Decodable>(_ response: HTTPResponse) -> Answer? {
        try? JSONDecoder().decode(Answer.self, from: Data(response.body))
    }

    /// `{"ok": false, "error": …}`: https://api.slack.com/web#responses. Webhooks answer with the bare word.
    static func slack(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let ok: Bool
            let error: String?
        }
        let answer: Answer? = answer(response)
        if answer?.ok == true { return nil }
        let text = String(decoding: response.body.prefix(300), as: UTF8.self)
        let isTaken = (200..<300).contains(response.status)
        if isTaken, answer == nil { return nil }
        let word = answer.map { $0.error ?? "no reason given" } ?? text
        let passing = ["ratelimited", "rate_limited", "fatal_error", "internal_error", "service_unavailable"]
        if passing.contains(word) {
            let pause = response.headers["retry-after"].flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
            return refused(by: "Slack", code: 429, word, pause: pause)
        }
        let content = [
            "invalid_payload", "invalid_blocks", "invalid_attachments", "too_many_attachments", "msg_too_long",
            "no_text",
            "message_too_long", "invalid_arguments", "invalid_form_data", "msg_blocks_too_long",
        ]
        if content.contains(word) { return refused(by: "Slack", code: 400, word, isAboutContent: true) }
        return answer == nil ? nil : refused(by: "Slack", code: 400, word, isAboutContent: false)
    }

    /// `{"ok": false, "error_code": …}`: https://core.telegram.org/bots/api#making-requests
    static func telegram(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            struct Parameters: Decodable {
                let retryAfter: Int?
                enum CodingKeys: String, CodingKey { case retryAfter = "retry_after" }
            }

            let ok: Bool
            let code: Int?
            let description: String?
            let parameters: Parameters?
            enum CodingKeys: String, CodingKey {
                case ok, description, parameters
                case code = "error_code"
            }
        }
        guard let answer: Answer = answer(response), !answer.ok else { return nil }
        let code = answer.code ?? (response.status < 300 ? 400 : response.status)
        let reason = answer.description ?? "status \(code)"
        let words = ["parse entities", "too long", "is empty", "entity", "unsupported start tag"]
        let isAboutContent = code == 413 || code == 400 && words.contains { reason.lowercased().contains($0) }
        // Telegram says in the body for how many seconds it wants to be left alone.
        let pause = answer.parameters?.retryAfter.map { Duration.seconds(max(0, $0)) }
        return refused(by: "Telegram", code: code, reason, pause: pause, isAboutContent: isAboutContent)
    }

    /// A text with the status of the service behind it, itself with 200:
    /// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
    static func teams(_ response: HTTPResponse) -> DeliveryAttempt? {
        guard (200..<300).contains(response.status) else { return nil }
        let text = String(decoding: response.body.prefix(2_000), as: UTF8.self)
        let isRefusal =
            ["http error", "failed with error", "\"error\"", "summary or text is required", "bad payload"]
            .contains { text.lowercased().contains($0) }
        guard isRefusal else { return nil }
        let code = text.firstMatch(of: #/HTTP error (\d{3})/#.ignoresCase()).flatMap { Int($0.output.1) } ?? 400
        return refused(by: "Teams", code: code, text)
    }

    /// `{"status": "invalid event", "message": …}`: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
    static func pagerDuty(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let status: String
            let message: String?
            let errors: [String]?
        }
        guard (200..<300).contains(response.status), let answer: Answer = answer(response), answer.status != "success"
        else { return nil }
        let reason = ([answer.status, answer.message].compactMap { $0 } + (answer.errors ?? [])).joined(separator: ": ")
        return refused(by: "PagerDuty", code: 400, reason)
    }

    /// `{"status": 0, "errors": […]}`: https://pushover.net/api#response
    static func pushover(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let status: Int
            let errors: [String]?
        }
        guard let answer: Answer = answer(response), answer.status != 1 else { return nil }
        let errors = (answer.errors ?? []).joined(separator: "; ")
        let code = response.status < 300 ? 400 : response.status
        let isAboutContent = code == 413 || ["message", "title", "url"].contains { errors.lowercased().contains($0) }
        return refused(by: "Pushover", code: code, errors, isAboutContent: isAboutContent)
    }

    /// `{"message": …, "errors": …}` in place of `{"result": …}`: https://docs.opsgenie.com/docs/response
    static func opsGenie(_ response: HTTPResponse) -> DeliveryAttempt? {
        struct Answer: Decodable {
            let result: String?
            let message: String?
            let code: Int?
        }
        guard (200..<300).contains(response.status), let answer: Answer = answer(response), answer.result == nil,
            let message = answer.message
        else { return nil }
        return refused(by: "OpsGenie", code: answer.code ?? 400, message)
    }
}
