internal import Base
internal import Model
internal import SpanMetrics
internal import TraceSearch

/// Why there is no service graph now.
private struct ServiceGraphRefused: Error, CustomStringConvertible {
    let description: String
}

extension ServerView {
    /// Who called whom, whichever door asks: one at a time.
    static let graphGate = WorkGate("service graphs", width: 1, usesCallersThread: true)
    private static let longestGraph = Duration.seconds(30)

    func serviceGraph(in range: TimeRange) async throws -> ServiceGraph {
        do {
            return try await Self.graphGate.run(within: Self.longestGraph) { [graph = parts.serviceGraph] in
                try graph.graph(in: range)
            }
        } catch is WorkTimedOut {
            throw ServiceGraphRefused(
                description: "the calls could not be counted within \(Self.longestGraph); ask for a shorter time")
        }
    }
}
