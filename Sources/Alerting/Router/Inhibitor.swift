internal import Model
internal import State

/// Which alerts are muted because a graver one fires.
struct Inhibitor: Sendable {
    private struct Rule: Sendable {
        let config: InhibitRuleConfig
        /// Source alerts by the values of the labels in `equal`.
        var sources: [[String]: Set<UInt64>] = [:]

        func key(_ labels: Labels) -> [String] { config.equal.map { labels[$0] } }

        func isSource(_ labels: Labels) -> Bool { config.sourceMatchers.allSatisfy { $0.matches(labels) } }

        func isTarget(_ labels: Labels) -> Bool { config.targetMatchers.allSatisfy { $0.matches(labels) } }
    }

    private var rules: [Rule]

    init(_ configs: [InhibitRuleConfig]) { rules = configs.map { Rule(config: $0) } }

    mutating func add(_ fingerprint: UInt64, _ labels: Labels) {
        for index in rules.indices where rules[index].isSource(labels) {
            rules[index].sources[rules[index].key(labels), default: []].insert(fingerprint)
        }
    }

    mutating func remove(_ fingerprint: UInt64, _ labels: Labels) {
        for index in rules.indices where rules[index].isSource(labels) {
            let key = rules[index].key(labels)
            rules[index].sources[key]?.remove(fingerprint)
            if rules[index].sources[key]?.isEmpty == true { rules[index].sources[key] = nil }
        }
    }

    /// A look at the alerts of one moment, which finds each group of sources but once.
    struct Look {
        private struct Key: Hashable {
            let rule: Int
            let values: [String]
        }

        /// The sources that fire, of which the first counts.
        private struct Firing {
            var any: UInt64?
            /// One that is not a target of the same rule.
            var oneSided: UInt64?
        }

        private let inhibitor: Inhibitor
        private let alerts: AlertTable
        /// Milliseconds since the Unix epoch.
        let now: Int64
        private var found: [Key: Firing] = [:]

        init(_ inhibitor: Inhibitor, _ alerts: AlertTable, now: Int64) {
            self.inhibitor = inhibitor
            self.alerts = alerts
            self.now = now
        }

        /// The alert that mutes one with `labels`, if there is one.
        ///
        /// An alert that is source and target of the same rule is not muted by another such one: else two could mute
        /// each other.
        mutating func inhibitor(of labels: Labels) -> UInt64? { inhibition(of: labels)?.fingerprint }

        /// As ``inhibitor(of:)``, with the rule by which it mutes.
        mutating func inhibition(of labels: Labels) -> (fingerprint: UInt64, rule: InhibitRuleConfig)? {
            for (index, rule) in inhibitor.rules.enumerated() where rule.isTarget(labels) {
                let firing = firing(Key(rule: index, values: rule.key(labels)), rule)
                if let source = rule.isSource(labels) ? firing.oneSided : firing.any { return (source, rule.config) }
            }
            return nil
        }

        private mutating func firing(_ key: Key, _ rule: Rule) -> Firing {
            if let known = found[key] { return known }
            var firing = Firing()
            for fingerprint in rule.sources[key.values] ?? [] {
                guard let source = alerts[fingerprint]?.alert, !source.isResolved(at: now) else { continue }
                firing.any = min(firing.any ?? fingerprint, fingerprint)
                if !rule.isTarget(source.labels) { firing.oneSided = min(firing.oneSided ?? fingerprint, fingerprint) }
            }
            found[key] = firing
            return firing
        }
    }
}
