import Foundation
import SiteView

/// A query over a span of time, and how the server is asked about it.
struct LogQuestion {
    let server: ServerOptions
    let query: String
    let isKQL: Bool
    /// In milliseconds since the Unix epoch.
    var start: Int64
    var end: Int64?
    /// The fields that are wanted of each event; `nil` for all.
    var fields: [String]?

    /// The most events of one answer.
    static let pageLimit = 1_000

    private static let path = "/api/watchpost/logs"

    init(server: ServerOptions, query: String, isKQL: Bool, start: Int64, end: Int64?) {
        self.server = server
        self.query = query
        self.isKQL = isKQL
        self.start = start
        self.end = end
    }

    /// What is asked for, whatever the time.
    var parameters: [(String, String)] {
        var all = [("query", query), ("language", isKQL ? "kql" : "lucene")]
        // Days begin by the clock by which times are shown.
        all.append(("time_zone", SiteClock.current.code))
        if let fields { all.append(("fields", fields.joined(separator: ","))) }
        return all
    }

    private func all(_ more: [(String, String)]) -> [(String, String)] {
        parameters + [("start", String(start))] + (end.map { [("end", String($0))] } ?? []) + more
    }

    /// The answer as it came.
    func bytes(_ more: [(String, String)]) async throws -> [UInt8] { try await server.bytes(Self.path, all(more)) }

    func page(_ more: [(String, String)]) async throws -> LogPage { try await server.get(Self.path, all(more)) }

    /// The newest events, newest first, in as many pages as it takes.
    func events(limit: Int) async throws -> LogPage {
        var found = LogPage(events: [], isCut: false)
        repeat {
            let wanted = min(Self.pageLimit, limit - found.events.count)
            let cursor = found.next.map { [("cursor", $0)] } ?? []
            var page = try await page([("limit", String(wanted))] + cursor)
            page.events = found.events + page.events
            found = page
        } while found.next != nil && found.events.count < limit
        return found
    }

    /// Events that arrived behind a position, in their order; without one the present end.
    func arrivals(after position: String?) async throws -> LogArrivalsView {
        let cursor = position.map { [("cursor", $0)] } ?? []
        return try await server.get(
            Self.path + "/arrivals", parameters + [("limit", String(Self.pageLimit))] + cursor)
    }

    /// Says on standard error what a page does not show.
    func tellWhatIsMissing(in page: LogPage, limit: Int) {
        if page.timedOut {
            StandardError.put(
                "… the search took too long and is a part: ask for a shorter time, or for a field's value.")
        } else if page.isCut {
            StandardError.put("… only the newest \(limit); raise --limit for more.")
        }
    }
}
