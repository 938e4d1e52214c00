internal import Base
public import Model
internal import SiteConfig
internal import State
internal import Synchronization

extension AlertRouter {
    /// Names the alert with these labels, in sixteen hexadecimal digits.
    public static func fingerprint(_ labels: Labels) -> String { FingerprintText.text(labels.fingerprint) }

    /// What becomes of an alert with these labels, whether there is one or not.
    public func explain(_ labels: Labels) -> AlertExplanation {
        let now = now()
        return core.withLock { $0 }.explain(labels, now: now)
    }
}

/// Says whom an integration reaches, without credentials.
enum Destination {
    static func text(of integration: Integration) -> String {
        switch integration.settings {
        case .none: return "the delivery log alone"
        case .email(let config): return "mail to \(config.to)"
        case .slack(let config): return config.channel.isEmpty ? "Slack" : "Slack, \(config.channel)"
        case .webhook(let config):
            guard case .inline(let url) = config.url else { return "a webhook" }
            return "the webhook at \(Placeholder.host(of: url))"
        case .pagerDuty: return "PagerDuty"
        case .opsGenie: return "OpsGenie"
        case .telegram: return "Telegram"
        case .pushover: return "Pushover"
        case .teams: return "Microsoft Teams"
        case .other(let config): return "nobody: Watchpost cannot deliver by \(config.kind)_configs"
        }
    }
}
