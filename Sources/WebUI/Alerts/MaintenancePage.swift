internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import LocalTime
internal import Model
internal import SiteView

/// Planned works, and the form for further ones.
struct MaintenanceContent: PageContent {
    static let template = PageTemplate.maintenance

    struct Row: Sendable {
        let state: String
        let stateText: String
        let start: ShownMoment
        let startText: String
        let end: ShownMoment
        let endText: String
        /// `each week from Saturday 22:00 to Sunday 02:00 (Asia/Ho_Chi_Minh)`
        let eachWeek: String?
        /// `maintenance until 18:00, by Ann`
        let sentence: String
        /// What is done. No field of a row is named as one of the form's, which a row without it would show.
        let work: String?
        let matchers: String
        let notes: [String]
        let held: String
        /// The identifier of one that can be ended, or forgotten.
        let ends: String?
        let endName: String
        let deletes: String?
    }

    let refusal: String?
    /// What was planned just now.
    let planned: String?
    let windows: [Row]
    let hasWindows: Bool
    let more: String?
    /// By whose clock the form's times are meant.
    let zone: String
    /// What stands in the form.
    let camera: String
    let node: String
    let site: String
    let matchers: String
    let from: String
    let until: String
    let weekly: Bool
    let by: String
    let comment: String
}

extension MaintenanceContent {
    /// The form, filled for works on what an alert with these labels is about: its camera, else its node, else all that
    /// the alert is of.
    static func link(to labels: [String: String]) -> String {
        let fields = [("camera", "camera_id"), ("node", "instance"), ("site", "site")].compactMap { field, label in
            labels[label].flatMap { $0.isEmpty ? nil : "\(field)=\(FormFields.encoded($0))" }
        }
        if !fields.isEmpty { return "/alerts/maintenance?" + fields.joined(separator: "&") }
        let name = Matcher.equal("alertname", labels["alertname"] ?? "").description
        return "/alerts/maintenance?matchers=\(FormFields.encoded(name))"
    }
}

extension MaintenanceContent.Row {
    init(_ window: MaintenanceView, now: Int64) {
        state = window.state.rawValue
        stateText = say("maintenance.state.\(window.state.rawValue)")
        start = ShownMoment(window.startsAt)
        startText = String(Shown.moment(window.startsAt).prefix(16))
        end = ShownMoment(window.endsAt)
        endText = String(Shown.moment(window.endsAt).prefix(16))
        eachWeek = window.weekly.map { weekly in
            func text(_ day: Int, _ minute: Int) -> String {
                say("maintenance.day.\(max(0, min(6, day)))") + String(format: " %02d:%02d", minute / 60, minute % 60)
            }
            return say(
                "maintenance.eachWeek",
                [
                    "from": .text(text(weekly.startDay, weekly.startMinute)),
                    "until": .text(text(weekly.endDay, weekly.endMinute)), "zone": .text(weekly.zone),
                ])
        }
        sentence = window.sentence(now: now)
        work = window.comment.isEmpty ? nil : window.comment
        matchers = window.matchers.joined(separator: ", ")
        notes = window.state == .over ? [] : window.notes
        held = window.state == .active ? say("maintenance.alertsHeld", ["count": .number(window.held)]) : ""
        endName = say(window.state == .pending ? "maintenance.callOff" : "maintenance.end")
        ends = window.state == .over ? nil : window.id
        deletes = window.state == .over ? window.id : nil
    }
}

extension MaintenanceView {
    /// `maintenance until 18:00, by Ann`
    func sentence(now: Int64) -> String {
        let values: [String: WordValue] = [
            "start": .text(Shown.since(startsAt, now: now)), "time": .text(Shown.since(endsAt, now: now)),
            "name": .text(by),
        ]
        return switch state {
        case .pending: say("maintenance.comes", values)
        case .active: say("maintenance.now", values)
        case .over: say("maintenance.was", values)
        }
    }
}

/// The page of planned works.
///
/// Fields of the form: `camera`, `node`, `site`, `matchers`, `from`, `until`, `weekly`, `by`, `comment`; the same in the
/// address fill it.
extension WebUI {
    /// Rows of the list; a person reads no more.
    private static let windowsMax = 200

    func maintenancePage(refusal: String? = nil, _ fields: FormFields) async -> String {
        let now = await view.overview().now
        let windows = await view.maintenance()
        let planned = fields["planned"].flatMap { id in windows.first { $0.id == id } }
        let content = MaintenanceContent(
            refusal: refusal, planned: planned.map { Self.plannedWords($0) },
            windows: windows.prefix(Self.windowsMax).map { .init($0, now: now) }, hasWindows: !windows.isEmpty,
            more: windows.count > Self.windowsMax
                ? say("maintenance.more", ["count": .number(windows.count - Self.windowsMax)]) : nil,
            zone: ZoneText(zone()).fullName(at: now), camera: fields["camera"] ?? "", node: fields["node"] ?? "",
            site: fields["site"] ?? "", matchers: fields["matchers"] ?? "",
            from: fields["from"] ?? "", until: fields["until"] ?? "", weekly: fields["weekly"] != nil,
            by: fields["by"] ?? Reader.current.name, comment: fields["comment"] ?? "")
        return pages.page(content, title: say("maintenance.heading"), path: "/alerts")
    }

    /// With the distance from UTC, as clocks may be set in between.
    private static func plannedWords(_ window: MaintenanceView) -> String {
        say(
            "maintenance.planned",
            [
                "start": .text(Shown.dateTime(window.startsAt)), "end": .text(Shown.dateTime(window.endsAt)),
                "matchers": .text(window.matchers.joined(separator: ", ")),
            ])
    }

    func planMaintenance(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        var plan = MaintenancePlan()
        (plan.camera, plan.node, plan.site) = (fields["camera"] ?? "", fields["node"] ?? "", fields["site"] ?? "")
        (plan.matchers, plan.from, plan.until) = (
            fields["matchers"] ?? "", fields["from"] ?? "", fields["until"] ?? ""
        )
        (plan.weekly, plan.by, plan.comment) = (fields["weekly"] != nil, fields["by"] ?? "", fields["comment"] ?? "")
        do {
            let window = try await view.planMaintenance(plan)
            var response = Self.seeOther("/alerts/maintenance?planned=\(FormFields.encoded(window.id))")
            response.headers[.setCookie] = Reader.cookie(name: window.by)
            return response
        } catch {
            return html(await maintenancePage(refusal: "\(error)", fields), status: .badRequest)
        }
    }

    func endMaintenance(_ request: Request, _ end: (String) async throws -> Void) async throws -> Response {
        let fields = try await Self.form(of: request)
        do {
            try await end(fields["id"] ?? "")
            return Self.seeOther("/alerts/maintenance")
        } catch {
            return html(await maintenancePage(refusal: "\(error)", FormFields("")), status: .badRequest)
        }
    }

    func addMaintenanceRoutes(to router: RouterGroup<AppRequestContext>) {
        router.get("/alerts/maintenance") { request, _ in
            html(await maintenancePage(FormFields(request.uri.query ?? "")))
        }
        router.post("/alerts/maintenance") { request, _ in try await planMaintenance(request) }
        router.post("/alerts/maintenance/end") { request, _ in
            try await endMaintenance(request) { try await view.endMaintenance($0) }
        }
        router.post("/alerts/maintenance/delete") { request, _ in
            try await endMaintenance(request) { try await view.deleteMaintenance($0) }
        }
    }
}
