import HTTPKit
import MetricStore
import Partitions
import PromQL
import Testing

@testable import PrometheusHTTP

@Suite("Kinds of failed queries")
struct QueryFailureTests {
    private struct Broken: Error {}

    @Test("a store that fails is an internal error, a query that asks too much is its own")
    func kinds() {
        #expect(QueryFailure.kind(of: StoreError(.inputOutput, "the disk is gone")) == .internal)
        #expect(QueryFailure.kind(of: StoreError(.sampleLimit, "too many")) == .execution)
        #expect(QueryFailure.kind(of: StoreError(.cancelled, "nobody waits")) == .canceled)
        #expect(QueryFailure.kind(of: CancellationError()) == .canceled)
        #expect(QueryFailure.kind(of: Broken()) == .internal)
        #expect("\(APIErrorKind.internal.status)".contains("500"))
        let parse = #expect(throws: PromQLParseError.self) { try PromQLParser.parse("1 +") }
        #expect(parse.map { QueryFailure.kind(of: $0) } == .badData)
    }
}
