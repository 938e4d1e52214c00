internal import ConfigText

/// An entry of a service that Alertmanager delivers by and we do not: each notification fails in the delivery log, once.
struct UndeliverableIntegration: Integration {
    let kind = "other"
    /// `wechat`.
    let serviceName: String
    let sendsResolved: Bool
    let templates: [Located<String>] = []

    var destination: String { "nobody: Watchpost cannot deliver by \(serviceName)_configs" }

    func send(_ text: NotificationText, by courier: Courier) async -> DeliveryAttempt {
        .undeliverable("Watchpost cannot deliver by \(serviceName)_configs; use another kind of receiver")
    }

    func hasPlainForm(after reason: String) -> Bool { false }
}
