import Base
import Model

/// The bytes of an appended batch, as it stands in one row of the tail.
///
///     version        1 byte: 1
///     count          varint
///     refs           for each sample: zigzag varint, difference from the ref before
///     times          for each sample: zigzag varint, difference from the time before;
///                    a single one, and nothing more, where all are equal: told by a byte before, 1 if equal
///     values         for each sample: varint of (zigzag of a whole number) * 2 + 1, or a zero byte and 8 bytes
enum BatchCodec {
    private static let version: UInt8 = 1

    /// Bytes that a batch of `count` samples can take at most.
    static func bound(_ count: Int) -> Int { 16 + count * 25 }

    /// Writes the samples whose indices are not in `skipped` (ascending).
    static func encode(_ samples: [RefSample], skipping skipped: [Int]) -> [UInt8] {
        let kept = skipped.isEmpty ? samples : removing(skipped, from: samples)
        return [UInt8](unsafeUninitializedCapacity: bound(kept.count)) { buffer, count in
            var writer = ByteWriter(buffer)
            writer.byte(version)
            writer.varint(UInt64(kept.count))
            var ref: Int64 = 0
            for sample in kept {
                let next = Int64(sample.ref.rawValue)
                writer.varint(Varint.zigzag(next &- ref))
                ref = next
            }
            let first = kept.first?.timestamp ?? 0
            if kept.allSatisfy({ $0.timestamp == first }) {
                writer.byte(1)
                writer.varint(Varint.zigzag(first))
            } else {
                writer.byte(0)
                var time: Int64 = 0
                for sample in kept {
                    writer.varint(Varint.zigzag(sample.timestamp &- time))
                    time = sample.timestamp
                }
            }
            for sample in kept { writer.value(sample.value) }
            count = writer.count
        }
    }

    static func removing(_ skipped: [Int], from samples: [RefSample]) -> [RefSample] {
        var kept: [RefSample] = []
        kept.reserveCapacity(samples.count - skipped.count)
        var next = 0
        for (index, sample) in samples.enumerated() {
            if next < skipped.count, skipped[next] == index {
                next += 1
            } else {
                kept.append(sample)
            }
        }
        return kept
    }

    /// The samples of a batch, or `nil` if the bytes are not of this form.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> [RefSample]? {
        var reader = ByteReader(bytes)
        guard reader.byte() == version else { return nil }
        let count = reader.count()
        var refs: [UInt32] = []
        refs.reserveCapacity(count)
        var ref: Int64 = 0
        for _ in 0..<count {
            ref &+= reader.zigzag()
            refs.append(UInt32(truncatingIfNeeded: ref))
        }
        var times: [Int64] = []
        let isEqual = reader.byte() == 1
        var time: Int64 = isEqual ? reader.zigzag() : 0
        if !isEqual {
            times.reserveCapacity(count)
            for _ in 0..<count {
                time &+= reader.zigzag()
                times.append(time)
            }
        }
        var samples: [RefSample] = []
        samples.reserveCapacity(count)
        for index in 0..<count {
            let code = reader.varint()
            let value =
                code & 1 == 1 ? Double(Varint.unzigzag(code >> 1)) : Double(bitPattern: reader.fixed64())
            samples.append(
                RefSample(
                    ref: SeriesRef(rawValue: refs[index]), timestamp: isEqual ? time : times[index], value: value))
        }
        return reader.hasFailed || !reader.isAtEnd ? nil : samples
    }
}

/// Writes into a buffer that is known to be large enough.
private struct ByteWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        buffer[count] = value
        count &+= 1
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func value(_ value: Double) {
        if value.magnitude < 0x1p48 {
            let whole = Int64(value)
            if Double(whole).bitPattern == value.bitPattern { return varint(Varint.zigzag(whole) &<< 1 | 1) }
        }
        byte(0)
        UnsafeMutableRawBufferPointer(buffer)
            .storeBytes(of: value.bitPattern.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= 8
    }
}
