internal import Foundation
internal import Model
internal import SiteView

/// Alerts that fire or are pending, what became of former ones, and of their notifications.
struct AlertsContent: PageContent {
    static let template = PageTemplate.alerts

    /// Alerts of one kind.
    struct Section: Sendable {
        let title: String
        let count: String
        let empty: String?
        let alerts: [AlertRow]
        let hasAlerts: Bool
        let more: String?
    }

    struct Log: Sendable {
        let deliveries: [DeliveryRow]
        let hasDeliveries: Bool
    }

    let tabs: [AlertTab]
    /// Whether the list may be narrowed.
    let filter: AlertFilter?
    let sections: [Section]
    let history: AlertHistory?
    let log: Log?
}

/// A part of the page of alerts.
struct AlertTab: Sendable {
    let link: String
    let name: String
    let count: String
    let current: Bool
}

/// What the lists are narrowed to.
struct AlertFilter: Sendable {
    let tab: String
    let alert: String
    let camera: String
    let node: String
}

/// An alert of a list.
struct AlertRow: Sendable {
    let name: String
    let state: String
    let severity: String
    let summary: String
    let description: String
    let since: String
    /// The address of its own page.
    let page: String
    let style: String
    /// What holds it.
    let suppressed: String?
    let camera: CameraLink?
    /// Of the form that silences it; `nil` for one that is told to nobody.
    var fingerprint: String?
    /// `Minh looks after it`
    var lookedAfter: String?
    /// The form by which works on what it is about are planned.
    let plan: String
    /// Of the form by which somebody says so; `nil` where somebody does.
    var key: String?
}

extension AlertRow {
    init(_ alert: AlertView, now: Int64) {
        name = alert.name
        state = alert.state.rawValue
        severity = alert.severity
        summary = alert.summary
        description = alert.description
        since = Shown.span(now - alert.activeAt)
        page = alert.fingerprint.isEmpty ? "/alerts" : "/alerts/\(alert.fingerprint)"
        style = alert.severity == "critical" ? "offline" : "degraded"
        suppressed = Self.held(alert, now: now)
        camera = Links.camera(of: alert.labels)
        plan = MaintenanceContent.link(to: alert.labels)
        fingerprint = alert.fingerprint.isEmpty || !alert.heldBy.isEmpty ? nil : alert.fingerprint
        lookedAfter = alert.acknowledgedBy.map { say("alerts.lookedAfter", ["name": .text($0)]) }
        key =
            alert.acknowledgedBy != nil || alert.fingerprint.isEmpty
            ? nil : AcknowledgementView.key(ofAlert: alert.fingerprint)
    }

    /// `held back by NodeDown of rec-3; silent until 15:00, by Minh: new switch`; `nil` for one that nothing holds.
    static func held(_ alert: AlertView, now: Int64) -> String? {
        let holds = alert.heldBy.map { $0.words(now: now) }
        if !holds.isEmpty { return holds.joined(separator: "; ") }
        return alert.suppressedBy.isEmpty ? nil : alert.suppressedBy.joined(separator: ", ")
    }
}

extension AlertHold {
    /// What holds an alert, for people.
    func words(now: Int64) -> String {
        let values: [String: WordValue] = [
            "about": .text(about), "name": .text(by), "time": .text(until.map { Shown.since($0, now: now) } ?? "–"),
        ]
        return switch kind {
        case .alert: say("alerts.heldAlert", values)
        case .interval: say("alerts.heldInterval", values)
        case .silence: say("alerts.heldSilence", values)
        case .maintenance: say(about.isEmpty ? "alerts.heldMaintenanceBare" : "alerts.heldMaintenance", values)
        }
    }
}

/// An attempt to tell somebody.
struct DeliveryRow: Sendable {
    struct Repeated: Sendable {
        let times: String
    }

    let time: String
    /// When it was, for who points at it.
    let moment: ShownMoment
    let receiver: String
    let integration: String
    let status: String
    let resolved: Bool
    let notification: String
    let error: String?
    let answer: String?
    let route: String?
    let repeated: Repeated?
}

extension DeliveryRow {
    init(_ delivery: DeliveryView) {
        func text(_ text: String) -> String? { text.isEmpty ? nil : text }
        time = Shown.clock(delivery.time)
        moment = ShownMoment(delivery.time)
        receiver = delivery.receiver
        integration = text(delivery.integration) ?? "–"
        status = delivery.status.rawValue
        resolved = delivery.resolved
        notification = delivery.alerts.joined(separator: "; ")
        error = text(delivery.error)
        answer = text(delivery.answer)
        route = text(delivery.groupKey)
        repeated = delivery.repeats > 0 ? Repeated(times: String(delivery.repeats)) : nil
    }
}

extension WebUI {
    /// Rows of one list; a person reads no more.
    private static let rowsMax = 200

    func alertsPage(_ fields: FormFields = FormFields("")) async -> String {
        let now = await view.overview().now
        let all = await view.alerts()
        let filter = AlertFilter(
            tab: fields["tab"] ?? "now", alert: fields["alert"] ?? "", camera: fields["camera"] ?? "",
            node: fields["node"] ?? "")
        let alerts = all.filter(filter.takes)
        let firing = alerts.filter { $0.state == .firing && !$0.isHeld }
        let pending = alerts.filter { $0.state == .pending }
        let held = alerts.filter { $0.state == .firing && $0.isHeld }
        let kinds = [("firing", firing), ("pending", pending), ("held", held)]
        let names = ["now"] + kinds.map(\.0) + ["history", "log"]
        let tab = names.contains(filter.tab) ? filter.tab : "now"
        let counts = Dictionary(kinds.map { ($0.0, Shown.count($0.1.count)) }) { $1 }
        let tabs = names.map { name in
            AlertTab(
                link: name == "now" ? "/alerts" : "/alerts?tab=\(name)", name: say("alerts.tab.\(name)"),
                count: counts[name] ?? "", current: name == tab)
        }
        let wanted = kinds.filter { tab == $0.0 || tab == "now" && ($0.0 == "firing" || !$0.1.isEmpty) }
        let sections = wanted.map { kind, alerts in
            AlertsContent.Section(
                title: say("alerts.tab.\(kind)"), count: Shown.count(alerts.count),
                empty: alerts.isEmpty ? say("alerts.none.\(kind)") : nil,
                alerts: alerts.prefix(Self.rowsMax).map { AlertRow($0, now: now) }, hasAlerts: !alerts.isEmpty,
                more: alerts.count > Self.rowsMax
                    ? say("alerts.more", ["count": .number(alerts.count - Self.rowsMax)]) : nil)
        }
        var log: AlertsContent.Log?
        if tab == "now" || tab == "log" {
            let deliveries = await view.deliveries(limit: tab == "log" ? 1_000 : 100)
            log = .init(deliveries: deliveries.map(DeliveryRow.init), hasDeliveries: !deliveries.isEmpty)
        }
        let content = AlertsContent(
            tabs: tabs, filter: sections.isEmpty ? nil : filter, sections: sections,
            history: tab == "history" ? await history(fields, now: now) : nil, log: log)
        let title =
            all.isEmpty ? say("alerts.titleNone") : say("alerts.title", ["count": .number(all.count)])
        return pages.page(content, title: title, path: "/alerts")
    }
}

extension AlertFilter {
    func takes(_ alert: AlertView) -> Bool {
        (self.alert.isEmpty || alert.name == self.alert)
            && (camera.isEmpty || alert.labels["camera_id"] == camera)
            && (node.isEmpty || alert.labels["instance"] == node)
    }
}

extension AlertView {
    /// Whether something keeps it from being told.
    var isHeld: Bool { !suppressedBy.isEmpty || !heldBy.isEmpty }
}
