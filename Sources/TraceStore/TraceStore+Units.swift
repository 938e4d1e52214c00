import Base
internal import Codecs
import Model
import Partitions
import Synchronization

extension TraceStore {
    /// Something that holds spans: a sealed block, or a batch of the tail.
    struct Unit: Sendable {
        enum Source: Sendable {
            case block(DayBlocks.Entry)
            case tail(TailFile.Batch)
        }

        /// First and last start of its spans, in nanoseconds.
        let range: ClosedRange<Int64>
        let source: Source

        /// What is known of it without opening it; `nil` for nothing.
        var summary: BlockSummary? {
            if case .block(let entry) = source { entry.summary } else { nil }
        }

        /// Whether it may have spans of a trace.
        func mayHold(_ trace: UInt64) -> Bool {
            if case .block(let entry) = source { HashFilter.mayHold(trace, in: entry.traceFilter) } else { true }
        }
    }

    /// All that may have spans which began in `range`, those with the newest first.
    func units(in range: ClosedRange<Int64>) throws -> [Unit] {
        var units: [Unit] = []
        try sealed.withLock { sealed in
            let batches = try tail.withLock { [sealed] tail in
                guard let tail else { throw StoreError.closed }
                return try tail.batches(in: range, sealed: sealed)
            }
            for batch in batches { units.append(Unit(range: batch.range, source: .tail(batch))) }
            for day in days.partitions.days {
                for entry in try days.entries(of: day) where entry.range.overlaps(range) {
                    units.append(Unit(range: entry.range, source: .block(entry)))
                }
            }
        }
        units.sort { $0.range.upperBound > $1.range.upperBound }
        return units
    }

    /// Gives what a unit holds to `body`. One that is damaged is noted and left out.
    func withTable(_ unit: Unit, _ zstd: Zstd, _ body: (SpanTable) throws -> Void) throws {
        do {
            switch unit.source {
            case .tail(let batch): try body(try SpanTable(batch.bytes, zstd))
            case .block(let entry):
                guard let bytes = try days.bytes(of: entry) else { return }
                try body(try SpanTable(bytes, zstd))
            }
        } catch let error as ZstdError {
            note(StoreError.from(error), unit)
        } catch let error as StoreError where error.code == .corrupt {
            note(error, unit)
        }
    }

    private func note(_ error: StoreError, _ unit: Unit) {
        switch unit.source {
        case .tail(let batch): noteDamaged(batch, error)
        case .block(let entry): days.note(error.description, entry)
        }
    }

    /// Whether a unit may have spans that meet all conditions.
    func mayHold(_ unit: Unit, _ conditions: [PreparedCondition]) throws -> Bool {
        guard case .block(let entry) = unit.source, let summary = entry.summary else { return true }
        return try summary.mayHold(conditions) { try days.valueFilter(of: entry) }
    }
}
