public import Model
import Partitions
import Synchronization

extension MetricStore {
    /// Label sets of the series that fulfil any of `selectors` in `range`, sorted. Of sealed samples whole days count.
    public func series(
        matchingAny selectors: [[Matcher]], in range: TimeRange, limit: Int
    ) throws -> [Labels] {
        var found = Set<Labels>()
        try forEachSeries(matchingAny: selectors, in: range) { found.insert($0) }
        let sorted = found.sorted { PackedLabels.precedes($0.packed, $1.packed) }
        return Array(sorted.prefix(max(0, limit)))
    }

    public func labelNames(matchingAny selectors: [[Matcher]], in range: TimeRange) throws -> [String] {
        var names = Set<String>()
        if selectors.isEmpty {
            try forEachIndex(in: range) { index in
                for name in index.names where name.pairs.contains(where: { !index.pairs[Int($0)].postings.isEmpty }) {
                    names.insert(name.text)
                }
            }
        } else {
            try forEachSeries(matchingAny: selectors, in: range) { labels in
                for label in labels { names.insert(label.name) }
            }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    public func labelValues(
        of name: String, matchingAny selectors: [[Matcher]], in range: TimeRange
    ) throws -> [String] {
        var values = Set<String>()
        if selectors.isEmpty {
            try forEachIndex(in: range) { index in
                for number in index.name(name)?.pairs ?? [] where !index.pairs[Int(number)].postings.isEmpty {
                    values.insert(index.value(of: index.pairs[Int(number)]))
                }
            }
        } else {
            try forEachSeries(matchingAny: selectors, in: range) { labels in
                if let value = labels.value(of: name) { values.insert(value) }
            }
        }
        return values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Gives the label indices of the head and of the days in `range` to `body`.
    private func forEachIndex(in range: TimeRange, _ body: (LabelIndex) -> Void) throws {
        do {
            let inMemory = head.withLock { head -> LabelIndex? in
                // Memory holds the newest hours; a range that ends before them asks for what is sealed.
                head.index.all.contains { head.series[Int($0)].hasChunk(in: range) } ? head.index : nil
            }
            if let inMemory { body(inMemory) }
            for day in days.days(overlapping: range) {
                if let index = try days.index(of: day) { body(index.labelIndex) }
            }
        } catch {
            throw StoreError.from(error)
        }
    }

    private func forEachSeries(
        matchingAny selectors: [[Matcher]], in range: TimeRange, _ body: (Labels) -> Void
    ) throws {
        do {
            for matchers in selectors.isEmpty ? [[]] : selectors {
                let inMemory = head.withLock { head in
                    head.index.select(matchers) { head.series[Int($0)].labels }
                        .filter { head.series[Int($0)].hasChunk(in: range) }.map { head.series[Int($0)].labels }
                }
                for labels in inMemory { body(labels) }
                for day in days.days(overlapping: range) {
                    try StoreError.checkWork()
                    guard let index = try days.index(of: day) else { continue }
                    for number in index.select(matchers) { body(index.labels[Int(number)]) }
                }
            }
        } catch {
            throw StoreError.from(error)
        }
    }
}
