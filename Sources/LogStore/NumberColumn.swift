import Base
internal import Codecs

/// Writes and reads the numbers of a column: whole ones, or decimals that are whole once they are multiplied by a power
/// of ten, as differences where they rise; as many bytes each as the largest needs, those of one place together.
enum NumberColumn {
    enum Flags {
        static let differences: UInt8 = 1
        static let doubles: UInt8 = 2
        static let decimalsShift: UInt8 = 2
    }

    /// By how much decimals are multiplied.
    static let powers: [Double] = [1, 10, 100, 1_000, 10_000]

    static func write(_ integers: [Int64], flags: UInt8 = 0, to streams: inout StreamWriter, _ header: inout [UInt8]) {
        var flags = flags
        let least = integers.min() ?? 0
        let greatest = integers.max() ?? 0
        header.appendZigzag(least)
        header.appendZigzag(greatest)
        var values = integers
        let rises = zip(integers, integers.dropFirst()).allSatisfy { $0 <= $1 }
        if rises, integers.count > 1, flags & Flags.doubles == 0 {
            flags |= Flags.differences
            for place in values.indices.dropFirst() { values[place] = integers[place] &- integers[place - 1] }
            values[0] = 0
        }
        header.append(flags)
        let base = flags & Flags.differences != 0 ? 0 : least
        let span = values.reduce(UInt64(0)) { max($0, UInt64(bitPattern: $1 &- base)) }
        let width = (64 - span.leadingZeroBitCount + 7) / 8
        header.appendZigzag(base)
        header.append(UInt8(width))
        for place in 0..<width {
            let shift = UInt64(place * 8)
            streams.add(values.map { UInt8(truncatingIfNeeded: UInt64(bitPattern: $0 &- base) >> shift) }, to: &header)
        }
    }

    static func write(_ doubles: [Double], to streams: inout StreamWriter, _ header: inout [UInt8]) {
        for (decimals, power) in powers.enumerated() {
            var integers: [Int64] = []
            integers.reserveCapacity(doubles.count)
            for value in doubles {
                let scaled = (value * power).rounded()
                guard abs(scaled) < 9e15, (scaled / power).bitPattern == value.bitPattern else { break }
                integers.append(Int64(scaled))
            }
            if integers.count < doubles.count { continue }
            let flags = Flags.doubles | UInt8(decimals) << Flags.decimalsShift
            return write(integers, flags: flags, to: &streams, &header)
        }
        write(
            doubles.map { Int64(bitPattern: $0.bitPattern) }, flags: Flags.doubles | 7 << Flags.decimalsShift,
            to: &streams, &header)
    }

    /// What the header says of a column.
    struct Description {
        let least: Int64
        let greatest: Int64
        let flags: UInt8
        let base: Int64
        let width: Int

        /// - Returns: `nil` for damaged bytes.
        init?(_ reader: inout ByteReader) {
            least = reader.zigzag()
            greatest = reader.zigzag()
            flags = reader.byte()
            base = reader.zigzag()
            width = Int(reader.byte())
            guard width <= 8, !reader.hasFailed else { return nil }
        }

        var isDouble: Bool { flags & Flags.doubles != 0 }
        private var decimals: Int { Int(flags >> Flags.decimalsShift) & 7 }

        /// What a stored number stands for.
        func double(_ stored: Int64) -> Double {
            if !isDouble { return Double(stored) }
            guard decimals < powers.count else { return Double(bitPattern: UInt64(bitPattern: stored)) }
            return Double(stored) / powers[decimals]
        }

        /// All values lie in it; `nil` where that is not known.
        var bounds: ClosedRange<Double>? {
            if isDouble, decimals >= powers.count { return nil }
            let (low, high) = (double(least), double(greatest))
            return low <= high ? low...high : nil
        }

        /// The stored numbers of bytes that lie place by place.
        func numbers(_ places: [[UInt8]], count: Int) -> [Int64] {
            var values = [Int64](repeating: base, count: count)
            for (place, bytes) in places.enumerated() {
                let shift = UInt64(place * 8)
                for index in 0..<count {
                    values[index] = values[index] &+ Int64(bitPattern: UInt64(bytes[index]) &<< shift)
                }
            }
            if flags & Flags.differences != 0, count > 0 {
                values[0] = least
                for index in 1..<max(1, count) { values[index] = values[index] &+ values[index - 1] }
            }
            return values
        }
    }
}
