internal import CameraRecords
internal import Dashboards
internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// One camera.
struct CameraContent: PageContent {
    static let template = PageTemplate.camera

    struct Logs: Sendable {
        /// The line by which the fault began.
        let first: ExplainingLine?
        let events: [EventRow]
    }

    struct Traces: Sendable {
        /// The first that failed when the fault began.
        let first: TraceRow?
        let list: CameraTraces
    }

    struct PastAlerts: Sendable {
        let firings: [AlertHistory.Row]
        let hasFirings: Bool
        /// All of them.
        let all: String
        let problem: String?
    }

    /// How another camera is put beside it.
    struct Beside: Sendable {
        let action: String
        let hidden: [Fact]
        let names: [String]
    }

    let head: CameraHead
    let logsLink: String
    let range: String
    let standardRange: String
    /// Milliseconds.
    let longest: String
    let spans: [SpanLink]
    /// Rendered; `nil` where it was not looked for.
    let band: String?
    /// The same.
    let days: FootageDays?
    /// Rendered.
    let panels: [String]
    let alerts: [AlertRow]
    /// Those of before; `nil` where they were not looked for.
    let past: PastAlerts?
    let logs: Logs?
    let traces: Traces?
    let tracesLink: String
    let picture: CameraPictureOffer
    let beside: Beside
}

/// Cameras of one name.
struct CameraChoiceContent: PageContent {
    static let template = PageTemplate.cameraChoice

    let id: String
    let choices: [CameraLink]
}

/// A length of time that a page can show.
struct SpanLink: Sendable {
    let name: String
    let link: String
    let isShown: Bool
}

extension WebUI {
    /// One camera: its state, charts, alerts, logs and facts; or two side by side, where `with` names another one.
    /// - Parameter fields: of the address; `from` and `to` say which time is shown, `quick` leaves out what is dear to find.
    func cameraPage(id: String, _ fields: FormFields) async throws -> Response {
        let overview = await view.overview()
        let found = overview.cameras.named(id, site: fields["site"], instance: fields["instance"])
        if found.count > 1 { return html(choice(of: found, id: id, fields)) }
        guard let camera = await camera(found, id, site: fields["site"], instance: fields["instance"])
        else {
            return refusal(say("camera.none", ["id": .text(id)]), path: "/cameras")
        }
        if let other = fields["with"], !other.isEmpty {
            return html(await page(of: camera, beside: other, in: overview, fields))
        }
        return html(await page(of: camera, in: overview, fields))
    }

    /// The one that was found with what its node knows of it, or one that was watched before.
    func camera(
        _ found: [CameraStatus], _ id: String, site: String?, instance: String?
    ) async -> CameraStatus? {
        if let camera = found.first { return await asItsNodeHasIt(camera) }
        return await formerCamera(id, site: site, instance: instance)
    }

    /// Two nodes have a camera of that name.
    private func choice(of cameras: [CameraStatus], id: String, _ fields: FormFields) -> String {
        let time = FormFields.text((["from", "to"] + Self.otherFields).map { ($0, fields[$0]) })
        let choices = cameras.map { camera in
            let page = Links.exactly(camera)
            return CameraLink(
                id: camera.node?.name ?? say("camera.thisHost"),
                link: page + (time.isEmpty ? "" : (page.contains("?") ? "&" : "?") + time))
        }
        return pages.page(
            CameraChoiceContent(id: id, choices: choices), title: say("camera.which", ["id": .text(id)]),
            path: "/cameras", live: false)
    }

    /// With what only its node knows: the address, how it is watched, its labels.
    private func asItsNodeHasIt(_ camera: CameraStatus) async -> CameraStatus {
        guard camera.node != nil, camera.nodeProblem == nil, let told = await view.cameraAsItsNodeHasIt(camera) else {
            return camera
        }
        var camera = camera
        camera.url = told.url
        camera.sources = told.sources
        camera.kind = told.kind
        camera.labels = told.labels
        camera.streams = told.streams
        camera.codec = camera.codec ?? told.codec
        camera.expectedFPSMax = told.expectedFPSMax
        if told.state == camera.state, !told.reason.isEmpty { camera.reason = told.reason }
        return camera
    }

    /// A camera that is not watched any more and has series still: what was told of it leads here.
    private func formerCamera(_ id: String, site: String?, instance: String?) async -> CameraStatus? {
        var camera = CameraStatus(id: id, state: .unknown, since: 0)
        if let instance, !instance.isEmpty { camera.node = CameraNode(site: site ?? "", instance: instance) }
        guard await view.hasSeries(of: camera) else { return nil }
        camera.reason = say("camera.former")
        return camera
    }

    func page(of camera: CameraStatus, in overview: Overview, _ fields: FormFields) async -> String {
        let nodes = overview.cameras.nodes
        let now = overview.now
        let isQuick = fields["quick"] != nil
        let range = Self.shownSpan(fields, now: now)
        let past: Result<CameraPast, PastRefused>? = isQuick ? nil : await past(of: camera, range)
        let fault = isQuick ? nil : FaultTime(camera, try? past?.get(), range)
        let alerts = overview.alerts.filter { $0.concerns(camera, nodes: nodes) }
        let content = CameraContent(
            head: CameraHead(camera, now: now), logsLink: Links.logs(ofCamera: camera.id),
            range: rangePart(camera, fields, now: now), standardRange: Self.standardRange,
            longest: String(Self.longestRange), spans: Self.spanLinks(camera, fields),
            band: past.map { pages.part(CameraBandContent($0, range, key: "1", name: nil)) },
            days: isQuick ? nil : await footageDays(of: camera, now: now),
            panels: Self.panels(of: camera).map(panelHTML), alerts: alerts.map { AlertRow($0, now: now) },
            past: isQuick ? nil : await pastAlerts(of: camera, nodes: nodes, now: now),
            logs: isQuick ? nil : await logs(of: camera, range, fault),
            traces: isQuick ? nil : await traces(of: camera, range, fault),
            tracesLink: TracesAddress.link(camera: camera.id),
            picture: CameraPictureOffer(camera, isAllowed: await view.allowsPictures()),
            beside: Self.beside(camera, in: overview, fields))
        return pages.page(
            content, title: "\(camera.id) \(camera.state.words)", path: "/cameras", script: "camera.js")
    }

    func past(of camera: CameraStatus, _ range: TimeSpan) async -> Result<CameraPast, PastRefused> {
        do {
            return .success(try await view.past(of: camera, in: range))
        } catch {
            return .failure(error as? PastRefused ?? PastRefused("\(error)"))
        }
    }

    /// What fired of it in the last 30 days.
    private func pastAlerts(
        of camera: CameraStatus, nodes: Set<CameraNode>, now: Int64
    ) async -> CameraContent.PastAlerts {
        var request = FiringsRequest(start: now - 30 * 86_400_000, end: now + 1, limit: Self.pastAlertsRead)
        request.camera = camera.id
        let all = "/alerts?" + FormFields.text([("tab", "history"), ("camera", camera.id)])
        do {
            let firings = try await view.firings(request).firings.filter { firing in
                camera.isMeant(by: Labels(firing.labels.map { Label($0.key, $0.value) }), nodes: nodes)
            }
            let rows = firings.prefix(Self.pastAlertsShown).map { AlertHistory.Row($0, now: now) }
            return .init(firings: rows, hasFirings: !rows.isEmpty, all: all, problem: nil)
        } catch {
            return .init(firings: [], hasFirings: false, all: all, problem: "\(error)")
        }
    }

    private static let pastAlertsShown = 20
    /// Some may be of other nodes' cameras of that name.
    private static let pastAlertsRead = 100

    /// Its lines, the newest first, and the first one that tells of a fault.
    private func logs(of camera: CameraStatus, _ range: TimeSpan, _ fault: FaultTime?) async -> CameraContent.Logs {
        let search = LogSearchRequest(
            query: Links.query(ofCamera: camera.id), language: .lucene,
            range: TimeRange(start: range.start, end: range.end), limit: 200)
        let events = (try? await view.searchLogs(search).events) ?? []
        var first: ExplainingLine?
        if let fault, let event = await firstError(of: camera, fault) { first = ExplainingLine(event, fault) }
        return CameraContent.Logs(
            first: first, events: events.map { EventRow($0, isExplaining: first?.key == LogEventPlace.key(of: $0)) })
    }

    // MARK: The range

    static let standardRange = "now-1h"

    /// The longest time that a page shows: as long as footage is remembered.
    static let longestRange: Int64 = 400 * 86_400_000

    /// The time that the address names, as far as there is any: it ends now at the latest.
    static func shownSpan(_ fields: FormFields, now: Int64) -> TimeSpan {
        let asked = ShownRange(fields, now: now, standard: standardRange)
        // What cannot be read is told, and the usual time shown.
        let shown =
            asked.problem == nil ? asked.range : ShownRange(FormFields(""), now: now, standard: standardRange).range
        let start = min(max(0, shown.start), LogsAddress.farthest)
        // What is still to come is shown, too, where it is asked for.
        let end = shown.end == .max ? now : min(max(0, shown.end), LogsAddress.farthest)
        let last = max(end, start + 1_000)
        return TimeSpan(start: max(start, last - longestRange), end: last)
    }

    /// What of an address names another camera.
    static let otherFields = ["with", "with_site", "with_instance"]

    /// The address of a camera's page with another range.
    /// - Parameter other: the fields that name another camera.
    static func link(_ camera: CameraStatus, from: String, to: String, with other: FormFields? = nil) -> String {
        let page = Links.exactly(camera)
        let others = otherFields.map { ($0, other?[$0]) }
        return page + (page.contains("?") ? "&" : "?") + FormFields.text([("from", from), ("to", to)] + others)
    }

    /// The choice of the shown time.
    func rangePart(_ camera: CameraStatus, _ fields: FormFields, now: Int64) -> String {
        let hidden =
            [("site", camera.node?.site), ("instance", camera.node?.instance)]
            + Self.otherFields.map { ($0, fields[$0]) }
        return pages.part(
            RangeContent(
                ShownRange(fields, now: now, standard: Self.standardRange),
                hidden: hidden.compactMap { name, value in value.map { Fact(name, $0) } }))
    }

    static func spanLinks(_ camera: CameraStatus, _ fields: FormFields) -> [SpanLink] {
        let shown = ShownRange(fields, now: 0, standard: standardRange)
        let (chosen, isNow) = (shown.from, (shown.to ?? "now") == "now")
        return [("hour", "now-1h"), ("day", "now-1d"), ("week", "now-7d"), ("month", "now-30d")].map { name, from in
            SpanLink(
                name: say("camera.span.\(name)"), link: link(camera, from: from, to: "now", with: fields),
                isShown: isNow && chosen == from)
        }
    }

    // MARK: Beside another one

    /// Names that a page offers at most: a longer list is no help, and weighs.
    private static let namesMax = 200

    private static func beside(
        _ camera: CameraStatus, in overview: Overview, _ fields: FormFields
    ) -> CameraContent.Beside {
        let hidden =
            [("site", camera.node?.site), ("instance", camera.node?.instance)]
            + ["from", "to"].map { ($0, fields[$0]) }
        let others = Set(overview.cameras.map(\.id)).subtracting([camera.id])
        return CameraContent.Beside(
            action: Links.ownCamera(camera.id),
            hidden: hidden.compactMap { name, value in value.map { Fact(name, $0) } },
            names: others.count > namesMax
                ? [] : others.sorted { $0.localizedStandardCompare($1) == .orderedAscending })
    }
}
