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
        let receivers = deliverer.withLock { $0 }.receivers
        return core.withLock { core in
            core.explain(labels, now: now) { receiver, integration in
                receivers[receiver].map { Destination.text(of: integration, in: $0) } ?? ""
            }
        }
    }
}

/// Says whom an integration reaches, without credentials.
enum Destination {
    static func text(of integration: Integration, in receiver: ReceiverConfig) -> String {
        let index = integration.index
        switch integration.kind {
        case .none: return "the delivery log alone"
        case .email: return "mail to \(receiver.emails[index].to)"
        case .slack:
            let channel = receiver.slacks[index].channel
            return channel.isEmpty ? "Slack" : "Slack, \(channel)"
        case .webhook:
            guard case .inline(let url) = receiver.webhooks[index].url else { return "a webhook" }
            return "the webhook at \(Placeholder.host(of: url))"
        case .pagerduty: return "PagerDuty"
        case .opsgenie: return "OpsGenie"
        case .telegram: return "Telegram"
        case .pushover: return "Pushover"
        case .msteams: return "Microsoft Teams"
        case .other: return "nobody: Watchpost cannot deliver by \(receiver.undeliverables[index].kind)_configs"
        }
    }
}
