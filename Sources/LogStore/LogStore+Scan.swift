import Base
internal import Codecs
public import Model
import Partitions
import Synchronization

extension LogFilter {
    /// Does `work`, of which a part is enough where its time is over and somebody waits for that.
    func takingPart(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as StoreError where error.isCancellation && !Task.isCancelled {
            guard let whenTimeIsOver else { throw error }
            whenTimeIsOver()
        }
    }
}

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
            var hits = Hits(limit: filter.limit, bytesMax: filter.bytesMax, ascending: filter.ascending)
            let zstd = Zstd()
            try filter.takingPart {
                for unit in units {
                    if Work.isOver { throw StoreError.cancelled }
                    guard let wanted = hits.wanted(of: unit.range, in: filter.range) else { break }
                    try read(unit, in: wanted, filter, zstd, into: &hits)
                }
            }
            let events = hits.finish()
            if hits.isOverBytes { filter.whenBytesAreOver?() }
            return events
        } catch {
            throw StoreError.from(error)
        }
    }

    private func read(
        _ unit: Unit, in range: TimeRange, _ filter: LogFilter, _ zstd: Zstd, into hits: inout Hits
    ) throws {
        try withUnit(unit, zstd) { bytes in
            if ColumnBlock.isOne(bytes) {
                try readColumns(try ColumnBlock(bytes, zstd), unit, in: range, filter, into: &hits)
            } else if bytes.first == EventCodec.version {
                try readEarlier(bytes, unit, in: range, filter, into: &hits)
            } else {
                try readRows(bytes, unit, in: range, filter, into: &hits)
            }
        }
    }

    /// Gives the bytes of a unit to `body`. A damaged block is noted and left out.
    func withUnit(_ unit: Unit, _ zstd: Zstd, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        switch unit.source {
        case .tail(let bytes): try bytes.withUnsafeBytes(body)
        case .block(let entry):
            guard let bytes = try days.bytes(of: entry, zstd) else { return }
            do {
                try bytes.withUnsafeBytes(body)
            } catch let error as ZstdError {
                days.note(error.description, entry)
            } catch let error as StoreError where error.code == .corrupt {
                days.note(error.description, entry)
            }
        }
    }

    private func readRows(
        _ bytes: UnsafeRawBufferPointer, _ unit: Unit, in range: TimeRange, _ filter: LogFilter, into hits: inout Hits
    ) throws {
        var reader = try EventRowsReader(bytes)
        let matcher = RowMatcher(filter.effectiveCondition)
        var index = 0
        while try reader.next() {
            defer { index += 1 }
            guard range.contains(reader.time), matcher.mayMatch(reader) else { continue }
            let event = reader.event
            if filter.matches(event) { hits.add(event, unit: unit.order, index: index) }
        }
    }

    /// Events that are made at a time, at least and at most.
    private static let fewest = 16
    private static let most = 1_024

    private func readColumns(
        _ block: ColumnBlock, _ unit: Unit, in range: TimeRange, _ filter: LogFilter, into hits: inout Hits
    ) throws {
        let matcher = BlockMatcher(block, filter.effectiveCondition)
        let candidates = try block.groups.map { try matcher.candidates($0) }
        if candidates.allSatisfy(\.isNone) { return }
        let times = try block.times()
        let groupOfEvent = try block.groupOfEvent()
        var seen = [Int](repeating: 0, count: block.groups.count)
        var rows: [Int] = []
        for event in 0..<block.count {
            let group = Int(groupOfEvent[event])
            if candidates[group].contains(seen[group]), range.contains(times[event]) { rows.append(event) }
            seen[group] += 1
        }
        // Sealed events lie in the order of time: beyond the limit the rest of a block cannot be better.
        var found = 0
        var share = max(Self.fewest, min(hits.limit, Self.most))
        while !rows.isEmpty, found < hits.limit {
            if Work.isOver { throw StoreError.cancelled }
            let part = hits.ascending ? Array(rows.prefix(share)) : Array(rows.suffix(share))
            if hits.ascending { rows.removeFirst(part.count) } else { rows.removeLast(part.count) }
            let events = try block.events(at: part, times: times, groupOfEvent: groupOfEvent)
            for place in events.indices {
                let place = hits.ascending ? place : events.count - 1 - place
                guard found < hits.limit, filter.matches(events[place]) else { continue }
                hits.add(events[place], unit: unit.order, index: part[place])
                found += 1
            }
            share = min(share * 4, Self.most)
        }
    }

    /// Reads what an earlier version wrote.
    private func readEarlier(
        _ bytes: UnsafeRawBufferPointer, _ unit: Unit, in range: TimeRange, _ filter: LogFilter, into hits: inout Hits
    ) throws {
        var found = 0
        let most = hits.limit
        let isOrdered = if case .block = unit.source { true } else { false }
        var block = try EventBlock(bytes)
        block.forEach(in: range, newestFirst: !hits.ascending, needing: filter.needs) { index, event in
            guard filter.matches(event) else { return true }
            hits.add(event, unit: unit.order, index: index)
            found += 1
            return !isOrdered || found < most
        }
    }

    /// Something that holds events: a sealed block, or a batch of the tail.
    struct Unit {
        enum Source {
            case block(DayBlocks.Entry)
            case tail([UInt8])
        }

        let range: TimeRange
        /// Rises in the order in which events of a day came.
        let order: Int64
        let source: Source
    }

    func units(in range: TimeRange, _ required: [String: [Set<String>]]) throws -> [Unit] {
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
        private(set) var limit: Int
        private let bytesMax: Int
        let ascending: Bool
        /// Whether ``limit`` was lowered for the bytes of the events.
        private(set) var isOverBytes = false
        private var bytes = 0
        private var hits: [Hit] = []
        /// The time that an event must reach once there are enough.
        private var bound: Int64?

        private struct Hit {
            let event: LogEvent
            let bytes: Int
            let unit: Int64
            let index: Int
        }

        init(limit: Int, bytesMax: Int, ascending: Bool) {
            self.limit = limit
            self.bytesMax = bytesMax
            self.ascending = ascending
        }

        mutating func add(_ event: LogEvent, unit: Int64, index: Int) {
            let size = bytesMax == .max ? 0 : event.approximateBytes
            hits.append(Hit(event: event, bytes: size, unit: unit, index: index))
            bytes += size
            // Sorting now and then keeps memory at a few times the limit.
            if hits.count - limit > max(limit, 1_000) || bytes / 2 > bytesMax { tidy() }
        }

        private mutating func tidy() {
            hits.sort { left, right in
                let isOlder =
                    (left.event.timestamp, left.unit, left.index) < (right.event.timestamp, right.unit, right.index)
                return isOlder == ascending
            }
            var count = 0
            bytes = 0
            for hit in hits.prefix(limit) {
                // Two at least: the first, and that there are others.
                if count >= 2, bytes + hit.bytes > bytesMax {
                    limit = count
                    isOverBytes = true
                    break
                }
                count += 1
                bytes += hit.bytes
            }
            hits.removeLast(hits.count - count)
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

        /// The events in their order.
        mutating func finish() -> [LogEvent] {
            tidy()
            return hits.map(\.event)
        }
    }
}
