/// A value at a time.
public struct Sample: Hashable, Sendable {
    /// Milliseconds since the Unix epoch.
    public let timestamp: Int64
    public let value: Double

    public init(timestamp: Int64, value: Double) {
        self.timestamp = timestamp
        self.value = value
    }
}

/// The NaN with which Prometheus marks the end of a series; told from other NaNs by its bits.
public enum StaleMarker {
    public static let bits: UInt64 = 0x7ff0_0000_0000_0002
    public static let value = Double(bitPattern: bits)

    @inlinable
    public static func isStale(_ value: Double) -> Bool { value.bitPattern == bits }

    /// Whether any of `values` is the marker.
    public static func isAmong(_ values: [Double]) -> Bool {
        values.withUnsafeBufferPointer { values in
            // The marker is a NaN, and most series have none, which is told several at a time.
            var anyNaN = SIMDMask<SIMD8<Int64>>()
            var index = 0
            let bytes = UnsafeRawBufferPointer(values)
            while index + 8 <= values.count {
                let eight = bytes.loadUnaligned(fromByteOffset: index * 8, as: SIMD8<Double>.self)
                anyNaN .|= eight .!= eight
                index += 8
            }
            while index < values.count, !values[index].isNaN { index += 1 }
            guard any(anyNaN) || index < values.count else { return false }
            return values.contains(where: isStale)
        }
    }
}

/// The number of a series within a running store. Not kept over a restart.
public struct SeriesRef: Hashable, Sendable {
    public let rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A sample and the series to which it belongs.
public struct RefSample: Hashable, Sendable {
    public let ref: SeriesRef
    public let timestamp: Int64
    public let value: Double

    @inlinable
    public init(ref: SeriesRef, timestamp: Int64, value: Double) {
        self.ref = ref
        self.timestamp = timestamp
        self.value = value
    }
}
