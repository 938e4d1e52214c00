internal import SiteConfig

/// The services that a receiver may name.
enum Services {
    /// The integrations of a receiver, in the order in which they are told.
    static func integrations(of receiver: ReceiverConfig) -> [any Integration] {
        var list: [any Integration] = []
        list += receiver.emails.map { EmailIntegration(config: $0) }
        list += receiver.slacks.map { SlackIntegration(config: $0) }
        list += receiver.webhooks.map { WebhookIntegration(config: $0) }
        list += receiver.pagerDuties.map { PagerDutyIntegration(config: $0) }
        list += receiver.opsGenies.map { OpsGenieIntegration(config: $0) }
        list += receiver.telegrams.map { TelegramIntegration(config: $0) }
        list += receiver.pushovers.map { PushoverIntegration(config: $0) }
        list += receiver.teams.map { TeamsIntegration(config: $0) }
        list += receiver.undeliverables.map { UndeliverableIntegration(config: $0) }
        return list
    }
}
