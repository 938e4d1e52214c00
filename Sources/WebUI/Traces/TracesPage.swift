internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView
internal import TraceSearch

/// The search of traces.
struct TracesContent: PageContent {
    static let template = PageTemplate.traces

    struct Facet: Sendable {
        let name: String
        let values: [LogFacet.Value]
    }

    var query = ""
    var camera = ""
    /// What the camera's field offers.
    var cameras: [Choice] = []
    var spans: [LogsContent.Span] = []
    /// As a form's field has them.
    var start: String?
    var end: String?
    var problem: QueryProblem?
    /// Why the time cannot be read.
    var timeProblem: String?
    /// Of all times on the page.
    var zone = Shown.zoneHead
    var ready: [LogsContent.Named] = []
    /// How many were found, in words.
    var count: String?
    var charts: TraceCharts?
    var moves: [LogsContent.Named] = []
    var facets: [Facet] = []
    var attributes: [LogsContent.Named] = []
    var rows: [TraceRow] = []
    var hasRows = false
    var older: LogRow.Link?
    var newest: LogRow.Link?
    var nothing: String?
    /// How traces are sent, where there are none at all.
    var help: Help?

    struct Choice: Sendable {
        let value: String
    }

    struct Help: Sendable {
        let host: String
    }
}

/// A trace in a list.
struct TraceRow: Sendable {
    struct Part: Sendable {
        let text: String
    }

    let link: String
    let moment: ShownMoment
    let service: String
    let name: String
    let duration: String
    let spans: String
    /// What went wrong, in words.
    let errors: Part?
    let services: String
    let cameras: [CameraLink]
    /// How many of its spans were found, where that is not all of it.
    let matches: Part?
    let style: String
}

extension TraceRow {
    init(_ found: TraceFindings.Found) {
        let summary = found.summary
        link = TracesAddress.link(summary.id)
        let milliseconds = summary.start / 1_000_000
        moment = ShownMoment(milliseconds)
        service = VisibleText.short(summary.service)
        name = VisibleText.short(summary.name) + (summary.hasRoot ? "" : " " + say("traces.noRoot"))
        duration = SpanDuration.text(summary.duration)
        spans = Shown.count(summary.spans) + (summary.isCut ? "+" : "")
        errors = summary.errors == 0 ? nil : Part(text: Self.words(summary))
        services = summary.services.map { VisibleText.short($0.name) + " \($0.spans)" }.joined(separator: ", ")
        cameras = summary.cameras.prefix(3).map {
            CameraLink(id: VisibleText.short($0), link: Links.camera($0, at: milliseconds))
        }
        matches =
            found.matches < summary.spans
            ? Part(text: say("traces.spansFound", ["count": .number(found.matches)])) : nil
        style = summary.errors > 0 ? "failed" : "fine"
    }

    private static func words(_ summary: TraceSummary) -> String {
        let count = "✕ " + say("traces.errors", ["count": .number(summary.errors)])
        let shown = summary.error.map { VisibleText(Redaction.urls(in: $0), length: 160, lines: 1).text }
        return shown.map { "\(count): \($0)" } ?? count
    }
}

extension WebUI {
    private static let rowsMax = 50
    private static let camerasOffered = 5_000
    private static let facetValues = 8

    /// The search of traces: all of it stands in the address.
    func tracesPage(_ fields: FormFields, host: String) async -> Response {
        let address = TracesAddress(fields)
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        if address.isLocal { return Self.seeOther(address.link()) }
        var content = Self.form(address)
        do {
            var conditions: [SpanQuery.Condition] = []
            switch try TraceQueryText.read(address.query) {
            case .trace(let id):
                return Response(
                    status: .seeOther, headers: [.location: TracesAddress.link(id), .cacheControl: "no-store"])
            case .conditions(let read): conditions = read
            }
            if !address.camera.isEmpty {
                conditions.append(.init(.attribute(SpanAttributeNames.camera[0]), .equals(address.camera)))
            }
            if let problem = address.time.problem {
                content.timeProblem = problem
            } else if let problem = address.problem {
                content.problem = QueryProblem(words: problem)
            } else {
                try await find(SpanQuery(address.range(now: now), conditions), address, host, now: now, into: &content)
            }
        } catch let error as TraceQueryRefused {
            content.problem = QueryProblem(words: error.description, offset: error.offset, query: address.query)
        } catch {
            content.problem = QueryProblem(words: "\(error)")
        }
        return html(
            pages.page(content, title: say("traces.title"), path: TracesAddress.path, live: false, script: "traces.js"))
    }

    private static func form(_ address: TracesAddress) -> TracesContent {
        var content = TracesContent(query: address.query, camera: address.camera)
        content.spans = address.time.choices(SearchTime.offered)
        (content.start, content.end) = address.time.fields
        content.ready = [
            (say("traces.ready.errors"), "status=error"), (say("traces.ready.slow"), "duration>1s"),
            (say("traces.ready.roots"), "root=true"),
            (say("traces.ready.segments"), "name=\"segment write\""),
            (say("traces.ready.failed"), "kind=server http.response.status_code>=500"),
        ].map { .init(name: $0.0, link: address.changed { _ in }.with($0.1).link()) }
        return content
    }

    private func find(
        _ query: SpanQuery, _ address: TracesAddress, _ host: String, now: Int64, into content: inout TracesContent
    ) async throws {
        let found = try await view.findTraces(
            TraceSearchRequest(query: query, limit: Self.rowsMax, cursor: address.cursor))
        let words = try await view.traceWords(start: query.start, end: query.end)
        let watched = await view.cameras().map(\.id)
        content.cameras = Set(watched + words.cameras).sorted().prefix(Self.camerasOffered).map { .init(value: $0) }
        // What was found decides which traces these are; their own start is what is read.
        content.rows = found.traces.sorted { $0.summary.start > $1.summary.start }.map(TraceRow.init)
        content.hasRows = !content.rows.isEmpty
        content.older = found.next.map { next in
            // A page that goes on is of the moment of the first one.
            var older = address
            if older.time.since != nil {
                let range = address.range(now: now)
                older.time.start = range.start
                if range.end < now { older.time.end = range.end }
                older.time.since = nil
            }
            older.cursor = next
            return LogRow.Link(link: older.link())
        }
        if address.cursor != nil { content.newest = LogRow.Link(link: address.changed { _ in }.link()) }
        content.count = Self.words(found)
        let range = Self.shownRange(address.range(now: now), found.hits, now: now)
        let oldest = (found.hits.last?.start ?? 0) / 1_000_000
        let drawn = TimeRange(start: found.hasOtherHits ? min(oldest, range.end) : range.start, end: range.end)
        content.charts = TraceCharts(found.hits, address, range: drawn, hasOthers: found.hasOtherHits)
        content.moves = Self.moves(address, range, now: now)
        content.facets = Self.facets(found.hits, address)
        content.attributes = words.attributes.prefix(300).map {
            .init(
                name: VisibleText.short($0),
                link: address.with(TraceQueryText.text(.init(.attribute($0), .exists))).link())
        }
        if found.traces.isEmpty {
            if words.hasTraces {
                content.nothing = say("traces.nothing")
            } else {
                content.help = .init(host: host)
            }
        }
    }

    private static func words(_ found: TraceFindings) -> String {
        let count = found.traces.count
        if count == 0 { return say("traces.noTraces") }
        let failed = found.traces.count { $0.summary.errors > 0 }
        let values: [String: WordValue] = ["count": .number(count), "failed": .number(failed)]
        let words = failed == 0 ? say("traces.newestFine", values) : say("traces.newestFailed", values)
        return found.next == nil ? words : words + say("traces.older")
    }

    /// What the charts cover: the range as far as there is something in it.
    private static func shownRange(_ range: TimeRange, _ hits: [SpanHit], now: Int64) -> TimeRange {
        let newest = (hits.first?.start ?? 0) / 1_000_000
        let oldest = (hits.last?.start ?? 0) / 1_000_000
        let end = range.end == .max ? max(now, newest) : range.end
        let start = range.start <= 0 ? oldest : range.start
        return TimeRange(start: min(start, end), end: end)
    }

    private static func moves(_ address: TracesAddress, _ range: TimeRange, now: Int64) -> [LogsContent.Named] {
        let length = max(1, range.end - range.start)
        return [
            .init(name: say("form.earlier"), link: address.from(range.start - length, to: range.start).link()),
            range.end < now
                ? .init(name: say("form.later"), link: address.from(range.end, to: range.end + length).link()) : nil,
            .init(name: say("form.zoomOut"), link: address.from(range.start - length, to: range.end + length).link()),
        ].compactMap(\.self)
    }

    /// The commonest services, names and cameras of the found spans, each a condition.
    private static func facets(_ hits: [SpanHit], _ address: TracesAddress) -> [TracesContent.Facet] {
        func facet(
            _ name: String, _ subject: SpanQuery.Subject, _ value: (SpanHit) -> String?
        ) -> TracesContent.Facet? {
            var counts: [String: Int] = [:]
            for hit in hits {
                if let value = value(hit), !value.isEmpty { counts[value, default: 0] += 1 }
            }
            let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(facetValues)
            guard let most = sorted.first?.value else { return nil }
            let values = sorted.map { value, count in
                let term = TraceQueryText.text(.init(subject, .equals(value)))
                let excluded = TraceQueryText.text(.init(subject, .equals(value), isNegated: true))
                return LogFacet.Value(
                    text: VisibleText.short(value), count: Shown.count(count), share: max(1, count * 100 / most),
                    link: address.with(term).link(), exclude: address.with(excluded).link(), isOn: false)
            }
            return TracesContent.Facet(name: name, values: values)
        }
        return [
            facet(say("traces.camera"), .attribute("camera")) { $0.camera },
            facet(say("traces.service"), .service) { $0.service },
            facet(say("traces.name"), .name) { $0.name },
            facet(say("traces.status"), .status) { $0.isError ? "error" : nil },
        ].compactMap(\.self)
    }
}
