internal import Model
internal import SiteConfig
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

    /// The alert that mutes one with `labels`, if there is one.
    ///
    /// An alert that is source and target of the same rule is not muted by another such one: else two could mute
    /// each other.
    func inhibitor(of labels: Labels, alerts: AlertTable, now: Int64) -> UInt64? {
        inhibition(of: labels, alerts: alerts, now: now)?.fingerprint
    }

    /// As ``inhibitor(of:alerts:now:)``, with the rule by which it mutes.
    func inhibition(
        of labels: Labels, alerts: AlertTable, now: Int64
    ) -> (fingerprint: UInt64, rule: InhibitRuleConfig)? {
        for rule in rules where rule.isTarget(labels) {
            guard let sources = rule.sources[rule.key(labels)] else { continue }
            let isTwoSided = rule.isSource(labels)
            for fingerprint in sources.sorted() {
                guard let source = alerts[fingerprint]?.alert, !source.isResolved(at: now) else { continue }
                if isTwoSided, rule.isTarget(source.labels) { continue }
                return (fingerprint, rule.config)
            }
        }
        return nil
    }
}
