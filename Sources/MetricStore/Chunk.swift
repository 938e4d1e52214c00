import Base

/// How the values of a chunk are written.
struct ChunkCoding: Hashable, Sendable {
    /// The decimal scale, or 255 for XOR of the doubles' bits.
    let rawValue: UInt8

    static let xor = ChunkCoding(rawValue: 255)
    static func decimal(scale: UInt8) -> ChunkCoding { ChunkCoding(rawValue: scale) }

    var isXOR: Bool { rawValue == 255 }
    var isValid: Bool { isXOR || rawValue <= DecimalScale.max }
}

/// Samples of one series in order of time, compressed; what an ``OpenChunk`` wrote.
struct Chunk: Sendable {
    let words: [UInt64]
    let minTime: Int64
    let maxTime: Int64
    let count: Int32
    let coding: ChunkCoding

    var isEmpty: Bool { count == 0 }

    /// Whether both are the same samples, taking it that both come from the same series.
    func isSame(as other: Chunk) -> Bool {
        minTime == other.minTime && maxTime == other.maxTime && count == other.count
            && words.count == other.words.count
    }

    /// Gives all samples to `body`, as memory that is valid for as long as that runs.
    /// - Parameter isSound: whether the words are; some samples are wrong otherwise.
    @inline(__always)
    func withSamples<Result>(
        _ body: (
            _ times: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>, _ isSound: Bool
        ) throws -> Result
    ) rethrows -> Result {
        let count = Int(self.count)
        return try withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(1, count)) { times in
            try withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, count)) { values in
                var isSound = false
                if let times = times.baseAddress, let values = values.baseAddress {
                    words.withUnsafeBufferPointer { words in
                        var decoder = ChunkDecoder(words: words, coding: coding)
                        decoder.decode(count, into: times, values)
                        isSound = !decoder.hasFailed
                    }
                }
                return try body(
                    UnsafeBufferPointer(rebasing: times[..<count]), UnsafeBufferPointer(rebasing: values[..<count]),
                    isSound)
            }
        }
    }

    /// All samples, ``count`` of them.
    func samples() -> [(time: Int64, value: Double)] {
        withSamples { times, values, _ in zip(times, values).map { (time: $0, value: $1) } }
    }
}
