import Base
public import Model
import Partitions
import Synchronization

extension MetricStore {
    public func select(
        _ matchers: [Matcher], in range: TimeRange, sampleLimit: Int
    ) throws -> [SeriesColumn] {
        if range.end < range.start { return [] }
        do {
            let selection = Selection(range: range, sampleLimit: sampleLimit)
            // Memory first: samples leave it only after they can be read from the day's file, so none is missed.
            let inMemory = chunks(matchers, in: range)
            return try selection.columns(of: try sealed(matchers, selection), inMemory)
        } catch {
            throw StoreError.from(error)
        }
    }

    private func chunks(_ matchers: [Matcher], in range: TimeRange) -> [(labels: Labels, chunks: [Chunk])] {
        head.withLock { head in
            head.index.select(matchers) { head.series[Int($0)].labels }.compactMap { slot in
                let chunks = head.series[Int(slot)].chunks(in: range)
                return chunks.isEmpty ? nil : (head.series[Int(slot)].labels, chunks)
            }
        }
    }

    /// What the day files have, in the order of days and blocks.
    private func sealed(
        _ matchers: [Matcher], _ selection: borrowing Selection
    ) throws -> [(labels: Labels, piece: DayFiles.Piece)] {
        var found: [(labels: Labels, piece: DayFiles.Piece)] = []
        for day in days.days(overlapping: selection.range) {
            guard let index = try days.index(of: day) else { continue }
            let numbers = index.select(matchers)
            if numbers.isEmpty { continue }
            let pieces = try days.read(numbers, of: day, index, in: selection.range) { try selection.add($0) }
            found += pieces.map { (index.labels[$0.number], $0) }
        }
        return found
    }
}

/// Puts together what a query found of each series.
private struct Selection: ~Copyable, Sendable {
    /// A series, and where its samples are.
    private struct Found {
        let labels: Labels
        var pieces: [DayFiles.Piece] = []
        var chunks: [Chunk] = []
    }

    let range: TimeRange
    private let sampleLimit: Int
    private let sampleCount = Atomic(0)

    init(range: TimeRange, sampleLimit: Int) {
        self.range = range
        self.sampleLimit = sampleLimit
    }

    /// Counts samples that are held in memory now.
    func add(_ count: Int) throws(StoreError) {
        let (_, total) = sampleCount.add(count, ordering: .relaxed)
        if total > sampleLimit { throw .sampleLimit(sampleLimit) }
    }

    /// The series that have samples, sorted by labels. What is in memory counts where both have a sample.
    func columns(
        of sealed: [(labels: Labels, piece: DayFiles.Piece)], _ inMemory: [(labels: Labels, chunks: [Chunk])]
    ) throws -> [SeriesColumn] {
        var found = gathered(sealed, inMemory)
        // Of the files most series come in order.
        let isSorted = zip(found, found.dropFirst()).allSatisfy { $0.labels < $1.labels }
        if !isSorted { found.sort { $0.labels < $1.labels } }
        let columns = try Parallel.map(found.count) { [found] position -> SeriesColumn? in
            try StoreError.checkWork()
            return try column(found[position])
        }
        return columns.compactMap { $0 }
    }

    private func gathered(
        _ sealed: [(labels: Labels, piece: DayFiles.Piece)], _ inMemory: [(labels: Labels, chunks: [Chunk])]
    ) -> [Found] {
        // Without sealed samples no two entries are the same series, and no table is needed.
        if sealed.isEmpty { return inMemory.map { Found(labels: $0.labels, chunks: $0.chunks) } }
        var found: [Found] = []
        var positions: [Labels: Int] = [:]
        func position(of labels: Labels) -> Int {
            if let known = positions[labels] { return known }
            positions[labels] = found.count
            found.append(Found(labels: labels))
            return found.count - 1
        }
        for (labels, piece) in sealed { found[position(of: labels)].pieces.append(piece) }
        for (labels, chunks) in inMemory { found[position(of: labels)].chunks = chunks }
        return found
    }

    private func column(_ found: Found) throws -> SeriesColumn? {
        var builder = ColumnBuilder()
        builder.reserve(
            found.pieces.reduce(0) { $0 + $1.values.count } + found.chunks.reduce(0) { $0 + Int($1.count) })
        for piece in found.pieces { builder.append(piece.times, piece.values) }
        let sealedCount = builder.count
        for chunk in found.chunks { builder.append(chunk, in: range) }
        try add(builder.count - sealedCount)
        return builder.count > 0 ? builder.column(found.labels) : nil
    }
}
