import Base
public import Model
import Partitions
import Synchronization

extension MetricStore {
    public func select(
        _ matchers: [Matcher], in range: TimeRange, sampleLimit: Int
    ) throws -> [SeriesColumn] {
        if range.end < range.start { return [] }
        do {
            var selection = Selection(range: range, sampleLimit: sampleLimit)
            // Memory first: samples leave it only after they can be read from the day's file, so none is missed.
            let inMemory = chunks(matchers, in: range)
            try addSealed(matchers, to: &selection)
            try selection.add(inMemory)
            return selection.columns()
        } catch {
            throw MetricStoreError.from(error)
        }
    }

    private func chunks(_ matchers: [Matcher], in range: TimeRange) -> [(labels: Labels, chunks: [Chunk])] {
        head.withLock { head in
            head.index.select(matchers) { head.series[Int($0)].labels }.compactMap { slot in
                let chunks = head.series[Int(slot)].chunks(in: range)
                return chunks.isEmpty ? nil : (head.series[Int(slot)].labels, chunks)
            }
        }
    }

    private func addSealed(_ matchers: [Matcher], to selection: inout Selection) throws {
        let zstd = Zstd()
        for day in days.days(overlapping: selection.range) {
            guard let index = try days.index(of: day) else { continue }
            let numbers = index.select(matchers)
            if numbers.isEmpty { continue }
            try days.read(numbers, of: day, index, in: selection.range, with: zstd) { number, times, values in
                try selection.add(index.labels[number], times, values)
            }
        }
    }
}

/// The samples of a query while they are collected.
private struct Selection {
    let range: TimeRange
    private let sampleLimit: Int
    private var sampleCount = 0
    private var positions: [Labels: Int] = [:]
    private var found: [(labels: Labels, builder: ColumnBuilder)] = []

    init(range: TimeRange, sampleLimit: Int) {
        self.range = range
        self.sampleLimit = sampleLimit
    }

    /// Adds sealed samples. Those of a series come in any order of time.
    mutating func add(_ labels: Labels, _ times: ArraySlice<Int64>, _ values: [Double]) throws(MetricStoreError) {
        sampleCount += values.count
        if sampleCount > sampleLimit { throw .sampleLimit(sampleLimit) }
        let position = position(of: labels)
        found[position].builder.append(times, values)
    }

    /// Adds what is in memory; behind all that is sealed, so that it counts where both have a sample.
    mutating func add(_ series: [(labels: Labels, chunks: [Chunk])]) throws(MetricStoreError) {
        let isAlone = found.isEmpty
        if isAlone { found.reserveCapacity(series.count) }
        for (index, entry) in series.enumerated() {
            if index & 0xff == 0 { try Task.checkNotCancelled() }
            let position: Int
            if isAlone {
                // Without sealed samples no two entries are the same series, and no table is needed.
                position = found.count
                found.append((entry.labels, ColumnBuilder()))
            } else {
                position = self.position(of: entry.labels)
            }
            found[position].builder.reserve(entry.chunks.reduce(0) { $0 + Int($1.count) })
            for chunk in entry.chunks {
                let before = found[position].builder.count
                found[position].builder.append(chunk, in: range)
                sampleCount += found[position].builder.count - before
                if sampleCount > sampleLimit { throw .sampleLimit(sampleLimit) }
            }
        }
    }

    private mutating func position(of labels: Labels) -> Int {
        if let known = positions[labels] { return known }
        positions[labels] = found.count
        found.append((labels, ColumnBuilder()))
        return found.count - 1
    }

    /// The series that have samples, sorted by labels.
    consuming func columns() -> [SeriesColumn] {
        found.sort { PackedLabels.precedes($0.labels.packed, $1.labels.packed) }
        return found.compactMap { $0.builder.count > 0 ? $0.builder.column($0.labels) : nil }
    }
}
