internal import Base
internal import SiteConfig
internal import State
internal import Synchronization
internal import Transfers

/// Delivers notices: one attempt after the other, until one succeeds, none can, or the time is up.
struct Deliverer: Sendable {
    let receivers: [String: ReceiverConfig]
    let templates: NotificationTemplates
    let transfers: Transfers
    let timeSource: any TimeSource
    let statistics: DeliveryCounters
    /// The pause before the second attempt; it grows by half each time, up to a minute.
    let firstPause: Duration

    private static let attemptTimeMax: Duration = .seconds(30)
    private static let pauseMax: Duration = .seconds(60)

    /// What became of a notice.
    struct Outcome: Sendable {
        let status: Delivery.Status
        let attempts: Int
        let error: String

        /// Whether the notice counts as told. A placeholder does: else it would be tried again at every flush.
        var isSettled: Bool { status != .failed }
    }

    /// - Parameter deadline: milliseconds since the Unix epoch.
    func deliver(_ notice: Notice, deadline: Int64) async -> Outcome {
        let data = NotificationData(notice, externalURL: templates.externalURL)
        var pause = firstPause
        var attempts = 0
        while true {
            let now = timeSource.now()
            let rest = Duration.milliseconds(max(100, deadline - now))
            attempts += 1
            let attempt = await attempt(notice, data, now: now, timeout: min(rest, Self.attemptTimeMax))
            statistics.countAttempt(notice.integration.kind)
            switch attempt {
            case .sent: return Outcome(status: .sent, attempts: attempts, error: "")
            case .recorded: return Outcome(status: .recorded, attempts: 0, error: "")
            case .notConfigured(let reason): return Outcome(status: .notConfigured, attempts: 0, error: reason)
            case .failed(let reason, let mayRetry):
                // Attempts that fail together would otherwise return together.
                let wait = pause * Double.random(in: 0.5...1.5)
                let isLate = timeSource.now() + wait.milliseconds >= deadline
                if !mayRetry || isLate || Task.isCancelled {
                    return Outcome(status: .failed, attempts: attempts, error: reason)
                }
                pause = min(pause * 1.5, Self.pauseMax)
                do {
                    try await Task.sleep(for: wait)
                } catch {
                    return Outcome(status: .failed, attempts: attempts, error: reason)
                }
            }
        }
    }

    private func attempt(
        _ notice: Notice, _ data: NotificationData, now: Int64, timeout: Duration
    ) async -> DeliveryAttempt {
        guard let receiver = receivers[notice.key.receiver] else { return .recorded }
        let index = notice.integration.index
        switch notice.integration.kind {
        case .none: return .recorded
        case .email:
            return await EmailIntegration.send(
                data, receiver.emails[index], templates, transfers, now: now, timeout: timeout)
        case .slack:
            return await SlackIntegration.send(
                data, receiver.slacks[index], templates, transfers, now: now, timeout: timeout)
        case .webhook:
            return await WebhookIntegration.send(data, receiver.webhooks[index], transfers, timeout: timeout)
        }
    }
}
