internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import TraceSearch

/// Which services call which, drawn and as tables.
struct ServiceMapContent: PageContent {
    static let template = PageTemplate.serviceMap

    struct Choice: Sendable {
        let value: String
        let name: String
        let selected: Bool
    }

    struct CallRow: Sendable {
        let client: String
        let server: String
        let kind: String
        let cells: FigureCells
        let traces: String
        let failures: String?
        let chart: String
    }

    struct ServiceRow: Sendable {
        let name: String
        let cells: FigureCells
        let traces: String
        let failures: String?
        let chart: String
    }

    let spans: [Choice]
    /// As the fields of the form have them.
    let from: String?
    let to: String?
    /// Why the time cannot be read.
    let timeProblem: String?
    var zone = Shown.zoneHead
    let begin: ShownMoment
    let end: ShownMoment
    let problem: String?
    let map: ServiceMapView?
    /// Why not all of it is drawn.
    let note: String?
    let calls: [CallRow]
    let services: [ServiceRow]
    let hasCalls: Bool
    let hasServices: Bool
    /// Whether there is nothing at all.
    let isEmpty: Bool
}

/// Figures as a table has them.
struct FigureCells: Sendable {
    let rate: String
    let failed: String
    let style: String
    let p50: String
    let p95: String
    let p99: String

    init(_ figures: CallFigures, _ address: ServiceMapAddress) {
        rate = address.rateText(figures.calls)
        failed = ServiceMapAddress.failedText(figures) ?? say("form.noneHere")
        style = ServiceMapAddress.style(figures)
        p50 = ServiceMapAddress.time(figures.p50)
        p95 = ServiceMapAddress.time(figures.p95)
        p99 = ServiceMapAddress.time(figures.p99)
    }
}

extension WebUI {
    func addServiceMapRoute(to router: RouterGroup<AppRequestContext>) {
        router.get(RouterPath(ServiceMapAddress.path)) { request, _ in
            await serviceMapPage(FormFields(request.uri.query ?? ""))
        }
    }

    private static let mapSpans = [
        "now-15m", "now-1h", "now-6h", "now-1d", "now-7d", "now-30d", "now/d", "now-1d/d", "now/w",
    ]
    private static let standardMapSpan = "now-1h"
    /// More is not drawn, nor listed: nobody would find anything in it.
    private static let drawnMax = 300
    private static let listedMax = 500

    /// Which services call which in the time that the address names, an hour by itself.
    func serviceMapPage(_ fields: FormFields) async -> Response {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let asked = ShownRange(fields, now: now, standard: Self.standardMapSpan)
        if asked.isLocal { return Self.seeOther(asked.link(ServiceMapAddress.path)) }
        let shown = asked.range
        let end = min(shown.end, now)
        let range = TimeRange(start: max(0, min(shown.start, end)), end: max(0, end))
        do {
            let graph = try await serviceGraph(range)
            return html(serviceMapPage(graph, asked, range, problem: nil))
        } catch {
            let page = serviceMapPage(ServiceGraph(range: range), asked, range, problem: "\(error)")
            return html(page, status: .serviceUnavailable)
        }
    }

    private func serviceMapPage(
        _ graph: ServiceGraph, _ asked: ShownRange, _ range: TimeRange, problem: String?
    ) -> String {
        let address = ServiceMapAddress(range: range)
        var drawn = graph
        drawn.links = Array(graph.links.sorted { $0.figures.calls > $1.figures.calls }.prefix(Self.drawnMax))
        drawn.links.sort { ($0.client, $0.server) < ($1.client, $1.server) }
        let content = ServiceMapContent(
            spans: Self.mapSpans.map {
                .init(value: $0, name: ShownRange.name(ofSpan: $0), selected: $0 == asked.from && asked.to == nil)
            }, from: asked.fields.from, to: asked.fields.to, timeProblem: asked.problem,
            begin: ShownMoment(range.start), end: ShownMoment(range.end), problem: problem,
            map: ServiceMapView(drawn, address),
            note: Self.note(ofCalls: graph.links.count),
            calls: graph.links.sorted { Self.isWorse($0.figures, $1.figures) }.prefix(Self.listedMax)
                .map { Self.row($0, address) },
            services: graph.services.sorted { ($0.key) < ($1.key) }
                .sorted { Self.isWorse($0.value, $1.value) }.map { Self.row($0.key, $0.value, address) },
            hasCalls: !graph.links.isEmpty, hasServices: !graph.services.isEmpty,
            isEmpty: problem == nil && graph.links.isEmpty && graph.services.isEmpty)
        return pages.page(content, title: say("serviceMap.title"), path: "/traces", live: false)
    }

    private static func note(ofCalls count: Int) -> String? {
        if count <= drawnMax { return nil }
        let values: [String: WordValue] = [
            "drawn": .number(drawnMax), "count": .number(count), "listed": .number(listedMax),
        ]
        return count > listedMax ? say("serviceMap.drawnAndListed", values) : say("serviceMap.drawn", values)
    }

    /// What fails more, and then what is slower, stands above.
    private static func isWorse(_ first: CallFigures, _ second: CallFigures) -> Bool {
        (first.failedShare, first.p99 ?? 0, first.calls) > (second.failedShare, second.p99 ?? 0, second.calls)
    }

    private static func row(_ link: ServiceLink, _ address: ServiceMapAddress) -> ServiceMapContent.CallRow {
        let kind =
            switch link.connection {
            case .direct: say("serviceMap.request")
            case .messaging: say("serviceMap.message")
            case .database: say("serviceMap.database")
            case .virtualNode: say("serviceMap.silent")
            }
        return ServiceMapContent.CallRow(
            client: VisibleText.short(link.client), server: VisibleText.short(link.server), kind: kind,
            cells: FigureCells(link.figures, address), traces: address.traces(of: link),
            failures: link.figures.failed > 0 ? address.failures(of: link) : nil,
            chart: ServiceMapAddress.chart(of: link))
    }

    private static func row(
        _ name: String, _ figures: CallFigures, _ address: ServiceMapAddress
    ) -> ServiceMapContent.ServiceRow {
        ServiceMapContent.ServiceRow(
            name: VisibleText.short(name), cells: FigureCells(figures, address),
            traces: address.traces(ofService: name),
            failures: figures.failed > 0 ? address.failures(ofService: name) : nil,
            chart: ServiceMapAddress.chart(ofService: name))
    }
}
