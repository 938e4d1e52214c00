package import ConfigText
package import Intervals
package import Model

/// `alertmanager.yml` as Alertmanager 0.27 and later read it, as far as we act on it.
/// Global defaults are already written into the receivers.
package struct AlertmanagerConfig: Sendable {
    package var resolveTimeout: Duration = .seconds(300)
    package var route: RouteConfig
    package var receivers: [ReceiverConfig]
    package var inhibitRules: [InhibitRuleConfig] = []
    /// Globs of notification template files.
    package var templates: [Located<String>] = []
    package var timeIntervals: [String: [TimeIntervalConfig]] = [:]
    /// The file as it may be shown, without its secrets.
    package var shownText = ""

    package init(route: RouteConfig, receivers: [ReceiverConfig]) {
        self.route = route
        self.receivers = receivers
    }

    /// The time intervals that mute somebody, by name: their spans as the file has them, whom they mute, and whether they
    /// last at a moment.
    package func quietTimes(at now: Int64) -> [(name: String, spans: [String], mutes: [String], isNow: Bool)] {
        timeIntervals.sorted { $0.key < $1.key }.map { name, spans in
            (name, spans.map(\.words), route.receivers(mutedBy: name), spans.contains { $0.contains(now) })
        }.filter { !$0.mutes.isEmpty }
    }
}

/// A node of the routing tree. What a child leaves open it has from its parent (already filled in).
package struct RouteConfig: Sendable {
    package var receiver: String
    /// `nil` is "all labels" (`group_by: ['...']`).
    package var groupBy: [String]?
    package var groupWait: Duration = .seconds(30)
    package var groupInterval: Duration = .seconds(300)
    package var repeatInterval: Duration = .seconds(4 * 3_600)
    package var matchers: [Matcher] = []
    package var continues = false
    package var muteTimeIntervals: [String] = []
    package var activeTimeIntervals: [String] = []
    package var routes: [RouteConfig] = []

    package init(receiver: String) {
        self.receiver = receiver
        groupBy = []
    }

    /// Those who are told of nothing by this route, or one below it, while a time interval lasts; each once.
    func receivers(mutedBy interval: String) -> [String] {
        let own = muteTimeIntervals.contains(interval) ? [receiver] : []
        return Set(own + routes.flatMap { $0.receivers(mutedBy: interval) }).sorted()
    }
}

/// Where notifications go, under a name that routes use.
package struct ReceiverConfig: Sendable {
    package var name: String
    /// In the order in which they are told.
    var integrations: [any Integration] = []

    package init(name: String) { self.name = name }
}

/// Mutes alerts that fulfil `targetMatchers` while one that fulfils `sourceMatchers` fires
/// with the same values of the labels in `equal`.
package struct InhibitRuleConfig: Sendable {
    /// Where the rule stands; `nil` for one that code made.
    package var position: SourcePosition?
    package var sourceMatchers: [Matcher]
    package var targetMatchers: [Matcher]
    package var equal: [String]

    package init(sourceMatchers: [Matcher], targetMatchers: [Matcher], equal: [String]) {
        self.sourceMatchers = sourceMatchers
        self.targetMatchers = targetMatchers
        self.equal = equal
    }
}
