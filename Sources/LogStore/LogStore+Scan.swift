import Base
internal import Codecs
public import Model
import Partitions
import Synchronization

extension LogStore {
    /// Gives the events that `filter` wants to `visit`, without looking at those that cannot have what it needs.
    /// The events are all in memory by then: at most a few times its limit.
    /// - Throws: ``StoreError``, with the code `cancelled` if the task is cancelled; what `visit` throws.
    public func scan(_ filter: LogFilter, _ visit: (LogEvent) throws -> Void) throws {
        for event in try found(filter) { try visit(event) }
    }

    private func found(_ filter: LogFilter) throws(StoreError) -> [LogEvent] {
        if filter.limit <= 0 || filter.range.end < filter.range.start { return [] }
        do {
            var units = try units(in: filter.range, filter.needs.values)
            units.sort { filter.ascending ? $0.range.start < $1.range.start : $0.range.end > $1.range.end }
            var hits = Hits(limit: filter.limit, ascending: filter.ascending)
            let zstd = Zstd()
            for unit in units {
                if Work.isOver { throw StoreError.cancelled }
                guard let wanted = hits.wanted(of: unit.range, in: filter.range) else { break }
                try read(unit, in: wanted, filter, zstd, into: &hits)
            }
            return hits.sorted
        } catch {
            throw StoreError.from(error)
        }
    }

    private func read(
        _ unit: Unit, in range: TimeRange, _ filter: LogFilter, _ zstd: Zstd, into hits: inout Hits
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
                block.forEach(in: range, newestFirst: !hits.ascending, needing: filter.needs) { index, event in
                    guard filter.matches(event) else { return true }
                    hits.add(event, unit: unit.order, index: index)
                    found += 1
                    return !isOrdered || found < most
                }
            }
        } catch let error as StoreError where error.code == .corrupt {
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
                guard let tail else { throw StoreError.closed }
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
