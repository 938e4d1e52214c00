internal import ConfigText
internal import SiteConfig

/// A service that Alertmanager delivers by and we do not: each notification fails in the delivery log, once.
struct UndeliverableIntegration: Integration {
    let config: UndeliverableConfig

    let kind = "other"
    var serviceName: String { config.kind }
    var sendsResolved: Bool { config.sendResolved }
    var destination: String { "nobody: Watchpost cannot deliver by \(config.kind)_configs" }
    var templates: [Located<String>] { [] }

    func send(_ text: NotificationText, by courier: Courier) async -> DeliveryAttempt {
        .undeliverable("Watchpost cannot deliver by \(config.kind)_configs; use another kind of receiver")
    }

    func hasPlainForm(after reason: String) -> Bool { false }
}
