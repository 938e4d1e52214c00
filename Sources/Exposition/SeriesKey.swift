internal import Base

/// What a series' labels are recognised by without being read: a hash of 128 bits of their bytes in a message.
///
/// With a billion series the chance that any two share one is below one in 10^20. The seeds are drawn at the start, so
/// that nobody outside can make two that do. Labels in another order or encoding have another key, which does no harm.
public struct SeriesKey: Hashable, Sendable {
    private let low: UInt64
    private let high: UInt64

    private static let secondSeed = UInt64.random(in: .min ... .max)

    init(_ bytes: UnsafeRawBufferPointer) {
        low = ByteHash.hash(bytes)
        high = ByteHash.hash(bytes, seed: SeriesKey.secondSeed)
    }

    /// The key of a series that is a list of things that have keys.
    init(_ parts: some Collection<SeriesKey>) {
        self = withUnsafeTemporaryAllocation(of: SeriesKey.self, capacity: max(1, parts.count)) { buffer in
            let (_, count) = buffer.initialize(from: parts)
            return SeriesKey(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[..<count])))
        }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(low) }
}
