internal import Base
internal import LogSearch
internal import LogStore
internal import Model
internal import SiteView
internal import State

extension ServerView {
    func searchLogs(_ request: LogSearchRequest) async throws -> LogPage {
        let search = try PreparedSearch(request, parts)
        let limit = request.timeout.map { min(Self.longestSearch, .milliseconds($0)) } ?? Self.longestSearch
        let logs = parts.logs
        return try await Self.withinDeadline(limit) { try search.answer(from: logs) }
    }

    func logContext(_ request: LogContextRequest) async throws -> LogContextView? {
        let place = LogPlace(path: request.path, offset: request.offset, host: request.host, time: request.time)
        let logs = parts.logs
        let found = try await Self.withinDeadline(Self.longestSearch) {
            try LogSearch.context(of: place, before: request.before, after: request.after, source: logs)
        }
        func view(_ event: LogEvent) -> LogEventView { LogEventView(event, fields: request.fields) }
        return found.map {
            LogContextView(
                before: $0.before.map(view), event: view($0.event), after: $0.after.map(view), timedOut: $0.isPartial)
        }
    }

    func logArrivals(_ request: LogSearchRequest, after position: String?) async throws -> LogArrivalsView {
        let zone = try PreparedSearch.zone(of: request, parts)
        let query = try PreparedSearch.query(of: request, now: parts.timeSource.now(), zone: zone)
        let start = try position.map { text in
            guard let position = LogPosition(text) else { throw LogSearchRefused.damaged(cursor: text) }
            return position
        }
        let logs = parts.logs
        let found = try await Self.run(in: Self.arrivalGate, within: Self.longestSearch) {
            // A time that the query names leaves nothing out here: its condition does.
            let filter = LogFilter(limit: request.limit, needs: query.needs, condition: query.condition) {
                query.matches($0)
            }
            return try logs.arrivals(filter, after: start)
        }
        return LogArrivalsView(
            events: found.events.map { LogEventView($0, fields: request.fields) }, next: found.next.text,
            isGap: found.isGap, isCut: found.isCut)
    }

    func savedSearches() async throws -> [SavedSearch] {
        do { return try parts.state.searches() } catch { throw LogSearchRefused("\(error)") }
    }

    func saveSearches(_ searches: [SavedSearch]) async throws {
        let fits: Bool
        do { fits = try parts.state.save(searches: searches, most: SavedSearch.most) } catch {
            throw LogSearchRefused("\(error)")
        }
        if !fits {
            throw LogSearchRefused("there would be more than \(SavedSearch.most) searches; delete some first")
        }
    }

    func removeSearch(_ name: String) async throws {
        do { try parts.state.removeSearch(name) } catch { throw LogSearchRefused("\(error)") }
    }

    /// Searches of logs, whichever door they come by.
    static let logGate = WorkGate("log searches", width: 2, usesCallersThread: true)
    /// What has just arrived is found in a moment, and must not wait behind searches.
    private static let arrivalGate = WorkGate("log arrivals", width: 1, usesCallersThread: true)
    private static let longestSearch = Duration.seconds(30)

    /// Runs a search on a thread of its own, a few at a time, and ends it at the deadline.
    static func withinDeadline<Answer: Sendable>(
        _ deadline: Duration, _ search: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        try await run(in: logGate, within: deadline, search)
    }

    private static func run<Answer: Sendable>(
        in gate: WorkGate, within deadline: Duration, _ search: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        do {
            return try await RequestWitness.watch("log search") { try await gate.run(within: deadline, search) }
        } catch is WorkTimedOut {
            throw LogSearchRefused(
                "the search was ended after \(deadline), as others came before it; "
                    + "ask again, for a shorter time or for a field's value", isBusy: true)
        }
    }
}

extension LogSearchRefused {
    static func damaged(cursor: String) -> LogSearchRefused {
        LogSearchRefused(
            "the cursor \"\(cursor.prefix(80))\" is not one that an answer to this query gave as \"next\"; "
                + "leave it out to begin anew")
    }
}
