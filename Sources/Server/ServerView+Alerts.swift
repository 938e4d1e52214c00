internal import Alerting
internal import Base
internal import Model
internal import Patterns
internal import Rules
internal import Scraping
internal import Site
internal import SiteView
internal import State

extension ServerView {
    private var router: AlertRouter { parts.outlets.router }

    /// Alerts that one answer explains; more than a person reads.
    private static let explainedMax = 100

    func silenceToken(for labels: [String: String]) async -> String {
        router.silenceToken(for: Labels(labels.map { Label($0.key, $0.value) }))
    }

    func silenceOffer(_ token: String) async throws -> [String: String] {
        do {
            let labels = try router.silenceOffer(token).labels
            return Dictionary(labels.map { ($0.name, $0.value) }) { $1 }
        } catch {
            throw AlertRequestRefused("\(error)")
        }
    }

    func acceptSilence(_ token: String, minutes: Int, createdBy: String, comment: String) async throws -> String {
        defer { shared.forget() }
        do {
            return try router.acceptOffer(
                token, for: Int64(minutes) * 60_000, createdBy: createdBy, comment: comment)
        } catch {
            throw AlertRequestRefused("\(error)")
        }
    }

    func silences() async -> [SilenceView] {
        let now = parts.timeSource.now()
        return router.silences().map { silence in
            let state: SilenceView.State =
                switch silence.state(at: now) {
                case .pending: .pending
                case .active: .active
                case .expired: .expired
                }
            return SilenceView(
                id: silence.id, state: state, matchers: silence.matchers.map(\.description), startsAt: silence.startsAt,
                endsAt: silence.endsAt,
                createdBy: silence.createdBy, comment: silence.comment)
        }
    }

    func addSilence(_ matchers: String, minutes: Int, createdBy: String, comment: String) async throws -> String {
        defer { shared.forget() }
        do {
            let now = parts.timeSource.now()
            return try router.set(
                PostedSilence(
                    matchers: try MatcherText.parse(matchers), startsAt: now, endsAt: now + Int64(minutes) * 60_000,
                    createdBy: createdBy, comment: comment))
        } catch {
            throw AlertRequestRefused("\(error)")
        }
    }

    func expireSilence(_ id: String) async throws {
        defer { shared.forget() }
        do { try router.expire(id) } catch { throw AlertRequestRefused("\(error)") }
    }

    // MARK: Explanations

    func explainAlerts(_ reference: String) async throws -> [AlertExplanation] {
        let reference = try AlertReference(reference)
        var explanations: [AlertExplanation] = []
        var seen: Set<Labels> = []
        for alert in router.alerts() where reference.names(alert.labels) {
            if seen.insert(alert.labels).inserted { explanations.append(router.explain(alert.labels)) }
        }
        let external = parts.site.prometheus?.externalLabels ?? .empty
        for (rule, alert) in parts.rules.alerts() where alert.state == .pending {
            guard let labels = parts.outlets.outward(alert.labels, externalLabels: external),
                reference.names(labels), seen.insert(labels).inserted
            else { continue }
            var explanation = router.explain(labels)
            explanation.state = .pending
            explanation.annotations = alert.annotations
            explanation.since = alert.activeAt
            explanation.firesAt = alert.activeAt + Int64(rule.hold * 1_000)
            explanations.append(explanation)
        }
        if !explanations.isEmpty { return Array(explanations.prefix(Self.explainedMax)) }
        guard let labels = hypothetical(reference, external: external) else {
            throw AlertRequestRefused(
                "no such alert is pending or fires, and no rule has that name; "
                    + "see `watchpost alerts`, or write all its labels: 'Name{label=\"value\"}'")
        }
        return [router.explain(labels)]
    }

    /// The labels of an alert that is not there, as far as its rule and the reference tell them.
    private func hypothetical(_ reference: AlertReference, external: Labels) -> Labels? {
        guard let given = reference.labels else { return nil }
        var builder = LabelsBuilder(given)
        let rule = parts.rules.snapshot().flatMap(\.rules).first { $0.isAlert && $0.name == given["alertname"] }
        if rule == nil, reference.isBareName { return nil }
        for (name, value) in rule?.labels ?? [:] where given.value(of: name) == nil && !value.contains("{{") {
            builder.set(name, value)
        }
        return parts.outlets.outward(builder.build(), externalLabels: external)
    }
}
