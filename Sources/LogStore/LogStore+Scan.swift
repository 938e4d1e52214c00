import Base
public import Model
import Partitions
import Synchronization

extension LogStore {
    /// Events in `range` for which `matches` is true, newest first (oldest first if `ascending`), at most `limit`.
    /// Of events with the same time those appended first are the older ones.
    /// - Throws: ``LogStoreError``, with the code `cancelled` if the task is cancelled.
    public func scan(
        in range: TimeRange, ascending: Bool, limit: Int, where matches: (borrowing LogEvent) -> Bool
    ) throws -> [LogEvent] {
        try scan(in: range, ascending: ascending, limit: limit, requiring: [:], containing: [:], where: matches)
    }

    /// The same, without looking at events that cannot have what is asked for. `matches` must be false for those.
    /// - Parameters:
    ///   - required: for fields (or their names behind `fields.`) sets of texts in lower case: an event must have one
    ///     of each set. Values that are no texts, and texts with blanks, are left to `matches`.
    ///   - words: for fields (the empty name for any) words in lower case and ASCII that its texts must hold; numbers
    ///     and truth values do not count.
    public func scan(
        in range: TimeRange, ascending: Bool, limit: Int, requiring required: [String: [Set<String>]],
        containing words: [String: Set<String>] = [:], where matches: (borrowing LogEvent) -> Bool
    ) throws -> [LogEvent] {
        let needs = ScanNeeds(values: required, words: words)
        if limit <= 0 || range.end < range.start { return [] }
        do {
            var units = try units(in: range, required)
            units.sort { ascending ? $0.range.start < $1.range.start : $0.range.end > $1.range.end }
            var hits = Hits(limit: limit, ascending: ascending)
            let zstd = Zstd()
            for unit in units {
                if Task.isCancelled { throw LogStoreError.cancelled }
                guard let wanted = hits.wanted(of: unit.range, in: range) else { break }
                try read(unit, in: wanted, needs, zstd, into: &hits, matches)
            }
            return hits.sorted
        } catch {
            throw LogStoreError.from(error)
        }
    }

    private func read(
        _ unit: Unit, in range: TimeRange, _ needs: ScanNeeds, _ zstd: Zstd, into hits: inout Hits,
        _ matches: (borrowing LogEvent) -> Bool
    ) throws {
        let bytes: [UInt8]
        switch unit.source {
        case .tail(let tailBytes): bytes = tailBytes
        case .block(let entry):
            guard let opened = try days.bytes(of: entry, zstd) else { return }
            bytes = opened
        }
        var found = 0
        let most = hits.limit
        // Sealed events lie in the order of time: beyond the limit the rest of a block cannot be better.
        let isOrdered = if case .block = unit.source { true } else { false }
        do {
            try bytes.withUnsafeBytes { bytes in
                var block = try EventBlock(bytes)
                block.forEach(in: range, newestFirst: !hits.ascending, needing: needs) { index, event in
                    guard matches(event) else { return true }
                    hits.add(event, unit: unit.order, index: index)
                    found += 1
                    return !isOrdered || found < most
                }
            }
        } catch let error as LogStoreError where error.code == .corrupt {
            guard case .block(let entry) = unit.source else { throw error }
            days.note(error.description, entry)
        }
    }

    /// Something that holds events: a sealed block, or a batch of the tail.
    private struct Unit {
        enum Source {
            case block(DayBlocks.Entry)
            case tail([UInt8])
        }

        let range: TimeRange
        /// Rises in the order in which events of a day came.
        let order: Int64
        let source: Source
    }

    private func units(in range: TimeRange, _ required: [String: [Set<String>]]) throws -> [Unit] {
        try sealed.withLock { sealed in
            let batches = try tail.withLock { [sealed] tail in
                guard let tail else { throw LogStoreError.closed }
                return try tail.batches(in: range, sealed: sealed)
            }
            var units = batches.map { batch in
                Unit(range: batch.range, order: 1 << 62 | batch.id, source: .tail(batch.bytes))
            }
            for day in days.partitions.days {
                for entry in try days.entries(of: day) where entry.range.overlaps(range) {
                    if entry.summary.map({ $0.mayHold(required) }) ?? true {
                        units.append(Unit(range: entry.range, order: entry.id, source: .block(entry)))
                    }
                }
            }
            return units
        }
    }

    /// The best events so far.
    private struct Hits {
        let limit: Int
        let ascending: Bool
        private var hits: [Hit] = []
        /// The time that an event must reach once there are enough.
        private var bound: Int64?

        private struct Hit {
            let event: LogEvent
            let unit: Int64
            let index: Int
        }

        init(limit: Int, ascending: Bool) {
            self.limit = limit
            self.ascending = ascending
        }

        mutating func add(_ event: LogEvent, unit: Int64, index: Int) {
            hits.append(Hit(event: event, unit: unit, index: index))
            // Sorting now and then keeps memory at a few times the limit.
            if hits.count - limit > max(limit, 1_000) { tidy() }
        }

        private mutating func tidy() {
            hits.sort { left, right in
                let isOlder =
                    (left.event.timestamp, left.unit, left.index) < (right.event.timestamp, right.unit, right.index)
                return isOlder == ascending
            }
            if hits.count > limit { hits.removeLast(hits.count - limit) }
            bound = hits.count == limit ? hits.last?.event.timestamp : nil
        }

        /// What of a unit could still be among the best; `nil` if nothing of it nor of those behind it can.
        mutating func wanted(of unit: TimeRange, in range: TimeRange) -> TimeRange? {
            if hits.count >= limit { tidy() }
            guard let bound else { return range }
            if ascending {
                return unit.start > bound ? nil : TimeRange(start: range.start, end: min(range.end, bound))
            }
            return unit.end < bound ? nil : TimeRange(start: max(range.start, bound), end: range.end)
        }

        var sorted: [LogEvent] {
            var copy = self
            copy.tidy()
            return copy.hits.map(\.event)
        }
    }
}
