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
    let begin: String
    let end: String
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
        failed = ServiceMapAddress.failedText(figures) ?? "none"
        style = ServiceMapAddress.style(figures)
        p50 = ServiceMapAddress.time(figures.p50)
        p95 = ServiceMapAddress.time(figures.p95)
        p99 = ServiceMapAddress.time(figures.p99)
    }
}

extension WebUI {
    func addServiceMapRoute(to router: Router<AppRequestContext>) {
        router.get(RouterPath(ServiceMapAddress.path)) { request, _ in
            await serviceMapPage(FormFields(request.uri.query ?? ""))
        }
    }

    private static let mapSpans = [
        ("now-15m", "last 15 minutes"), ("now-1h", "last hour"), ("now-6h", "last 6 hours"), ("now-1d", "last day"),
    ]
    /// More is not drawn, nor listed: nobody would find anything in it.
    private static let drawnMax = 300
    private static let listedMax = 500

    /// Which services call which in the time that the address names, an hour by itself.
    func serviceMapPage(_ fields: FormFields) async -> Response {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let shown = ShownRange(fields, now: now, standard: "now-1h").range
        let end = min(shown.end, now)
        let range = TimeRange(start: max(0, min(shown.start, end)), end: max(0, end))
        do {
            let graph = try await serviceGraph(range)
            return html(serviceMapPage(graph, fields, range, problem: nil))
        } catch {
            let page = serviceMapPage(ServiceGraph(range: range), fields, range, problem: "\(error)")
            return html(page, status: .serviceUnavailable)
        }
    }

    private func serviceMapPage(
        _ graph: ServiceGraph, _ fields: FormFields, _ range: TimeRange, problem: String?
    ) -> String {
        let address = ServiceMapAddress(range: range)
        var drawn = graph
        drawn.links = Array(graph.links.sorted { $0.figures.calls > $1.figures.calls }.prefix(Self.drawnMax))
        drawn.links.sort { ($0.client, $0.server) < ($1.client, $1.server) }
        let chosen = fields["from"] ?? "now-1h"
        let content = ServiceMapContent(
            spans: Self.mapSpans.map { .init(value: $0.0, name: $0.1, selected: $0.0 == chosen) }
                + (Self.mapSpans.contains { $0.0 == chosen }
                    ? [] : [.init(value: chosen, name: "as chosen", selected: true)]),
            begin: Shown.dateTime(range.start), end: Shown.dateTime(range.end), problem: problem,
            map: ServiceMapView(drawn, address),
            note: Self.note(ofCalls: graph.links.count),
            calls: graph.links.sorted { Self.isWorse($0.figures, $1.figures) }.prefix(Self.listedMax)
                .map { Self.row($0, address) },
            services: graph.services.sorted { ($0.key) < ($1.key) }
                .sorted { Self.isWorse($0.value, $1.value) }.map { Self.row($0.key, $0.value, address) },
            hasCalls: !graph.links.isEmpty, hasServices: !graph.services.isEmpty,
            isEmpty: problem == nil && graph.links.isEmpty && graph.services.isEmpty)
        return pages.page(content, title: "Service map", path: "/traces", live: false)
    }

    private static func note(ofCalls count: Int) -> String? {
        if count <= drawnMax { return nil }
        let listed = count > listedMax ? "the worst \(listedMax) are listed." : "the table has all."
        return "The busiest \(drawnMax) of \(count) calls are drawn; \(listed)"
    }

    /// What fails more, and then what is slower, stands above.
    private static func isWorse(_ first: CallFigures, _ second: CallFigures) -> Bool {
        (first.failedShare, first.p99 ?? 0, first.calls) > (second.failedShare, second.p99 ?? 0, second.calls)
    }

    private static func row(_ link: ServiceLink, _ address: ServiceMapAddress) -> ServiceMapContent.CallRow {
        let kind =
            switch link.connection {
            case .direct: "request"
            case .messaging: "message"
            case .database: "database"
            case .virtualNode: "tells nothing itself"
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
