internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// The log search.
struct LogsContent: PageContent {
    static let template = PageTemplate.logs

    struct Span: Sendable {
        let value: String
        let name: String
        let selected: Bool
    }

    struct Filter: Sendable {
        let text: String
        let remove: String
    }

    struct Hidden: Sendable {
        let name: String
        let value: String
    }

    struct Named: Sendable {
        let name: String
        let link: String
    }

    /// What comes while the page is looked at.
    struct Live: Sendable {
        let link: String
        let next: String
    }

    var query = ""
    var isKQL = false
    var spans: [Span] = []
    /// As a form's field has them.
    var start: String?
    var end: String?
    var columns = ""
    var filters: [Filter] = []
    /// Of the address, what the form has no field for.
    var hidden: [Hidden] = []
    var searches: [Named] = []
    /// A text of the address with which the search that is shown can be kept.
    var address = ""
    var problem: QueryProblem?
    /// Why the time cannot be read.
    var timeProblem: String?
    /// Of all times on the page.
    var zone = Shown.zoneHead
    /// How many were found, in words.
    var count: String?
    var histogram: LogHistogramView?
    var moves: [Named] = []
    var facets: [LogFacet] = []
    var fields: [LogFieldChoice] = []
    var names: [String] = []
    var live: Live?
    /// Rendered.
    var rows = ""
    var hasRows = false
    /// Where older events are, and the newest.
    var older: LogRow.Link?
    var newest: LogRow.Link?
    var nothing: String?
}

/// Rows of the list, which also come alone.
struct LogRowsContent: PageContent {
    static let template = PageTemplate.logRows

    let rows: [LogRow]
}

extension WebUI {
    private static let rowsMax = 200
    /// Events that are looked at first; where they have so many bytes, there are no others on the page.
    private static let firstRows = 50
    private static let longRowsBytes = 4 << 20
    private static let columnsMax = 90
    private static let facetValues = 8
    /// A page opens in time, if need be with a part of the counts.
    private static let countTimeout: Int64 = 10_000

    /// The log search: the query stands in the address, so that a link holds what was found.
    func logsPage(_ fields: FormFields) async -> String {
        // A look whether the server lives is no search.
        if fields["quick"] != nil { return pages.page(LogsContent(), title: say("logs.title"), path: LogsAddress.path) }
        let address = LogsAddress(fields)
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        var content = Self.form(address)
        content.searches = await searchLinks()
        if let problem = address.time.problem {
            content.timeProblem = problem
        } else if let problem = address.problem {
            content.problem = QueryProblem(words: problem)
        } else {
            do {
                try await find(address, now: now, into: &content)
            } catch {
                content.problem = QueryProblem(error, query: address.query)
            }
        }
        return pages.page(content, title: say("logs.title"), path: LogsAddress.path, script: "logs.js")
    }

    /// What stands above what was found.
    private static func form(_ address: LogsAddress) -> LogsContent {
        var content = LogsContent(query: address.query, isKQL: address.isKQL)
        content.spans = address.time.choices(SearchTime.offered)
        (content.start, content.end) = address.time.fields
        content.columns = address.columns.joined(separator: ",")
        content.names = address.columns.map(VisibleText.short)
        content.filters = address.filters.map {
            .init(text: VisibleText.short($0), remove: address.without($0).link())
        }
        content.hidden =
            address.filters.map { .init(name: "filter", value: $0) }
            + address.facets.map { .init(name: "facet", value: $0) }
        content.address = address.problem != nil ? "" : FormFields.text(address.changed { _ in }.parameters)
        return content
    }

    private func find(_ address: LogsAddress, now: Int64, into content: inout LogsContent) async throws {
        // The position comes first: what arrives meanwhile is in both answers, and told apart by its key.
        if address.isLive(now: now) {
            let position = try await view.logArrivals(address.request(now: now, limit: 1), after: nil).next
            let link = address.link(LogsAddress.path + "/arrivals")
            content.live = .init(link: link, next: position)
        }
        var search = address.request(now: now, limit: Self.rowsMax)
        search.cursor = address.cursor
        let page = try await page(search)
        content.rows = pages.part(LogRowsContent(rows: page.events.map { LogRow($0, address) }))
        content.hasRows = !page.events.isEmpty
        // A page that goes on is of the moment of the first one.
        var pinned = address
        if address.since != nil {
            pinned.start = search.range.start
            if search.range.end < now { pinned.end = search.range.end }
            pinned.since = nil
        }
        content.older = page.next.map { next in
            pinned.cursor = next
            return LogRow.Link(link: pinned.link())
        }
        if address.cursor != nil { content.newest = LogRow.Link(link: address.changed { _ in }.link()) }

        let choices = LogFieldChoices(of: page.events, address)
        let counts = try await count(choices, address, now: now)
        content.count = Self.words(page, counts)
        if page.events.isEmpty, !page.timedOut {
            content.nothing =
                address.query.isEmpty && address.filters.isEmpty
                ? say("logs.nothingLogged")
                : say("logs.nothingFound")
        }
        let shown = Self.shownRange(search.range, counts.histogram, now: now)
        content.histogram = counts.histogram.flatMap { LogHistogramView($0, address, range: shown) }
        content.moves = Self.moves(address, shown, now: now)
        content.facets = choices.facets.compactMap { name in
            guard let terms = counts.terms?[name], !terms.values.isEmpty else { return nil }
            return LogFacet(name, terms, address)
        }
        content.fields = choices.all
    }

    /// As many events as a page has; fewer where they are long.
    private func page(_ search: LogSearchRequest) async throws -> LogPage {
        var first = search
        first.limit = Self.firstRows
        var page = try await view.searchLogs(first)
        let bytes = page.events.reduce(0) { $0 + $1.message.utf8.count }
        guard let next = page.next, bytes < Self.longRowsBytes else { return page }
        var rest = search
        rest.cursor = next
        rest.limit = search.limit - page.events.count
        let more = try await view.searchLogs(rest)
        page.events += more.events
        (page.isCut, page.next, page.timedOut) = (more.isCut, more.next, more.timedOut)
        return page
    }

    private func count(_ choices: LogFieldChoices, _ address: LogsAddress, now: Int64) async throws -> LogPage {
        var counting = address.request(now: now, limit: 0)
        counting.wantsTotal = true
        counting.histogram = .count(Self.columnsMax)
        counting.split = "level"
        counting.terms = choices.facets
        counting.termsSize = Self.facetValues
        counting.timeout = Self.countTimeout
        return try await view.searchLogs(counting)
    }

    /// The time that the histogram covers.
    private static func shownRange(_ range: TimeRange, _ histogram: LogHistogram?, now: Int64) -> TimeRange {
        let last = histogram?.columns.last.map { $0.start + (histogram?.interval ?? 0) - 1 } ?? now
        let first = histogram?.columns.first?.start ?? range.start
        return TimeRange(start: max(range.start, first), end: min(range.end, max(last, first)))
    }

    /// Other ranges that are a step away.
    private static func moves(_ address: LogsAddress, _ range: TimeRange, now: Int64) -> [LogsContent.Named] {
        let length = max(1, range.end - range.start)
        return [
            .init(name: say("form.earlier"), link: address.from(range.start - length, to: range.start).link()),
            range.end < now
                ? .init(name: say("form.later"), link: address.from(range.end, to: range.end + length).link()) : nil,
            .init(name: say("form.zoomOut"), link: address.from(range.start - length, to: range.end + length).link()),
            .init(
                name: say("form.zoomIn"),
                link: address.from(range.start + length / 4, to: range.end - length / 4).link()),
        ].compactMap(\.self)
    }

    private static func words(_ page: LogPage, _ counts: LogPage) -> String {
        let shown = WordValue.number(page.events.count)
        if page.timedOut { return say("logs.foundInTime", ["count": shown]) }
        let total = counts.total ?? page.events.count
        let values: [String: WordValue] = ["count": .number(total), "shown": shown]
        let words =
            total == 0
            ? say("logs.noEvents")
            : page.events.count == total ? say("logs.newestFirst", values) : say("logs.shownOf", values)
        return counts.timedOut ? say("logs.countedInPart", ["words": .text(words)]) : words
    }

    // MARK: What comes

    private static let arrivalsMax = 200

    /// Rows of what came since a page was made, or since the answer before.
    func logArrivals(_ fields: FormFields) async -> Response {
        let address = LogsAddress(fields)
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        do {
            let found = try await view.logArrivals(
                address.request(now: now, limit: Self.arrivalsMax), after: fields["after"])
            // What is late is of another time than the page's.
            let events = found.events.filter { $0.timestamp >= address.range(now: now).start }
            let content = LogArrivalsContent(
                next: found.next, isGap: found.isGap, isCut: found.isCut,
                rows: pages.part(LogRowsContent(rows: events.map { LogRow($0, address) })))
            return html(pages.part(content))
        } catch {
            return html(
                pages.part(RefusalContent(heading: say("refusal.notPossible"), text: "\(error)")), status: .badRequest)
        }
    }
}

/// Rows that came, in the order in which they came.
struct LogArrivalsContent: PageContent {
    static let template = PageTemplate.logArrivals

    let next: String
    let isGap: Bool
    let isCut: Bool
    /// Rendered.
    let rows: String
}
