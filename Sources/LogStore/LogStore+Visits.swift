import Base
internal import Codecs
public import Model
import Partitions

extension LogStore {
    /// Gives each event that `filter` wants, whatever its limit, to `visit`, in no order: of sealed events only the columns
    /// of `fields` are opened where other columns alone tell that they are wanted.
    /// - Throws: ``StoreError``, with the code `cancelled` if the task is cancelled; what `visit` throws.
    public func visit(_ filter: LogFilter, fields: Set<String>?, _ visit: (LogEvent) throws -> Void) throws {
        if filter.range.end < filter.range.start { return }
        let names = fields.map { names in names.union(names.map { "fields." + $0 }) }
        let condition = filter.effectiveCondition.within(filter.range)
        do {
            let zstd = Zstd()
            let units = try units(in: filter.range, filter.needs.values)
            try filter.takingPart {
                for unit in units {
                    if Work.isOver { throw StoreError.cancelled }
                    try withUnit(unit, zstd) { bytes in
                        let visits = Visits(filter: filter, condition: condition, names: names)
                        try visits.take(bytes, zstd) { event in
                            do { try visit(event) } catch { throw VisitFailure(cause: error) }
                        }
                    }
                }
            }
        } catch let failure as VisitFailure {
            throw failure.cause
        } catch {
            throw StoreError.from(error)
        }
    }

    /// The names of the fields of blocks and batches that have events in `range`.
    /// - Throws: ``StoreError``.
    public func fieldNames(in range: TimeRange) throws -> Set<String> {
        var names: Set<String> = []
        do {
            let zstd = Zstd()
            for unit in try units(in: range, [:]) {
                if Work.isOver { throw StoreError.cancelled }
                if case .block(let entry) = unit.source, let summary = entry.summary {
                    names.formUnion(summary.fields.keys)
                    continue
                }
                try withUnit(unit, zstd) { bytes in
                    if ColumnBlock.isOne(bytes) {
                        names.formUnion(try ColumnBlock(bytes, zstd).names)
                    } else if bytes.first == EventCodec.version {
                        var block = try EventBlock(bytes)
                        block.forEach(in: range) { _, event in
                            names.formUnion(event.fields.keys)
                            return true
                        }
                    } else {
                        var reader = try EventRowsReader(bytes)
                        while try reader.next() {}
                        names.formUnion(reader.names)
                        for shared in reader.shared { names.formUnion(shared.entries.map(\.key)) }
                    }
                }
            }
        } catch {
            throw StoreError.from(error)
        }
        return names
    }
}

/// What was thrown by who visited events.
private struct VisitFailure: Error { let cause: any Error }

extension LogCondition {
    /// The same for events whose times lie in `range`.
    func within(_ range: TimeRange) -> LogCondition {
        switch self {
        case .time(let times) where times.start <= range.start && range.end <= times.end: .all
        case .every(let parts): .every(parts.map { $0.within(range) })
        case .any(let parts): .any(parts.map { $0.within(range) })
        case .not(let inner): .not(inner.within(range))
        case .all, .unknown, .time, .test: self
        }
    }
}

/// Gives the events of one block or batch.
private struct Visits {
    let filter: LogFilter
    let condition: LogCondition
    let names: Set<String>?

    /// Events that are made at a time.
    private static let together = 1_024

    func take(_ bytes: UnsafeRawBufferPointer, _ zstd: Zstd, _ visit: (LogEvent) throws -> Void) throws {
        if ColumnBlock.isOne(bytes) {
            try take(try ColumnBlock(bytes, zstd), visit)
        } else if bytes.first == EventCodec.version {
            try takeEarlier(bytes, visit)
        } else {
            try takeRows(bytes, visit)
        }
    }

    private func take(_ block: ColumnBlock, _ visit: (LogEvent) throws -> Void) throws {
        let matcher = BlockMatcher(block, condition)
        let answers = try block.groups.map { try matcher.answer($0) }
        if answers.allSatisfy(\.candidates.isNone) { return }
        let times = try block.times()
        let groupOfEvent = try block.groupOfEvent()
        var seen = [Int](repeating: 0, count: block.groups.count)
        var certain: [Int] = []
        var doubtful: [Int] = []
        for event in 0..<block.count {
            let group = Int(groupOfEvent[event])
            let row = seen[group]
            seen[group] += 1
            guard answers[group].candidates.contains(row), filter.range.contains(times[event]) else { continue }
            if answers[group].isExact, filter.condition != nil { certain.append(event) } else { doubtful.append(event) }
        }
        // Columns are opened anew for each share: events without texts are small enough to be made at once.
        let share = names == nil ? Self.together : max(Self.together, certain.count)
        for start in stride(from: 0, to: certain.count, by: share) {
            if Work.isOver { throw StoreError.cancelled }
            let rows = Array(certain[start..<min(certain.count, start + share)])
            for event in try block.events(at: rows, times: times, groupOfEvent: groupOfEvent, fields: names) {
                try visit(event)
            }
        }
        for start in stride(from: 0, to: doubtful.count, by: Self.together) {
            if Work.isOver { throw StoreError.cancelled }
            let rows = Array(doubtful[start..<min(doubtful.count, start + Self.together)])
            for event in try block.events(at: rows, times: times, groupOfEvent: groupOfEvent)
            where filter.matches(event) {
                try visit(event)
            }
        }
    }

    private func takeEarlier(_ bytes: UnsafeRawBufferPointer, _ visit: (LogEvent) throws -> Void) throws {
        var block = try EventBlock(bytes)
        var failure: (any Error)?
        block.forEach(in: filter.range, needing: filter.needs) { _, event in
            guard filter.matches(event) else { return true }
            do { try visit(event) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }

    private func takeRows(_ bytes: UnsafeRawBufferPointer, _ visit: (LogEvent) throws -> Void) throws {
        var reader = try EventRowsReader(bytes)
        let matcher = RowMatcher(condition)
        while try reader.next() {
            guard filter.range.contains(reader.time), matcher.mayMatch(reader) else { continue }
            let event = reader.event
            if filter.matches(event) { try visit(event) }
        }
    }
}
