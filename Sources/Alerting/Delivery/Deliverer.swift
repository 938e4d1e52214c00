internal import Base
internal import State
internal import Synchronization
internal import Transfers

/// Delivers notifications: one attempt after the other, until one succeeds, none can, or the time is up.
struct Deliverer: Sendable {
    let templates: NotificationTemplates
    let transfers: Transfers
    let timeSource: any TimeSource
    let statistics: DeliveryCounters
    let tokens: SilenceTokens
    /// The pause before the second attempt; it grows by half each time, up to a minute.
    let firstPause: Duration

    private static let attemptTimeMax: Duration = .seconds(30)
    private static let pauseMax: Duration = .seconds(60)

    /// What became of a notification.
    struct Outcome: Sendable {
        let status: Delivery.Status
        let attempts: Int
        let error: String

        /// Whether the notification counts as told. What can never be delivered does: else it would be tried at every
        /// flush.
        let isSettled: Bool
        let answer: String

        init(
            status: Delivery.Status, attempts: Int, error: String, isSettled: Bool? = nil, answer: String = ""
        ) {
            self.answer = answer
            self.status = status
            self.attempts = attempts
            self.error = error
            self.isSettled = isSettled ?? (status != .failed)
        }
    }

    /// - Parameters:
    ///   - isStale: whether the notification no longer says how things are; then it is not tried again, and the outcome
    ///   is `nil`. - onFailure: told why an attempt failed, before the next one.
    func deliver(
        _ notification: Notification, deadline: ContinuousClock.Instant, isStale: () -> Bool,
        onFailure: (String) -> Void = { _ in }
    ) async -> Outcome? {
        let links = NotificationLinks(
            externalURL: templates.externalURL, tokens: tokens, now: timeSource.now(), zone: templates.zone)
        let data = NotificationData(notification, links: links)
        var pause = firstPause
        var attempts = 0
        /// Why the message as its templates make it was refused.
        var refusal: String?
        while true {
            var text = NotificationText(
                data: data, templates: templates, intent: notification.intent, now: timeSource.now())
            text.isPlain = refusal != nil
            let rest = max(.milliseconds(100), deadline - .now)
            attempts += 1
            let attempt = await attempt(notification, text, timeout: min(rest, Self.attemptTimeMax))
            statistics.countAttempt(notification.integration.kind)
            switch attempt {
            case .sent(let answer):
                let plain = refusal.map { "told in plain words, as the message of the templates was refused: \($0)" }
                let notes = [answer, plain ?? "", text.faultText].filter { !$0.isEmpty }
                return Outcome(status: .sent, attempts: attempts, error: "", answer: notes.joined(separator: "; "))
            case .recorded: return Outcome(status: .recorded, attempts: 0, error: "")
            case .notConfigured(let reason): return Outcome(status: .notConfigured, attempts: 0, error: reason)
            case .undeliverable(let reason):
                return Outcome(status: .failed, attempts: 0, error: reason, isSettled: true)
            case .failed(let reason, let mayRetry, let wanted, let isAboutContent):
                onFailure(reason)
                if refusal == nil, isAboutContent, notification.integration.integration.hasPlainForm(after: reason) {
                    refusal = reason
                    continue
                }
                // Attempts that fail together would otherwise return together.
                let wait = max(pause * Double.random(in: 0.5...1.5), wanted ?? .zero)
                let isLate = .now + wait >= deadline
                if !mayRetry || isLate || Task.isCancelled {
                    return Outcome(status: .failed, attempts: attempts, error: reason)
                }
                pause = min(pause * 1.5, Self.pauseMax)
                do {
                    try await Task.sleep(for: wait)
                } catch {
                    return Outcome(status: .failed, attempts: attempts, error: reason)
                }
                if isStale() { return nil }
            }
        }
    }

    private func attempt(_ notification: Notification, _ text: NotificationText, timeout: Duration) async
        -> DeliveryAttempt
    {
        let courier = Courier(transfers: transfers, identifier: notification.intent.identifier, timeout: timeout)
        do {
            return try await notification.integration.integration.send(text, by: courier)
        } catch {
            return .failed("\(error)", mayRetry: false)
        }
    }
}
