internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

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
        var values: [String: Any] = [
            "query": query, "isKQL": language == .kql,
            "spans": Self.spans.map { ["value": $0.0, "name": $0.1, "selected": $0.0 == since] as [String: Any] },
        ]
        if let start { values["start"] = Shown.field(start) }
        if let end { values["end"] = Shown.field(end) }
        do {
            let page = try await view.searchLogs(
                LogSearchRequest(query: query, language: language, range: range, limit: 500))
            values["events"] = page.events.map(Self.values)
            values["count"] = Self.count(of: page)
        } catch {
            values["error"] = ["\(error)"]
        }
        return pages.page("logs", title: "Logs", path: "/logs", values)
    }

    private static func count(of page: LogPage) -> String {
        if page.events.isEmpty { return "Nothing found in this range." }
        return page.isCut
            ? "The newest \(page.events.count) events; there are more." : "\(page.events.count) events, newest first."
    }

    static func values(_ event: LogEventView) -> [String: Any] {
        var values: [String: Any] = [
            "time": Shown.moment(event.timestamp), "level": event.level, "component": event.component,
            "message": event.message,
        ]
        if !event.camera.isEmpty { values["camera"] = [["id": event.camera, "link": Links.camera(event.camera)]] }
        return values
    }
}
