import Base
internal import Codecs
import Model
import Partitions

extension DayFiles {
    /// Samples of one series that lie in one window and go into a day file together.
    struct Sealing: Sendable {
        let labels: Labels
        let chunks: [Chunk]
    }

    /// Blocks that are committed together: readers of the day wait no longer than that takes.
    private static let blocksInTransaction = 64

    /// Writes samples into their day's file; all lie in the day. When it returns they are on the disk.
    /// - Returns: how many samples were written.
    func seal(_ sealings: [Sealing], into day: UTCDay) throws -> Int {
        let database = try partitions.databaseMakingIfAbsent(for: day)
        let index = try index(of: day)
        let known = index?.labels ?? []
        let zstd = Zstd()
        let (numbered, added) = DayFiles.number(sealings, behind: known)
        var sampleCount = 0
        defer { forgetIndex(of: day) }
        var start = 0
        var isFirst = true
        while start < numbered.count || isFirst {
            let end = min(numbered.count, start + DayFiles.blocksInTransaction * SealedBlock.seriesLimit)
            sampleCount += try database.withConnection { connection in
                try connection.transaction {
                    if isFirst, !added.isEmpty {
                        try DayFiles.insert(added, from: known.count, connection, zstd)
                    }
                    if isFirst, let gone = index?.gone, !gone.isEmpty {
                        try DayFiles.unmarkGone(numbered.map(\.number).filter(gone.contains), connection)
                    }
                    return try DayFiles.insert(numbered[start..<end], connection, zstd)
                }
            }
            isFirst = false
            start = end
        }
        return sampleCount
    }

    /// Gives each series its number in the file: a new one behind the known, in the order of labels.
    private static func number(
        _ sealings: [Sealing], behind known: [Labels]
    ) -> (numbered: [(number: Int, sealing: Sealing)], added: [Labels]) {
        var numbers: [Labels: Int] = [:]
        numbers.reserveCapacity(known.count)
        for (number, labels) in known.enumerated() { numbers[labels] = number }
        let new = sealings.filter { numbers[$0.labels] == nil }
            .sorted { PackedLabels.precedes($0.labels.packed, $1.labels.packed) }
        var added: [Labels] = []
        for sealing in new where numbers[sealing.labels] == nil {
            numbers[sealing.labels] = known.count + added.count
            added.append(sealing.labels)
        }
        let numbered = sealings.map { (number: numbers[$0.labels] ?? 0, sealing: $0) }.sorted { $0.number < $1.number }
        return (numbered, added)
    }

    private static func insert(
        _ labels: [Labels], from first: Int, _ connection: SQLiteConnection, _ zstd: Zstd
    ) throws {
        let statement = try connection.statement("INSERT INTO series(first, count, data) VALUES (?, ?, ?)")
        // Larger groups compress better, and all are read together anyway; 4,096 sets are about half a megabyte.
        for start in stride(from: 0, to: labels.count, by: 4_096) {
            let group = Array(labels[start..<min(labels.count, start + 4_096)])
            statement.bind(1, first + start)
            statement.bind(2, group.count)
            statement.bind(3, DayIndex.encode(group, with: zstd))
            try statement.run()
        }
    }

    private static func insert(
        _ numbered: ArraySlice<(number: Int, sealing: Sealing)>, _ connection: SQLiteConnection, _ zstd: Zstd
    ) throws -> Int {
        var sampleCount = 0
        var start = numbered.startIndex
        while start < numbered.endIndex {
            let end = min(numbered.endIndex, start + SealedBlock.seriesLimit)
            let parts = numbered[start..<end].map { part($0.number, $0.sealing) }.filter { !$0.times.isEmpty }
            start = end
            if !parts.isEmpty { sampleCount += try insertBlock(parts, connection, zstd) }
        }
        return sampleCount
    }

    /// Writes a block of `parts`, of which there is one at least, and its entry in the directory.
    /// - Returns: how many samples it has.
    @discardableResult
    static func insertBlock(
        _ parts: [SealedBlock.Part], _ connection: SQLiteConnection, _ zstd: Zstd
    ) throws -> Int {
        let directory = try connection.statement(
            "INSERT INTO blocks(min_time, max_time, first_series, last_series, samples) VALUES (?, ?, ?, ?, ?)")
        let count = parts.reduce(0) { $0 + $1.times.count }
        directory.bind(1, parts.reduce(Int64.max) { min($0, $1.times.first ?? .max) })
        directory.bind(2, parts.reduce(Int64.min) { max($0, $1.times.last ?? .min) })
        directory.bind(3, parts.first?.number ?? 0)
        directory.bind(4, parts.last?.number ?? 0)
        directory.bind(5, count)
        try directory.run()
        try SealedBlockTable.insertData(SealedBlock.encode(parts, with: zstd), connection)
        return count
    }

    private static func part(_ number: Int, _ sealing: Sealing) -> SealedBlock.Part {
        var times: [Int64] = []
        var values: [Double] = []
        let count = sealing.chunks.reduce(0) { $0 + Int($1.count) }
        times.reserveCapacity(count)
        values.reserveCapacity(count)
        for chunk in sealing.chunks {
            chunk.withSamples { chunkTimes, chunkValues, _ in
                times.append(contentsOf: chunkTimes)
                values.append(contentsOf: chunkValues)
            }
        }
        return SealedBlock.Part(number: number, times: times, values: values)
    }

    /// Removes the oldest blocks of the only day there is until `bytes` or more are free.
    /// - Returns: whether there was anything to remove.
    func dropOldestBlocks(of day: UTCDay, bytes: Int64) throws -> Bool {
        guard let database = try partitions.database(for: day) else { return false }
        defer { forgetIndex(of: day) }
        return try database.withConnection { try SealedBlockTable.dropOldest(bytes: bytes, $0) }
    }
}
