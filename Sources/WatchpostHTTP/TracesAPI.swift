internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import LocalTime
internal import Model
internal import NIOCore
internal import SiteView
internal import TraceSearch

/// `/api/watchpost/traces`: traces that are searched by their spans, and one trace.
struct TracesAPI {
    let view: any SiteViewSource
    /// The site's own.
    let zone: @Sendable () -> TimeZone

    private static let maxTraces = 1_000
    private static let standardTraces = 20
    /// Spans of one answer at most.
    private static let maxSpans = 100_000
    private static let standardSpans = 20_000

    func addRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("traces") { request, _ in
            try await answer(request) { try Self.json(try await search($0)) }
        }
        group.get("traces/:id") { request, context in
            try await answer(request) { try await trace(context.parameters.get("id") ?? "", $0) }
        }
    }

    private func answer(
        _ request: Request, _ body: (APIParameters) async throws -> Response
    ) async throws -> Response {
        do {
            return try await body(try await APIParameters(of: request))
        } catch let refusal as TracesRefused {
            var response = try Self.json(["error": refusal.description], status: .serviceUnavailable)
            if refusal.isBusy { response.headers[.retryAfter] = MessagesBusy.retryAfter }
            return response
        } catch let error as TraceQueryRefused {
            struct Refusal: Encodable {
                let error: String
                let offset: Int
            }
            return try Self.json(
                Refusal(error: "\(error) (at character \(error.offset + 1))", offset: error.offset), status: .badRequest
            )
        } catch let error as APIError {
            return try Self.json(["error": error.message], status: error.kind.status)
        }
    }

    private static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        try WatchpostAPI.json(value, status: status, formatting: [.sortedKeys, .withoutEscapingSlashes])
    }

    private func search(_ parameters: APIParameters) async throws -> TracePageView {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let start = try moment("start", of: parameters) ?? now - 3_600_000
        let end = try moment("end", .end, of: parameters) ?? .max
        guard start <= end else { throw APIError(.badData, "invalid parameter \"end\": it is before \"start\"") }
        let limit = try number("limit", of: parameters, 1...Self.maxTraces) ?? Self.standardTraces
        let range = TimeRange(start: start, end: end)
        switch try TraceQueryText.read(parameters.text("q") ?? "") {
        case .trace(let id):
            guard let trace = try await view.trace(id, spansMax: Self.standardSpans) else { throw Self.unknown(id) }
            return TracePageView(TraceSummary(id, trace))
        case .conditions(let conditions):
            var request = TraceSearchRequest(query: SpanQuery(range, conditions), limit: limit)
            if let text = parameters.text("cursor"), !text.isEmpty {
                guard let cursor = TraceCursor(text) else {
                    throw APIError(
                        .badData,
                        "invalid parameter \"cursor\": it is not one that an answer gave as \"next\"; leave it out to begin anew"
                    )
                }
                request.cursor = cursor
            }
            return TracePageView(try await view.findTraces(request))
        }
    }

    private func trace(_ text: String, _ parameters: APIParameters) async throws -> Response {
        guard let id = TraceID(text), !id.isZero else {
            throw APIError(
                .badData, "\"\(text.prefix(80))\" is not the number of a trace: it has up to 32 hexadecimal digits")
        }
        let limit = try number("spans", of: parameters, 1...Self.maxSpans) ?? Self.standardSpans
        guard let trace = try await view.trace(id, spansMax: limit) else { throw Self.unknown(id) }
        switch parameters.text("form") ?? "" {
        case "": return try Self.json(TraceView(id, trace))
        case "table":
            return Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: try TraceTable(id, trace).json())))
        case "found": return try Self.json(try found(trace, parameters.text("q") ?? ""))
        default: throw APIError(.badData, "invalid parameter \"form\": write table or found, or leave it out")
        }
    }

    /// The rows of the waterfall for which a query holds.
    private func found(_ trace: Trace, _ text: String) throws -> [String: [Int]] {
        guard case .conditions(let conditions) = try TraceQueryText.read(text) else {
            throw APIError(.badData, "invalid parameter \"q\": within a trace spans are searched, not traces")
        }
        let query = SpanQuery(start: .min, end: .max, conditions: conditions)
        let tree = TraceTree(adjusting: trace.spans)
        return ["rows": tree.rows.indices.filter { query.matches(tree.span(tree.rows[$0])) }]
    }

    private static func unknown(_ id: TraceID) -> APIError {
        APIError(
            .notFound,
            "no span of the trace \(id) is stored: it has not come yet, was never sent here, or is older than what is kept"
        )
    }

    /// Milliseconds since the Unix epoch.
    private func moment(
        _ name: String, _ side: TimeText.Side = .start, of parameters: APIParameters
    ) throws -> Int64? {
        guard let text = parameters.text(name), !text.isEmpty else { return nil }
        if let time = Int64(text) { return time }
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        if let time = TimeText.moment(text, side, now: now, zone: zone()) { return time }
        throw APIError(
            .badData, "invalid parameter \"\(name)\": \"\(text.prefix(80))\" is no time; \(TimeText.mend)")
    }

    private func number(_ name: String, of parameters: APIParameters, _ allowed: ClosedRange<Int>) throws -> Int? {
        guard let text = parameters.text(name), !text.isEmpty else { return nil }
        if let number = Int(text), allowed.contains(number) { return number }
        throw APIError(
            .badData,
            "invalid parameter \"\(name)\": \"\(text.prefix(80))\" is not a whole number from \(allowed.lowerBound) to "
                + "\(allowed.upperBound)")
    }
}
