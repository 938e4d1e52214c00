import Base
internal import Codecs
import Model
import Partitions

extension DayFiles {
    /// Removes samples of some series from a day's file. When it returns, that is on the disk.
    /// - Parameter numbers: of the series in the file, ascending.
    /// - Returns: how many samples went.
    func delete(_ numbers: [UInt32], of day: UTCDay, _ index: DayIndex, in range: TimeRange) throws -> Int {
        let touched = index.blocks.filter { $0.range.overlaps(range) && DayFiles.any(numbers, in: $0.series) }
        guard !touched.isEmpty, let database = try partitions.database(for: day) else { return 0 }
        var doomed = SlotSet(capacity: index.labels.count)
        doomed.formUnion(numbers)
        let coversDay = index.blocks.allSatisfy { range.contains($0.range.start) && range.contains($0.range.end) }
        defer { forgetIndex(of: day) }
        let zstd = Zstd()
        return try database.withConnection { connection in
            try connection.transaction {
                var removed = 0
                for block in touched {
                    removed += try DayFiles.rewrite(block, connection, zstd) { number, times, values in
                        doomed.contains(UInt32(number))
                            ? DayFiles.outside(range, times, values) : (Array(times), values)
                    }
                }
                if coversDay { try DayFiles.markGone(numbers, connection) }
                try connection.shrink()
                return removed
            }
        }
    }

    private static func outside(
        _ range: TimeRange, _ times: ArraySlice<Int64>, _ values: [Double]
    ) -> (times: [Int64], values: [Double]) {
        var kept: (times: [Int64], values: [Double]) = ([], [])
        for (time, value) in zip(times, values) where !range.contains(time) {
            kept.times.append(time)
            kept.values.append(value)
        }
        return kept
    }

    /// Writes a block anew, with what `keep` makes of each series' samples.
    /// - Returns: how many samples it has less than before.
    private static func rewrite(
        _ block: DayIndex.Block, _ connection: SQLiteConnection, _ zstd: Zstd,
        keep: (Int, ArraySlice<Int64>, [Double]) -> (times: [Int64], values: [Double])
    ) throws -> Int {
        let bytes = try SealedBlockTable.data(of: block.id, connection)
        if bytes.isEmpty { return 0 }
        var parts: [SealedBlock.Part] = []
        var before = 0
        try bytes.withUnsafeBytes { bytes in
            try SealedBlock.decode(bytes, in: TimeRange(start: .min, end: .max), with: zstd, where: { _ in true }) {
                before += $2.count
                let kept = keep($0, $1, $2)
                if !kept.times.isEmpty {
                    parts.append(SealedBlock.Part(number: $0, times: kept.times, values: kept.values))
                }
            }
        }
        let after = parts.reduce(0) { $0 + $1.times.count }
        if after < before { try replace(block.id, with: parts, connection, zstd) }
        return before - after
    }

    private static func replace(
        _ id: Int64, with parts: [SealedBlock.Part], _ connection: SQLiteConnection, _ zstd: Zstd
    ) throws {
        try SealedBlockTable.delete(id, connection)
        if !parts.isEmpty { try insertBlock(parts, connection, zstd) }
    }

    // MARK: Series without samples

    /// Series whose samples were all deleted keep their number, as blocks of others refer to theirs by position.
    private static func markGone(_ numbers: [UInt32], _ connection: SQLiteConnection) throws {
        try connection.execute("CREATE TABLE IF NOT EXISTS gone(number INTEGER PRIMARY KEY)")
        let insertion = try connection.statement("INSERT OR IGNORE INTO gone(number) VALUES (?)")
        for number in numbers {
            insertion.bind(1, Int(number))
            try insertion.run()
        }
    }

    /// Series that have samples again.
    static func unmarkGone(_ numbers: [Int], _ connection: SQLiteConnection) throws {
        if numbers.isEmpty { return }
        let deletion = try connection.statement("DELETE FROM gone WHERE number = ?")
        for number in numbers {
            deletion.bind(1, number)
            try deletion.run()
        }
    }
}
