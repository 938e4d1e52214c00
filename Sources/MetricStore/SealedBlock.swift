import Base
internal import Codecs
import Model

/// A block of a day file: the samples of neighbouring series in one window of time, compressed together.
///
///     version        1 byte: 1
///     columns        varint, then for each column of times: count, first time (zigzag),
///                    differences of the differences (zigzag); series scraped together share a column
///     series         varint, then for each: difference of its number from the one before, its column of times,
///                    coding (1 byte), scale (1 byte), count of bytes of its values
///     values         the bytes of each series' values, see ``ValueColumn``
///
/// The whole is one zstd frame with a checksum.
enum SealedBlock {
    private static let version: UInt8 = 1

    /// Series in a block: enough of them to compress well, few enough to unpack all for one.
    static let seriesLimit = 128

    /// A larger block is not ours: 128 series of two hours at a rate of ten a second and nine bytes a sample.
    private static let byteLimit = 128 << 20

    struct Part {
        let number: Int
        let times: [Int64]
        let values: [Double]
    }

    /// The block of `parts`, which are in ascending order of their numbers.
    static func encode(_ parts: [Part], with zstd: Zstd) -> [UInt8] {
        var columns: [[Int64]: Int] = [:]
        var columnBytes: [UInt8] = []
        var directory: [UInt8] = []
        var values: [UInt8] = []
        var last = 0
        directory.appendVarint(parts.count)
        for part in parts {
            let column: Int
            if let known = columns[part.times] {
                column = known
            } else {
                column = columns.count
                columns[part.times] = column
                append(times: part.times, to: &columnBytes)
            }
            let encoded = ValueColumn.encode(part.values)
            directory.appendVarint(part.number - last)
            directory.appendVarint(column)
            directory.append(encoded.coding.rawValue)
            directory.append(encoded.scale)
            directory.appendVarint(encoded.bytes.count)
            values.append(contentsOf: encoded.bytes)
            last = part.number
        }
        var bytes: [UInt8] = [version]
        bytes.appendVarint(columns.count)
        bytes.append(contentsOf: columnBytes)
        bytes.append(contentsOf: directory)
        bytes.append(contentsOf: values)
        return zstd.compress(bytes)
    }

    private static func append(times: [Int64], to bytes: inout [UInt8]) {
        bytes.appendVarint(times.count)
        var last: Int64 = 0
        var lastStep: Int64 = 0
        for (index, time) in times.enumerated() {
            let step = time - last
            bytes.appendZigzag(index == 0 ? time : step - lastStep)
            lastStep = index == 0 ? 0 : step
            last = time
        }
    }

    /// Gives to `body` the times and values of the series for which `isWanted` is true, as far as they are in `range`.
    /// - Throws: ``ZstdError`` or ``SealedBlockError`` if the bytes are damaged.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, in range: TimeRange, with zstd: Zstd, where isWanted: (Int) -> Bool,
        _ body: (_ number: Int, _ times: ArraySlice<Int64>, _ values: [Double]) throws -> Void
    ) throws {
        let unpacked = try zstd.decompress(bytes, limit: byteLimit)
        try unpacked.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            guard reader.byte() == version else { throw SealedBlockError(reason: "its version is unknown") }
            var columns: [[Int64]] = []
            for _ in 0..<reader.count() { columns.append(times(&reader)) }
            let directory = directory(&reader)
            for entry in directory {
                let values = reader.take(entry.byteCount)
                if reader.hasFailed { break }
                guard isWanted(entry.number) else { continue }
                guard entry.column < columns.count, let coding = ValueColumn.Coding(rawValue: entry.coding) else {
                    throw SealedBlockError(reason: "series \(entry.number) has an unknown coding")
                }
                let times = columns[entry.column]
                let wanted = indices(of: times, in: range)
                if wanted.isEmpty { continue }
                var isSound = false
                let decoded = [Double](unsafeUninitializedCapacity: wanted.count) { target, count in
                    let start = wanted.lowerBound
                    isSound = ValueColumn.decode(values, coding: coding, scale: entry.scale, count: times.count) {
                        if $0 >= start, $0 &- start < target.count { target[$0 &- start] = $1 }
                    }
                    // Of unsound values some were not given; those are not looked at.
                    count = isSound ? target.count : 0
                }
                guard isSound else {
                    throw SealedBlockError(reason: "the values of series \(entry.number) are unsound")
                }
                try body(entry.number, times[wanted], decoded)
            }
            if reader.hasFailed { throw SealedBlockError(reason: "it ends too early") }
        }
    }

    private struct Entry {
        let number: Int
        let column: Int
        let coding: UInt8
        let scale: UInt8
        let byteCount: Int
    }

    private static func directory(_ reader: inout ByteReader) -> [Entry] {
        var entries: [Entry] = []
        var number = 0
        for _ in 0..<reader.count() {
            number &+= Int(truncatingIfNeeded: reader.varint())
            entries.append(
                Entry(
                    number: number, column: Int(truncatingIfNeeded: reader.varint() & 0xffff_ffff),
                    coding: reader.byte(),
                    scale: reader.byte(), byteCount: reader.count()))
        }
        return entries
    }

    private static func times(_ reader: inout ByteReader) -> [Int64] {
        let count = reader.count()
        var times: [Int64] = []
        times.reserveCapacity(count)
        var last: Int64 = 0
        var step: Int64 = 0
        for index in 0..<count {
            let number = reader.zigzag()
            if index == 0 {
                last = number
            } else {
                step &+= number
                last &+= step
            }
            times.append(last)
        }
        return times
    }

    /// Indices of ascending times that lie in `range`.
    private static func indices(of times: [Int64], in range: TimeRange) -> Range<Int> {
        let start = partition(times) { $0 >= range.start }
        let end = partition(times) { $0 > range.end }
        return start..<max(start, end)
    }

    private static func partition(_ times: [Int64], _ isBehind: (Int64) -> Bool) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(times[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// A block whose bytes make no sense.
struct SealedBlockError: Error, CustomStringConvertible {
    let reason: String

    var description: String { "cannot read a block of samples: \(reason); its file is damaged" }
}
