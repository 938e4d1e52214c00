internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView
internal import TraceSearch

/// One trace.
struct TraceContent: PageContent {
    static let template = PageTemplate.trace

    struct Service: Sendable {
        let name: String
        let colour: String
        let spans: String
        let errors: String
        let selfTime: String
        /// Of the longest, in percent.
        let share: Int
        let link: String
    }

    struct Note: Sendable {
        let text: String
    }

    struct Gap: Sendable {
        let link: String
        let row: Int
        let offset: String
        let words: String
    }

    /// What a search within the trace found.
    struct Found: Sendable {
        let words: String
        let rows: [Row]
    }

    struct Row: Sendable {
        let link: String
        let name: String
    }

    let id: String
    let service: String
    let name: String
    let moment: ShownMoment
    let duration: String
    let spans: String
    let errors: Note?
    let error: Note?
    let cameras: [CameraLink]
    let notes: [Note]
    let services: [Service]
    let gaps: [Gap]
    var query = ""
    var problem: QueryProblem?
    var found: Found?
    let ticks: [Note]
    let rows: [WaterfallRow]
    let count: Int
    /// How many rows only the script shows.
    let rest: Note?
    let table: String
    let json: String
    let logsPart: String
    let logs: String
    /// Other traces of its first camera around that time.
    let neighbours: LogRow.Link?
}

/// A span in the waterfall, as it is shown without the script; its bar lies on a field of 1000 by 20 units.
struct WaterfallRow: Sendable {
    struct Bar: Sendable {
        let x: String
        let width: String
    }

    let number: Int
    let index: Int
    let level: Int
    let indent: Int
    let link: String
    let service: String
    let name: String
    let colour: String
    let x: String
    let width: String
    let critical: [Bar]
    let duration: String
    let isError: Bool
    /// What is odd about its place, in words.
    let oddity: TraceContent.Note?
    let isHit: Bool
}

extension WebUI {
    /// Spans of a trace that are shown.
    private static let spansMax = 50_000
    /// Rows that can be read without the script.
    private static let rowsMax = 200
    private static let foundMax = 100

    func tracePage(_ text: String, _ fields: FormFields) async -> Response {
        guard let id = TraceID(text), !id.isZero else {
            return refusal(
                say("trace.notANumber", ["text": .text(String(text.prefix(80)))]),
                path: TracesAddress.path)
        }
        do {
            guard let trace = try await view.trace(id, spansMax: Self.spansMax) else { return unknownTrace(id) }
            let tree = TraceTree(adjusting: trace.spans)
            let summary = TraceSummary(id, tree, isCut: trace.isCut)
            let content = Self.content(summary, tree, fields)
            return html(
                pages.page(
                    content, title: "\(VisibleText.short(summary.name)) · \(say("trace.trace"))",
                    path: TracesAddress.path, live: false,
                    script: "trace.js"))
        } catch {
            return refusal("\(error)", path: TracesAddress.path, status: .serviceUnavailable)
        }
    }

    func unknownTrace(_ id: TraceID) -> Response {
        refusal(
            say("trace.unknown", ["id": .text(id.description)]),
            path: TracesAddress.path)
    }

    private static func content(_ summary: TraceSummary, _ tree: TraceTree, _ fields: FormFields) -> TraceContent {
        let page = TracesAddress.link(summary.id)
        let time = summary.start / 1_000_000
        let query = (fields["q"] ?? "").trimmed
        var hits: Set<Int> = []
        var problem: QueryProblem?
        if !query.isEmpty {
            do { hits = try self.hits(query, tree) } catch {
                problem = QueryProblem(words: error.description, offset: error.offset, query: query)
            }
        }
        let rows = Waterfall(tree, page: page).rows(0..<min(rowsMax, tree.rows.count), hits: hits)
        let colours = ServiceColour.numbers(of: summary.services.map(\.name))
        let most = max(1, summary.services.map(\.selfTime).max() ?? 1)
        let end = (summary.start + summary.duration) / 1_000_000
        var content = TraceContent(
            id: summary.id.description, service: VisibleText.short(summary.service),
            name: VisibleText.short(summary.name), moment: ShownMoment(time),
            duration: SpanDuration.text(summary.duration),
            spans: say("traces.spanCount", ["count": .number(summary.spans)]),
            errors: summary.errors == 0
                ? nil : .init(text: say("traces.errors", ["count": .number(summary.errors)])),
            error: summary.error.map { .init(text: VisibleText.short(Redaction.urls(in: $0))) },
            cameras: summary.cameras.map { CameraLink(id: VisibleText.short($0), link: Links.camera($0, at: time)) },
            notes: notes(summary, tree),
            services: summary.services.map { service in
                .init(
                    name: VisibleText.short(service.name), colour: "c\(colours[service.name] ?? 1)",
                    spans: Shown.count(service.spans), errors: service.errors == 0 ? "" : "✕ \(service.errors)",
                    selfTime: SpanDuration.text(service.selfTime), share: Int(service.selfTime * 100 / most),
                    link: page + "?q="
                        + FormFields.encoded(TraceQueryText.text(.init(.service, .equals(service.name)))))
            },
            gaps: tree.gaps().map { gap in
                .init(
                    link: "#row-\(gap.after)", row: gap.after, offset: SpanDuration.text(gap.start - summary.start),
                    words: VisibleText(tree.words(gap), length: 400, lines: 1).text)
            },
            ticks: (0...4).map { .init(text: $0 == 0 ? "0" : SpanDuration.text(summary.duration / 4 * $0)) },
            rows: rows,
            count: tree.rows.count,
            rest: tree.rows.count > rowsMax
                ? .init(text: Shown.count(tree.rows.count - rowsMax)) : nil,
            table: "/api/watchpost" + page + "?form=table&spans=\(spansMax)", json: "/api/watchpost" + page,
            logsPart: page + "/logs?"
                + FormFields.text([
                    ("start", String(time)), ("end", String(end)), ("camera", summary.cameras.first),
                ]),
            logs: logs(of: summary.id, from: time, to: end).link(),
            neighbours: summary.cameras.first.map { .init(link: TracesAddress.link(camera: $0, around: time)) })
        content.query = query
        content.problem = problem
        if !query.isEmpty, problem == nil { content.found = found(hits, tree, page) }
        return content
    }

    private static func hits(_ query: String, _ tree: TraceTree) throws(TraceQueryRefused) -> Set<Int> {
        guard case .conditions(let conditions) = try TraceQueryText.read(query) else { return [] }
        let wanted = SpanQuery(start: .min, end: .max, conditions: conditions)
        return Set(tree.rows.indices.filter { wanted.matches(tree.span(tree.rows[$0])) })
    }

    private static func found(_ hits: Set<Int>, _ tree: TraceTree, _ page: String) -> TraceContent.Found {
        let words = hits.isEmpty ? say("trace.noSpan") : say("traces.spansFound", ["count": .number(hits.count)])
        let rows = hits.sorted().prefix(foundMax).map { row in
            let span = tree.span(tree.rows[row])
            return TraceContent.Row(
                link: "\(page)/spans/\(span.spanID)",
                name: say(
                    "trace.of",
                    ["name": .text(VisibleText.short(span.name)), "service": .text(VisibleText.short(span.service))]))
        }
        return .init(words: words, rows: rows)
    }

    private static func notes(_ summary: TraceSummary, _ tree: TraceTree) -> [TraceContent.Note] {
        func spans(_ count: Int, _ key: String) -> String? {
            count == 0 ? nil : say("trace.note." + key, ["count": .number(count)])
        }
        return [
            summary.isCut ? say("trace.note.isCut", ["count": .number(summary.spans)]) : nil,
            spans(tree.orphans, "orphans"), spans(tree.circles, "circles"), spans(tree.warnings.count, "warnings"),
            spans(tree.doubled, "doubled"),
        ].compactMap { $0.map { .init(text: $0) } }
    }

    /// The search for what was logged in a trace, in milliseconds since the Unix epoch.
    static func logs(of id: TraceID, from start: Int64, to end: Int64) -> LogsAddress {
        var address = LogsAddress()
        address.query = "trace_id:\"\(id)\" OR trace.id:\"\(id)\""
        // Clocks differ, and lines are told before and after what they speak of.
        return address.from(start - 60_000, to: end + 60_000)
    }
}

/// Makes rows of a trace's waterfall.
struct Waterfall {
    private let tree: TraceTree
    private let page: String
    private let start: Int64
    private let length: Double
    private let critical: [Int: [TraceSection]]
    private let colours: [String: Int]

    private static let indentMax = 24

    /// - Parameter page: the trace's address.
    init(_ tree: TraceTree, page: String) {
        self.tree = tree
        self.page = page
        start = tree.start
        length = Double(max(1, tree.end - tree.start))
        colours = ServiceColour.numbers(of: tree.services)
        critical = Dictionary(grouping: tree.criticalPath, by: \.row)
    }

    func rows(_ range: Range<Int>, hits: Set<Int>) -> [WaterfallRow] {
        range.map { place in
            let row = tree.rows[place]
            let span = tree.span(row)
            let oddity: String? =
                switch row.oddity {
                case .orphan: say("trace.orphan")
                case .circle: say("trace.circle")
                case nil: tree.warnings[row.span] == nil ? nil : "◆ " + say("trace.putRight")
                }
            let bar = bar(span.start, span.end)
            return WaterfallRow(
                number: place, index: place + 1, level: row.depth + 1, indent: min(row.depth, Self.indentMax) * 12,
                link: "\(page)/spans/\(span.spanID)", service: VisibleText.short(span.service),
                name: VisibleText.short(span.name), colour: "c\(colours[span.service] ?? 1)",
                x: bar.x, width: bar.width,
                critical: (critical[place] ?? []).prefix(50).map { self.bar($0.start, $0.end) },
                duration: SpanDuration.text(span.duration), isError: span.status == .error,
                oddity: oddity.map { .init(text: $0) }, isHit: hits.contains(place))
        }
    }

    private func bar(_ start: Int64, _ end: Int64) -> WaterfallRow.Bar {
        let x = 1_000 * Double(start - self.start) / length
        // What is shorter than a pixel is seen nevertheless.
        let width = max(1.5, 1_000 * Double(end - start) / length)
        return .init(x: Shown.decimal(min(x, 998.5)), width: Shown.decimal(width))
    }
}
