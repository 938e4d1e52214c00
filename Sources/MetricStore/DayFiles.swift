import Base
internal import Codecs
import Model
import Partitions
import Synchronization

/// The sealed samples of a metric store, in a file a day.
final class DayFiles: Sendable {
    let partitions: DayPartitions
    private let indices = Mutex<[UTCDay: DayIndex]>([:])
    private let unreadableBlocks = Mutex<[String]>([])

    /// Series in cached indices, beyond which the oldest days' indices are read again when they are needed.
    private static let cachedSeriesLimit = 2_000_000

    init(directory: String) throws(StorageError) {
        // Sealing is rare, and what it wrote must be on the disk before the tail gives it up; reading must need no space.
        partitions = try DayPartitions(
            directory: directory, schema: DayIndex.schema,
            options: SQLiteOptions(journal: .rollback, sync: .full, canShrink: true))
    }

    /// What is known to be damaged, in sentences.
    var problems: [String] {
        partitions.problems.map(\.description) + unreadableBlocks.withLock { $0 }
    }

    func days(overlapping range: TimeRange) -> [UTCDay] { partitions.days.filter { $0.range.overlaps(range) } }

    /// The index of a day; `nil` if there is no file or it is damaged.
    func index(of day: UTCDay) throws -> DayIndex? {
        if let known = indices.withLock({ $0[day] }) { return known }
        return try reading(day) { connection in
            let index = try DayIndex(connection)
            keep(index, of: day)
            return index
        }
    }

    private func keep(_ index: DayIndex, of day: UTCDay) {
        indices.withLock { indices in
            indices[day] = index
            var total = indices.values.reduce(0) { $0 + $1.labels.count }
            for oldest in indices.keys.sorted() where total > DayFiles.cachedSeriesLimit && oldest != day {
                total -= indices[oldest]?.labels.count ?? 0
                indices[oldest] = nil
            }
        }
    }

    /// The contents of a day have changed, or are gone.
    func forgetIndex(of day: UTCDay) { indices.withLock { $0[day] = nil } }

    /// Runs `body` on a day's file. A file that turns out damaged is moved aside, and the answer is `nil`.
    private func reading<Value: Sendable>(_ day: UTCDay, _ body: (SQLiteConnection) throws -> Value) throws -> Value? {
        guard let database = try partitions.database(for: day) else { return nil }
        do {
            return try database.withConnection(body)
        } catch let error as StorageError where error.code == .corrupt {
            forgetIndex(of: day)
            try partitions.quarantine(day, because: error)
            return nil
        } catch is StorageError where !partitions.days.contains(day) {
            // Dropped by retention while it was being read.
            return nil
        } catch let error as ZstdError {
            forgetIndex(of: day)
            try partitions.quarantine(
                day, because: StorageError(.corrupt, action: "read", path: database.path, cause: error.reason))
            return nil
        }
    }

    /// Samples of one series out of one block.
    struct Piece: Sendable {
        /// Of the series in its day's index.
        let number: Int
        let times: ArraySlice<Int64>
        let values: [Double]
    }

    /// Reads and decodes the blocks of a day that hold any of the series `numbers` (ascending) in `range`, several at
    /// once.
    /// - Parameter count: is told how many samples came of a block, and may throw to end the reading.
    func read(
        _ numbers: [UInt32], of day: UTCDay, _ index: DayIndex, in range: TimeRange,
        count: @Sendable (Int) throws -> Void
    ) throws -> [Piece] {
        var wanted = SlotSet(capacity: index.labels.count)
        wanted.formUnion(numbers)
        let blocks = index.blocks.filter { $0.range.overlaps(range) && DayFiles.any(numbers, in: $0.series) }
        let pieces = try Parallel.map(blocks.count, batch: 1) { [wanted] position -> [Piece] in
            try StoreError.checkWork()
            let block = blocks[position]
            let bytes = try reading(day) { try SealedBlockTable.data(of: block.id, $0) }
            // None where the day was moved aside or dropped meanwhile.
            guard let bytes, !bytes.isEmpty else { return [] }
            let pieces = decode(bytes, block, day, index, wanted, range)
            try count(pieces.reduce(0) { $0 + $1.values.count })
            return pieces
        }
        return Array(pieces.joined())
    }

    /// - Returns: what could be decoded; what could not is noted.
    private func decode(
        _ bytes: [UInt8], _ block: DayIndex.Block, _ day: UTCDay, _ index: DayIndex, _ wanted: SlotSet,
        _ range: TimeRange
    ) -> [Piece] {
        var pieces: [Piece] = []
        do {
            try bytes.withUnsafeBytes { bytes in
                try SealedBlock.decode(
                    bytes, in: range, with: Zstd(),
                    where: { $0 < index.labels.count && wanted.contains(UInt32($0)) }
                ) { pieces.append(Piece(number: $0, times: $1, values: $2)) }
            }
        } catch {
            note(error, block, day)
        }
        return pieces
    }

    private func note(_ error: any Error, _ block: DayIndex.Block, _ day: UTCDay) {
        let text = "\(partitions.path(of: day)), block \(block.id): \(error)"
        unreadableBlocks.withLock { if $0.count < 100, !$0.contains(text) { $0.append(text) } }
    }

    /// Whether any of the ascending `numbers` lies in `range`.
    static func any(_ numbers: [UInt32], in range: ClosedRange<Int>) -> Bool {
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if Int(numbers[middle]) < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && Int(numbers[low]) <= range.upperBound
    }

    /// Writes a copy of every day's file into `directory`. A day that is damaged is left out, and told as elsewhere.
    func copy(to directory: String) throws {
        for day in partitions.days {
            _ = try reading(day) { try $0.copy(to: "\(directory)/\(day.name).sqlite") }
        }
    }

    func close() {
        indices.withLock { $0 = [:] }
        partitions.close()
    }
}

extension StoreError {
    /// - Throws: ``StoreError`` with the code `cancelled` where nobody waits for the work under way.
    static func checkWork() throws(StoreError) {
        if Work.isOver { throw .cancelled }
    }
}
