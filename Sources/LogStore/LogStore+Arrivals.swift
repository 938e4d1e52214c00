import Base
public import Model
import Partitions
import Synchronization

/// How far a reader has come in the order in which events arrive, which is not that of their times.
public struct LogPosition: Sendable, Hashable {
    /// Of the file that takes appends: numbers of rows are its own.
    let tail: Int64
    /// The last row that was read to its end.
    var row: Int64
    /// Events of the next row that were read.
    var events = 0

    init(tail: Int64, row: Int64, events: Int = 0) {
        self.tail = tail
        self.row = row
        self.events = events
    }

    /// Reads what ``text`` gave; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let tail = Int64(parts[0], radix: 36), let row = Int64(parts[1], radix: 36),
            let events = Int(parts[2], radix: 36), tail > 0, row >= 0, row < .max, events >= 0
        else { return nil }
        self.init(tail: tail, row: row, events: events)
    }

    /// A text that keeps the position; only the store reads anything out of it.
    public var text: String {
        [String(tail, radix: 36), String(row, radix: 36), String(events, radix: 36)].joined(separator: ".")
    }
}

/// Events that arrived, in their order.
public struct LogArrivals: Sendable {
    public let events: [LogEvent]
    /// Where the next ones are to be asked for.
    public let next: LogPosition
    /// Whether others have arrived that cannot be told apart any longer, as they were sealed before somebody asked.
    public let isGap: Bool
    /// Whether there are more behind them now.
    public let isCut: Bool
}

/// Rows that were sealed while somebody follows what arrives.
struct FollowedRows: Sendable {
    /// When somebody asked last, by the steady clock.
    var askedAt: Int64?
    private(set) var batches: [TailFile.Batch] = []
    private var bytes = 0

    /// For how long after a question rows are kept, in milliseconds.
    private static let patience: Int64 = 60_000
    private static let bytesMax = 32 << 20

    mutating func keep(_ sealed: [TailFile.Batch], now: Int64) {
        guard let askedAt, now - askedAt < Self.patience else {
            batches = []
            bytes = 0
            return
        }
        batches += sealed
        batches.sort { $0.id < $1.id }
        bytes += sealed.reduce(0) { $0 + $1.bytes.count }
        var surplus = 0
        while surplus < batches.count, bytes > Self.bytesMax {
            bytes -= batches[surplus].bytes.count
            surplus += 1
        }
        batches.removeFirst(surplus)
    }
}

extension LogStore {
    /// Keeps what is sealed within the next minute for those who ask for what arrives: who asked before a restart asks again.
    public func expectFollowers() {
        let now = timeSource.steady()
        followers.withLock { $0.askedAt = now }
    }

    /// The events behind a position that `filter` wants, whatever its range, in the order in which they arrived: each is
    /// given once, whatever its time. They need not be all; the next ones are behind the new position.
    /// - Parameter position: `nil` for the present end, which is given without events.
    /// - Throws: ``StoreError``, with the code `cancelled` if the task is cancelled.
    public func arrivals(_ filter: LogFilter, after position: LogPosition?) throws -> LogArrivals {
        // What is sealed from now on is kept: it is in the tail or there, whenever it is looked for.
        expectFollowers()
        do {
            let (read, last, identity) = try tail.withLock { tail in
                guard let tail else { throw StoreError.closed }
                let read = try position.map { try tail.batches(after: $0.row) }
                return (read, try tail.lastRow(), tail.identity)
            }
            let end = LogPosition(tail: identity, row: last)
            guard let position, let read else { return LogArrivals(events: [], next: end, isGap: false, isCut: false) }
            if position.tail != identity || position.row > last {
                return LogArrivals(events: [], next: end, isGap: true, isCut: false)
            }
            var batches = followers.withLock { $0.batches.filter { $0.id > position.row } }
            let known = Set(batches.map(\.id))
            batches += read.batches.filter { !known.contains($0.id) }
            batches.sort { $0.id < $1.id }
            if read.isCut, let end = read.batches.last?.id { batches.removeAll { $0.id > end } }
            return try arrivals(filter, in: batches, after: position, through: read.isCut ? nil : last)
        } catch {
            throw StoreError.from(error)
        }
    }

    /// - Parameter last: up to which row the batches go; `nil` where there are others behind them.
    private func arrivals(
        _ filter: LogFilter, in batches: [TailFile.Batch], after position: LogPosition, through last: Int64?
    ) throws -> LogArrivals {
        let matcher = { RowMatcher(filter.effectiveCondition) }
        var next = position
        var events: [LogEvent] = []
        var isGap = false
        for batch in batches {
            if Work.isOver { throw StoreError.cancelled }
            // Rows are numbered without gaps.
            if batch.id != next.row + 1 {
                isGap = true
                next = LogPosition(tail: next.tail, row: batch.id - 1)
            }
            let rows = try ArrivedRows(batch.bytes, matcher())
            if let stop = try rows.take(filter, from: next.events, into: &events) {
                next.events = stop
                return LogArrivals(events: events, next: next, isGap: isGap, isCut: true)
            }
            next = LogPosition(tail: next.tail, row: batch.id)
        }
        if let last, next.row < last {
            isGap = true
            next = LogPosition(tail: next.tail, row: last)
        }
        return LogArrivals(events: events, next: next, isGap: isGap, isCut: last == nil)
    }
}

/// The rows of a batch, of whichever version.
private struct ArrivedRows {
    private let bytes: [UInt8]
    private let matcher: RowMatcher

    init(_ bytes: [UInt8], _ matcher: RowMatcher) throws {
        self.matcher = matcher
        guard bytes.first == EventCodec.version else {
            self.bytes = bytes
            return
        }
        var events: [LogEvent] = []
        try bytes.withUnsafeBytes { bytes in
            var block = try EventBlock(bytes)
            block.forEach(in: .all) { _, event in
                events.append(event)
                return true
            }
        }
        self.bytes = EventRowsEncoder.encode(events)
    }

    /// Adds the events that are wanted behind the first `start`.
    /// - Returns: how many rows were looked at, where the limit was reached before their end.
    func take(_ filter: LogFilter, from start: Int, into events: inout [LogEvent]) throws -> Int? {
        try bytes.withUnsafeBytes { bytes in
            var reader = try EventRowsReader(bytes)
            var index = 0
            while try reader.next() {
                defer { index += 1 }
                guard index >= start else { continue }
                if events.count >= filter.limit { return index }
                guard matcher.mayMatch(reader) else { continue }
                let event = reader.event
                if filter.matches(event) { events.append(event) }
            }
            return nil
        }
    }
}
