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

    var query = ""
    var isKQL = false
    var spans: [Span] = []
    /// As a form's field has them.
    var start: String?
    var end: String?
    var error: String?
    /// How many were found, in words.
    var count: String?
    var events: [EventRow] = []
}

/// A log event.
struct EventRow: Sendable {
    let time: String
    let level: String
    let component: String
    let message: String
    let camera: CameraLink?
}

extension EventRow {
    init(_ event: LogEventView) {
        time = Shown.moment(event.timestamp)
        level = event.level
        component = event.component
        message = event.message
        camera = Links.camera(of: ["camera_id": event.camera])
    }
}

extension WebUI {
    private static let spans = [
        ("15m", "last 15 minutes"), ("1h", "last hour"), ("6h", "last 6 hours"), ("1d", "last day"),
        ("7d", "last week"),
    ]

    /// The log search: the query stands in the address, so that a link holds what was found.
    func logsPage(_ parameters: FormFields) async -> String {
        let query = parameters["query"] ?? ""
        let language: LogSearchRequest.Language = parameters["language"] == "kql" ? .kql : .lucene
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        // A range that a link names holds until another one is chosen.
        let chosen = parameters["since"] ?? ""
        let start = chosen.isEmpty ? parameters["start"].flatMap(ShownRange.moment) : nil
        let end = chosen.isEmpty ? parameters["end"].flatMap(ShownRange.moment) : nil
        let since = start == nil && end == nil && chosen.isEmpty ? "1h" : chosen
        let range = TimeRange(
            start: start ?? min(now, end ?? now) - (DurationText.milliseconds(since) ?? 3_600_000), end: end ?? .max)
        var content = LogsContent(query: query, isKQL: language == .kql)
        content.spans = Self.spans.map { .init(value: $0.0, name: $0.1, selected: $0.0 == since) }
        content.start = start.map(Shown.field)
        content.end = end.map(Shown.field)
        do {
            let page = try await view.searchLogs(
                LogSearchRequest(query: query, language: language, range: range, limit: 500))
            content.events = page.events.map(EventRow.init)
            content.count = Self.count(of: page)
        } catch {
            content.error = "\(error)"
        }
        return pages.page(content, title: "Logs", path: "/logs")
    }

    private static func count(of page: LogPage) -> String {
        if page.timedOut {
            return
                "\(page.events.count) events that were found before the time was over; there may be others, also newer ones."
        }
        if page.events.isEmpty { return "Nothing found in this range." }
        return page.isCut
            ? "The newest \(page.events.count) events; there are more." : "\(page.events.count) events, newest first."
    }
}
