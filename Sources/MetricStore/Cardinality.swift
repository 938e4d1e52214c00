public import Model
import Synchronization

/// Which labels make the series in memory many: what to look at when a store grows.
public struct Cardinality: Sendable {
    public var seriesCount = 0
    public var chunkCount = 0
    public var labelPairCount = 0
    /// Times of the oldest and the newest sample in memory; `nil` where there is none.
    public var range: TimeRange?
    /// Each the greatest first.
    public var seriesByMetric: [(name: String, value: Int)] = []
    public var valuesByLabel: [(name: String, value: Int)] = []
    /// Bytes of names and values, counted for each series that has them.
    public var bytesByLabel: [(name: String, value: Int)] = []
    public var seriesByPair: [(name: String, value: Int)] = []
}

extension MetricStore {
    /// What the series in memory are made of.
    /// - Parameter limit: how many entries each list has at most.
    public func cardinality(limit: Int) -> Cardinality {
        head.withLock { head in
            var found = Cardinality()
            found.seriesCount = head.liveCount
            for series in head.series where series.isLive && !series.isEmpty {
                found.chunkCount += series.closed.count + (series.open.count > 0 ? 1 : 0)
                guard let first = series.closed.first?.minTime ?? series.openChunk?.minTime else { continue }
                let known = found.range ?? TimeRange(start: first, end: first)
                found.range = TimeRange(start: min(known.start, first), end: max(known.end, series.newest))
            }
            head.index.count(into: &found, limit: limit)
            return found
        }
    }
}

extension LabelIndex {
    fileprivate func count(into found: inout Cardinality, limit: Int) {
        var byMetric: [(name: String, value: Int)] = []
        var byLabel: [(name: String, value: Int)] = []
        var bytes: [(name: String, value: Int)] = []
        var byPair: [(name: String, value: Int)] = []
        for name in names {
            var values = 0
            var byteCount = 0
            for number in name.pairs {
                let pair = pairs[Int(number)]
                if pair.postings.isEmpty { continue }
                values += 1
                byteCount += (name.text.utf8.count + pair.value.count) * pair.postings.count
                let value = value(of: pair)
                if name.text == Labels.metricName { byMetric.append((value, pair.postings.count)) }
                byPair.append(("\(name.text)=\(value)", pair.postings.count))
            }
            if values == 0 { continue }
            found.labelPairCount += values
            byLabel.append((name.text, values))
            bytes.append((name.text, byteCount))
        }
        func greatest(_ entries: [(name: String, value: Int)]) -> [(name: String, value: Int)] {
            Array(entries.sorted { ($1.value, $0.name) < ($0.value, $1.name) }.prefix(limit))
        }
        found.seriesByMetric = greatest(byMetric)
        found.valuesByLabel = greatest(byLabel)
        found.bytesByLabel = greatest(bytes)
        found.seriesByPair = greatest(byPair)
    }
}
