package import Base
internal import Foundation
internal import Logging
internal import Model
internal import Synchronization
package import Transfers

/// Turns webhooks into SMS by Twilio's REST call:
/// https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
package final class SMSGateway: Sendable {
    /// What the sender of the webhook is told.
    package struct Answer: Sendable, Hashable {
        /// An HTTP status: 2xx for sent, 4xx for never, 429 and 5xx for later.
        package let status: Int
        package let text: String
        /// Seconds after which it may be tried again, where that is known.
        package var retryAfter: Int?

        package init(status: Int, text: String, retryAfter: Int? = nil) {
            self.status = status
            self.text = text
            self.retryAfter = retryAfter
        }
    }

    private struct State {
        /// When messages went out, by the steady clock.
        var sent: [Int64] = []
        /// Who has got a notification already of which others did not, by the notification's name.
        var reached: [String: Set<String>] = [:]
    }

    private let transfers: Transfers
    private let timeSource: any TimeSource
    private let state = Mutex(State())
    private let log = Logger(label: "sms")

    private static let hour: Int64 = 3_600_000
    /// Notifications remembered as half told; more would be a sign of something else.
    private static let reachedMax = 1_000

    package init(transfers: Transfers, timeSource: any TimeSource = SystemTimeSource()) {
        self.transfers = transfers
        self.timeSource = timeSource
    }

    /// Sends what a webhook says to everybody in `config`.
    /// - Parameter key: the same for every attempt of a notification, where its sender names it.
    package func take(_ body: [UInt8], key: String?, _ config: SMSConfig) async -> Answer {
        guard let notification = try? JSONDecoder().decode(SMSNotification.self, from: Data(body)),
            !notification.alerts.isEmpty
        else {
            return Answer(status: 400, text: "the body is no notification of Alertmanager's webhooks with alerts in it")
        }
        let token: String
        do {
            token = try config.authToken.read()
        } catch {
            return failed(Answer(status: 503, text: "\(error)"))
        }
        // A sender that names no notification repeats the same text.
        let name = key ?? "\(notification.groupKey ?? "") \(ByteHash.stable(String(decoding: body, as: UTF8.self)))"
        for recipient in config.to where !state.withLock({ $0.reached[name]?.contains(recipient) ?? false }) {
            let claim = self.claim(config.maxPerHour)
            if let wait = claim.wait {
                return failed(
                    Answer(
                        status: 429,
                        text:
                            "no SMS to \(Self.masked(recipient)): the limit of \(config.maxPerHour) an hour is reached",
                        retryAfter: wait))
            }
            if let refusal = await send(notification.text, to: recipient, config, token) {
                // What was not sent costs nothing: else a Twilio that is down would use up the hour.
                release(claim.moment)
                return failed(refusal)
            }
            state.withLock { state in
                if state.reached.count >= Self.reachedMax { state.reached.removeAll() }
                state.reached[name, default: []].insert(recipient)
            }
        }
        state.withLock { _ = $0.reached.removeValue(forKey: name) }
        return Answer(status: 200, text: "SMS sent to \(config.to.map(Self.masked).joined(separator: ", "))")
    }

    private func failed(_ answer: Answer) -> Answer {
        log.warning("cannot send an SMS", metadata: ["cause": "\(answer.text)"])
        return answer
    }

    /// Takes one message out of the hour's.
    /// - Returns: when, and, where there is none left, the seconds until there is one again.
    private func claim(_ limit: Int) -> (moment: Int64, wait: Int?) {
        let now = timeSource.steady()
        return state.withLock { state in
            state.sent.removeAll { $0 <= now - Self.hour }
            guard state.sent.count < limit else {
                return (now, state.sent.first.map { Int(($0 + Self.hour - now + 999) / 1_000) } ?? 3_600)
            }
            state.sent.append(now)
            return (now, nil)
        }
    }

    private func release(_ moment: Int64) {
        state.withLock { state in
            if let index = state.sent.firstIndex(of: moment) { state.sent.remove(at: index) }
        }
    }

    /// - Returns: why it was not sent; `nil` if it was.
    private func send(_ text: String, to recipient: String, _ config: SMSConfig, _ token: String) async -> Answer? {
        struct Told: Decodable {
            let sid: String?
            let message: String?
            let code: Int?
        }
        let sender = config.from.hasPrefix("MG") ? "MessagingServiceSid" : "From"
        var client = HTTPClientConfig()
        client.basicAuth = .init(username: config.accountSID, password: .inline(token))
        let request = HTTPRequest(
            method: "POST", url: "\(config.apiURL)/2010-04-01/Accounts/\(config.accountSID)/Messages.json",
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(FormFields.text([("To", recipient), (sender, config.from), ("Body", text)]).utf8),
            timeout: .seconds(15), maxResponseBytes: 1 << 20, client: client)
        do throws(TransferError) {
            let response = try await transfers.send(request)
            let told = try? JSONDecoder().decode(Told.self, from: Data(response.body))
            if (200..<300).contains(response.status) {
                log.notice("SMS sent", metadata: ["to": "\(Self.masked(recipient))", "sid": "\(told?.sid ?? "?")"])
                return nil
            }
            let reason = told?.message ?? "status \(response.status)"
            let code = told?.code.map { " (code \($0))" } ?? ""
            let isPassing = response.status == 429 || response.status >= 500
            return Answer(
                status: isPassing ? 503 : 400,
                text: DeliveryAttempt.clean(
                    "Twilio refused the SMS to \(Self.masked(recipient)): \(reason)\(code)", hiding: [token]),
                retryAfter: response.headers["retry-after"].flatMap { Int($0) })
        } catch {
            return Answer(status: 503, text: DeliveryAttempt.clean("cannot reach Twilio: \(error)", hiding: [token]))
        }
    }

    /// A telephone number as logs may show it: its last four digits.
    private static func masked(_ number: String) -> String { "…" + number.suffix(4) }
}
