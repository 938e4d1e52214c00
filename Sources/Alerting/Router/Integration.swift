internal import SiteConfig

/// One integration of a receiver, with its own configuration: what is told by it holds what it needs, whatever
/// configuration comes into force meanwhile.
struct Integration: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case email, slack, webhook, pagerduty, opsgenie, telegram, pushover, msteams
        /// A kind that Alertmanager has and we have not.
        case other
        /// The receiver has no integrations; the notice goes into the delivery log only.
        case none
    }

    enum Settings: Sendable {
        case email(EmailConfig)
        case slack(SlackConfig)
        case webhook(WebhookConfig)
        case pagerDuty(PagerDutyConfig)
        case opsGenie(OpsGenieConfig)
        case telegram(TelegramConfig)
        case pushover(PushoverConfig)
        case teams(TeamsConfig)
        case other(UndeliverableConfig)
        case none
    }

    let settings: Settings
    let sendsResolved: Bool
    /// The kind, and the place among those of its kind in the receiver: `email[0]`; `none`.
    let name: String

    init(_ settings: Settings, index: Int = 0, sendsResolved: Bool) {
        self.settings = settings
        self.sendsResolved = sendsResolved
        name =
            switch settings {
            case .none: "none"
            case .other(let config): "\(config.kind)[\(index)]"
            default: "\(settings.kind.rawValue)[\(index)]"
            }
    }

    var kind: Kind { settings.kind }

    /// Those of a receiver, in the order in which they are told; at least one.
    static func all(of receiver: ReceiverConfig) -> [Integration] {
        var list: [Integration] = []
        func add<Config>(
            _ configs: [Config], _ settings: (Config) -> Settings, _ sendsResolved: (Config) -> Bool
        ) {
            list += configs.enumerated().map { index, config in
                Integration(settings(config), index: index, sendsResolved: sendsResolved(config))
            }
        }
        add(receiver.emails, Settings.email, \.sendResolved)
        add(receiver.slacks, Settings.slack, \.sendResolved)
        add(receiver.webhooks, Settings.webhook, \.sendResolved)
        add(receiver.pagerDuties, Settings.pagerDuty, \.sendResolved)
        add(receiver.opsGenies, Settings.opsGenie, \.sendResolved)
        add(receiver.telegrams, Settings.telegram, \.sendResolved)
        add(receiver.pushovers, Settings.pushover, \.sendResolved)
        add(receiver.teams, Settings.teams, \.sendResolved)
        add(receiver.undeliverables, Settings.other, \.sendResolved)
        return list.isEmpty ? [Integration(.none, sendsResolved: true)] : list
    }
}

extension Integration.Settings {
    var kind: Integration.Kind {
        switch self {
        case .email: .email
        case .slack: .slack
        case .webhook: .webhook
        case .pagerDuty: .pagerduty
        case .opsGenie: .opsgenie
        case .telegram: .telegram
        case .pushover: .pushover
        case .teams: .msteams
        case .other: .other
        case .none: .none
        }
    }
}
