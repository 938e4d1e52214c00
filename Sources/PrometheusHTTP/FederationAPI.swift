internal import Base
internal import Exposition
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import NIOCore
internal import PromQL

/// `/federate`: the newest sample of each selected series as a page that another Prometheus can scrape.
///
/// Told as Prometheus does: series whose newest sample is a stale marker or older than the lookback are left out, every
/// line has its time, and external labels are added where a series has none of that name. `instance` is always
/// there, if need be empty, so that a scraper with `honor_labels` does not add its own.
struct FederationAPI: Sendable {
    let queries: PrometheusParts.Queries
    let externalLabels: @Sendable () -> [String: String]
    let now: @Sendable () -> Int64
    let gate = WorkGate("federation", width: 2, usesCallersThread: true)

    /// Samples that one page may make the store read.
    private static let sampleLimit = 50_000_000

    func page(_ request: Request) async -> Response {
        do {
            let parameters = try await APIParameters(of: request)
            let selectors = try parameters.all("match[]").map { text in
                do {
                    return try PromQLParser.parseSelector(text, features: queries.features)
                } catch {
                    throw APIError(.badData, "invalid parameter \"match[]\": \(error)")
                }
            }
            let bytes = try await gate.run { try page(selectors) }
            return Response(
                status: .ok, headers: [.contentType: ExpositionFormat.text.contentType],
                body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        } catch {
            let failure = error as? APIError ?? APIError(QueryFailure.kind(of: error), "\(error)")
            return .text(failure.kind.status, failure.message)
        }
    }

    private func page(_ selectors: [[Matcher]]) throws -> [UInt8] {
        let now = now()
        let range = TimeRange(start: now - queries.engine.limits.lookback + 1, end: now)
        var newest: [Labels: Sample] = [:]
        for matchers in selectors {
            for column in try queries.source.select(matchers, in: range, sampleLimit: Self.sampleLimit) {
                guard let time = column.timestamps.last, let value = column.values.last, !StaleMarker.isStale(value)
                else { continue }
                newest[column.labels] = Sample(timestamp: time, value: value)
            }
        }
        var outer = externalLabels()
        outer["instance"] = outer["instance"] ?? ""
        let points = newest.map { labels, sample in (labels: labels, sample: sample) }
            .sorted { ($0.labels.metricName, $0.labels) < ($1.labels.metricName, $1.labels) }
        return ExpositionWriter.bytes(ofUntyped: points, adding: outer.sorted { $0.key < $1.key })
    }
}
