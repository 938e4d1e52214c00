internal import Base
internal import Model
internal import SiteView
internal import TraceSearch
internal import TraceStore

extension ServerView {
    func findTraces(_ request: TraceSearchRequest) async throws -> TraceFindings {
        let traces = parts.traces
        return try await Self.traces { try traces.find(request) }
    }

    func trace(_ id: TraceID, spansMax: Int) async throws -> Trace? {
        let traces = parts.traces
        return try await Self.traces { try traces.trace(id, spansMax: spansMax) }
    }

    func traceWords(start: Int64, end: Int64) async throws -> TraceWords {
        let traces = parts.traces
        return try await Self.traces {
            var words = TraceWords()
            words.services = try traces.services(start: start, end: end)
            words.attributes = try traces.attributeNames(start: start, end: end)
            var cameras: Set<String> = []
            for name in SpanAttributeNames.camera where words.attributes.contains(name) {
                cameras.formUnion(
                    try traces.attributeValues(name, start: start, end: end, limit: Self.traceCamerasMax))
            }
            words.cameras = cameras.sorted()
            words.hasTraces =
                try !words.services.isEmpty || !traces.search(SpanQuery(), SpanLimit(spans: 1)).hits.isEmpty
            return words
        }
    }

    private static let traceCamerasMax = 5_000
    /// Searches of traces, whichever door they come by.
    static let traceGate = WorkGate("trace searches", width: 2, usesCallersThread: true)
    private static let longestTraceSearch = Duration.seconds(30)

    private static func traces<Answer: Sendable>(
        _ search: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        do {
            return try await traceGate.run(within: longestTraceSearch, search)
        } catch is WorkTimedOut {
            throw TracesRefused(
                "the search was ended after \(longestTraceSearch), as others came before it; "
                    + "ask again, for a shorter time", isBusy: true)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw TracesRefused("cannot read the traces: \(error)")
        }
    }
}
