internal import Alerting
internal import Base
internal import CameraRecords
internal import Model
internal import PromQL
internal import Rules
internal import Scraping
internal import Site
internal import SiteView
internal import State

extension ServerView {
    // MARK: When alerts fired

    func firings(_ request: FiringsRequest) async throws -> FiringsAnswer {
        guard let query = Self.query(request) else { return FiringsAnswer() }
        do {
            let found = try parts.state.firings(query, limit: min(request.limit, 1_000), skipping: request.offset)
            return FiringsAnswer(firings: found.map(FiringView.init), names: try parts.state.firingNames())
        } catch {
            throw AlertRequestRefused("\(error)")
        }
    }

    func firingTimes(_ request: FiringsRequest) async throws -> [TimeSpan] {
        guard let query = Self.query(request) else { return [] }
        do {
            return try parts.state.firingTimes(query, now: parts.timeSource.now()).map {
                TimeSpan(start: $0.start, end: $0.end)
            }
        } catch {
            throw AlertRequestRefused("\(error)")
        }
    }

    /// `nil` for a fingerprint that is none.
    private static func query(_ request: FiringsRequest) -> FiringQuery? {
        var query = FiringQuery(start: request.start, end: request.end)
        (query.name, query.camera, query.node) = (request.name, request.camera, request.node)
        if !request.fingerprint.isEmpty {
            guard let number = UInt64(request.fingerprint, radix: 16) else { return nil }
            query.fingerprint = number
        }
        return query
    }

    // MARK: Why

    func condition(of labels: [String: String], at time: Int64?) async -> AlertCondition? {
        let rules = parts.rules.snapshot().flatMap(\.rules).filter { $0.isAlert && $0.name == labels["alertname"] }
        // Where several rules have one name, the one of this alert, else the one that could give its labels.
        let external = parts.site.prometheus?.externalLabels ?? .empty
        func alert(of rule: RuleView) -> ActiveAlert? {
            rule.alerts.first { parts.outlets.outward($0.labels, externalLabels: external).map(Self.texts) == labels }
        }
        let fitting = rules.first { rule in
            rule.labels.allSatisfy { $0.value.contains("{{") || labels[$0.key] == $0.value }
        }
        guard let rule = rules.first(where: { alert(of: $0) != nil }) ?? fitting ?? rules.first,
            let expression = try? PromQLParser.parse(rule.expression, features: parts.options.features)
        else { return nil }
        // What the rule or the site says of an alert, its series need not have.
        let own = labels.filter { name, _ in
            name != "alertname" && rule.labels[name] == nil && external.value(of: name) == nil
        }
        let moment = time ?? parts.timeSource.now()
        let reader = ConditionReader(labels: own) { side in
            let result = try? parts.engine.instant(side, at: moment, from: parts.metrics)
            guard case .vector(let series)? = result?.value else { return false }
            // Where it could not be narrowed, others may be among them.
            return series.contains { one in one.labels.allSatisfy { own[$0.name] ?? $0.value == $0.value } }
        }
        return reader.condition(
            expression, text: rule.expression, hold: Int64(rule.hold * 1_000),
            value: time == nil ? alert(of: rule)?.value : nil)
    }

    fileprivate static func texts(_ labels: Labels) -> [String: String] {
        Dictionary(labels.map { ($0.name, $0.value) }) { $1 }
    }

    // MARK: Silences

    func silence(alert: String, minutes: Int, createdBy: String, comment: String) async throws -> String {
        guard let found = try? await explainAlerts(alert).first(where: { $0.fingerprint == alert }),
            found.state != .absent
        else { throw AlertRequestRefused("no such alert is pending or fires") }
        defer { shared.forget() }
        let now = parts.timeSource.now()
        do {
            return try parts.outlets.router.set(
                PostedSilence(
                    matchers: found.labels.map { .equal($0.key, $0.value) }, startsAt: now,
                    endsAt: now + Int64(minutes) * 60_000, createdBy: createdBy, comment: comment))
        } catch {
            throw AlertRequestRefused("\(error)")
        }
    }

    func quietTimes() async -> [QuietTimeView] {
        parts.site.alertmanager?.quietTimes(at: parts.timeSource.now()).map {
            QuietTimeView(name: $0.name, spans: $0.spans, mutes: $0.mutes, isNow: $0.isNow)
        } ?? []
    }
}

extension FiringView {
    init(_ firing: Firing) {
        self.init(
            name: firing.labels["alertname"], fingerprint: AlertRouter.fingerprint(firing.fingerprint),
            severity: firing.labels["severity"], summary: firing.summary, labels: ServerView.texts(firing.labels),
            startsAt: firing.startsAt, endsAt: firing.endsAt,
            told: firing.told.map {
                Told(receiver: $0.receiver, integration: $0.integration == "none" ? "" : $0.integration, time: $0.time)
            })
    }
}
