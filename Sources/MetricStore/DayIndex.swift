import Base
internal import Codecs
import Model
import Partitions

/// What a day file holds, without the samples: its series and where their blocks are.
final class DayIndex: Sendable {
    struct Block: Sendable {
        let id: Int64
        let range: TimeRange
        /// The smallest and greatest number of a series in the block.
        let series: ClosedRange<Int>
        let sampleCount: Int
    }

    /// Labels by the number of the series.
    let labels: [Labels]
    let blocks: [Block]
    /// Numbers of series whose samples were all deleted: no answer names them.
    let gone: Set<Int>
    private let index: LabelIndex

    static let schema = """
        CREATE TABLE series(first INTEGER PRIMARY KEY, count INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE TABLE blocks(
            id INTEGER PRIMARY KEY, min_time INTEGER NOT NULL, max_time INTEGER NOT NULL,
            first_series INTEGER NOT NULL, last_series INTEGER NOT NULL, samples INTEGER NOT NULL);
        CREATE TABLE block_data(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        """

    init(labels: [Labels], blocks: [Block], gone: Set<Int>) {
        self.labels = labels
        self.blocks = blocks
        self.gone = gone
        var index = LabelIndex()
        for (number, labels) in labels.enumerated() where !gone.contains(number) {
            index.add(UInt32(number), labels)
        }
        self.index = index
    }

    /// Reads the index of a day file.
    convenience init(_ connection: SQLiteConnection) throws {
        let zstd = Zstd()
        var labels: [Labels] = []
        let groups = try connection.statement("SELECT first, count, data FROM series ORDER BY first")
        while try groups.step() {
            let bytes = try groups.withBytes(2) { try zstd.decompress($0, limit: 1 << 30) }
            let sets = bytes.withUnsafeBytes { DayIndex.labelSets($0) }
            guard Int(groups.integer(0)) == labels.count, Int(groups.integer(1)) == sets?.count, let sets else {
                groups.reset()
                throw StorageError(
                    .corrupt, action: "read the series of", path: connection.path, cause: "a group of them is unsound")
            }
            labels.append(contentsOf: sets)
        }
        groups.reset()
        var blocks: [Block] = []
        let rows = try connection.statement(
            "SELECT id, min_time, max_time, first_series, last_series, samples FROM blocks ORDER BY id")
        while try rows.step() {
            let first = Int(rows.integer(3))
            blocks.append(
                Block(
                    id: rows.integer(0), range: TimeRange(start: rows.integer(1), end: rows.integer(2)),
                    series: first...max(first, Int(rows.integer(4))), sampleCount: Int(rows.integer(5))))
        }
        rows.reset()
        self.init(labels: labels, blocks: blocks, gone: try DayIndex.gone(connection))
    }

    /// Only a file from which something was deleted has the table.
    private static func gone(_ connection: SQLiteConnection) throws -> Set<Int> {
        let schema = try connection.statement("SELECT 1 FROM sqlite_schema WHERE name = 'gone'")
        defer { schema.reset() }
        guard try schema.step() else { return [] }
        let rows = try connection.statement("SELECT number FROM gone")
        defer { rows.reset() }
        var gone: Set<Int> = []
        while try rows.step() { gone.insert(Int(rows.integer(0))) }
        return gone
    }

    private static func labelSets(_ bytes: UnsafeRawBufferPointer) -> [Labels]? {
        var reader = ByteReader(bytes)
        var sets: [Labels] = []
        while !reader.isAtEnd {
            guard let labels = Labels(packed: [UInt8](reader.counted())) else { return nil }
            sets.append(labels)
        }
        return reader.hasFailed ? nil : sets
    }

    /// The bytes of a group of series, as ``labelSets(_:)`` reads them.
    static func encode(_ sets: [Labels], with zstd: Zstd) -> [UInt8] {
        var bytes: [UInt8] = []
        for set in sets { bytes.appendCounted(set.packed) }
        return zstd.compress(bytes)
    }

    /// Numbers of the series that fulfil all matchers, ascending.
    func select(_ matchers: [Matcher]) -> [UInt32] {
        index.select(matchers) { labels[Int($0)] }
    }

    var labelIndex: LabelIndex { index }
}
