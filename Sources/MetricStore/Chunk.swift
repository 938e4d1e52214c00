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

    /// Gives every sample to `body`, in order.
    /// - Returns: whether the words are sound.
    @inline(__always)
    func forEach(_ body: (Int64, Double) -> Void) -> Bool {
        words.withUnsafeBufferPointer { words in
            var decoder = ChunkDecoder(words: words, coding: coding)
            for _ in 0..<count {
                decoder.next()
                body(decoder.time, decoder.value)
            }
            return !decoder.hasFailed
        }
    }

    /// All samples, at most ``count``.
    func samples() -> [(time: Int64, value: Double)] {
        var samples: [(time: Int64, value: Double)] = []
        samples.reserveCapacity(Int(count))
        _ = forEach { samples.append((time: $0, value: $1)) }
        return samples
    }
}
