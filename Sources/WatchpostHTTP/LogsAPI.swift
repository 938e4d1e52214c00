internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import SiteView

/// `/api/watchpost/logs`: what was logged, how much of it there is and when, what has just come, and what stands around a
/// line.
struct LogsAPI {
    let view: any SiteViewSource

    /// The most log events of one answer.
    private static let maxEvents = 5_000
    private static let maxContext = 1_000
    private static let maxColumns = 10_000
    private static let maxTerms = 1_000
    /// The most names in a list of fields.
    private static let maxNames = 100
    private static let maxFilters = 50

    func addRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("logs") { request, _ in
            try await answer(request) { try await view.searchLogs(try search($0)) }
        }
        group.get("logs/arrivals") { request, _ in
            try await answer(request) { parameters in
                try await view.logArrivals(try search(parameters), after: parameters.text("cursor").nonEmpty)
            }
        }
        group.get("logs/context") { request, _ in
            try await answer(request) { parameters in
                let wanted = try context(parameters)
                guard let found = try await view.logContext(wanted) else {
                    throw APIError(
                        .notFound,
                        "no line is stored that begins at byte \(wanted.offset) of \"\(wanted.path)\""
                            + (wanted.host.map { " on \($0)" } ?? "") + (wanted.time.map { " with time=\($0)" } ?? ""))
                }
                return found
            }
        }
    }

    private func answer<Answer: Encodable>(
        _ request: Request, _ body: (APIParameters) async throws -> Answer
    ) async throws -> Response {
        do {
            return try Self.json(try await body(try await APIParameters(of: request)))
        } catch let refusal as LogSearchRefused {
            var response = try Self.json(
                ["error": refusal.description], status: refusal.isBusy ? .serviceUnavailable : .badRequest)
            if refusal.isBusy { response.headers[.retryAfter] = MessagesBusy.retryAfter }
            return response
        } catch let error as APIError {
            return try Self.json(["error": error.message], status: error.kind.status)
        }
    }

    /// Names in their order, and paths as they are: people read it too.
    private static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        try WatchpostAPI.json(value, status: status, formatting: [.sortedKeys, .withoutEscapingSlashes])
    }

    private func search(_ parameters: APIParameters) throws -> LogSearchRequest {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        var search = LogSearchRequest(
            query: parameters.text("query") ?? "",
            language: try choice("language", of: parameters, "write lucene or kql") ?? .lucene,
            range: TimeRange(start: now - 86_400_000, end: .max),
            limit: try number("limit", of: parameters, 0...Int.max).map { min($0, Self.maxEvents) } ?? Self.maxEvents)
        search.filters = parameters.all("filter").filter { !$0.isEmpty }
        guard search.filters.count <= Self.maxFilters else {
            throw APIError(.badData, "there are more than \(Self.maxFilters) parameters \"filter\"; join some by AND")
        }
        search.split = parameters.text("split").nonEmpty
        search.start = parameters.text("start").nonEmpty
        search.end = parameters.text("end").nonEmpty
        search.timeZone = parameters.text("time_zone").nonEmpty
        search.cursor = parameters.text("cursor").nonEmpty
        search.order = try choice("order", of: parameters, "write desc or asc") ?? .newestFirst
        search.fields = try names("fields", of: parameters)
        search.terms = try names("terms", of: parameters) ?? []
        search.termsSize = try number("terms_size", of: parameters, 1...Self.maxTerms) ?? 10
        search.histogram = try histogram(parameters)
        search.wantsTotal = try parameters.flag("total")
        if search.limit == 0, !search.wantsCounts { search.wantsTotal = true }
        search.timeout = try parameters.span("timeout")
        return search
    }

    private func context(_ parameters: APIParameters) throws -> LogContextRequest {
        guard let offset = Int64(try parameters.required("offset")), offset >= 0 else {
            throw APIError(
                .badData, "invalid parameter \"offset\": write the number of the line's first byte, log.offset")
        }
        var wanted = LogContextRequest(
            path: try parameters.required("path"), offset: offset,
            before: try number("before", of: parameters, 0...Self.maxContext) ?? 5,
            after: try number("after", of: parameters, 0...Self.maxContext) ?? 5)
        wanted.host = parameters.text("host").nonEmpty
        wanted.fields = try names("fields", of: parameters)
        if let text = parameters.text("time").nonEmpty {
            guard let time = Int64(text) else {
                throw APIError(
                    .badData, "invalid parameter \"time\": write the event's timestamp, milliseconds since 1970")
            }
            wanted.time = time
        }
        return wanted
    }

    /// `histogram=60`, that many columns at most, or `histogram=5m`, columns of that width.
    private func histogram(_ parameters: APIParameters) throws -> LogSearchRequest.Columns? {
        guard let text = parameters.text("histogram").nonEmpty else { return nil }
        if let count = Int(text), (1...Self.maxColumns).contains(count) { return .count(count) }
        if Int(text) == nil, let width = DurationText.milliseconds(text), width > 0 { return .width(width) }
        throw APIError(
            .badData,
            "invalid parameter \"histogram\": \"\(text.prefix(80))\" is neither a number of columns from 1 to "
                + "\(Self.maxColumns) nor an interval such as 5m")
    }

    private func names(_ name: String, of parameters: APIParameters) throws -> [String]? {
        guard let text = parameters.text(name).nonEmpty else { return nil }
        let names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard !names.isEmpty, names.count <= Self.maxNames else {
            throw APIError(
                .badData,
                "invalid parameter \"\(name)\": write from one to \(Self.maxNames) names of fields, with commas")
        }
        return names
    }

    private func number(_ name: String, of parameters: APIParameters, _ allowed: ClosedRange<Int>) throws -> Int? {
        guard let text = parameters.text(name).nonEmpty else { return nil }
        if let number = Int(text), allowed.contains(number) { return number }
        let range =
            allowed.upperBound == .max
            ? "from \(allowed.lowerBound) on" : "from \(allowed.lowerBound) to \(allowed.upperBound)"
        throw APIError(
            .badData, "invalid parameter \"\(name)\": \"\(text.prefix(80))\" is not a whole number \(range)")
    }

    private func choice<Choice: RawRepresentable<String>>(
        _ name: String, of parameters: APIParameters, _ mend: String
    ) throws -> Choice? {
        guard let text = parameters.text(name).nonEmpty else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw APIError(.badData, "unknown \(name) \"\(text.prefix(80))\"; \(mend)")
        }
        return choice
    }
}

extension String? {
    /// `nil` for an empty text too: a form's field that nobody filled in.
    fileprivate var nonEmpty: String? { flatMap { $0.isEmpty ? nil : $0 } }
}
