import Base
import Model

/// Access to the bytes of a packed label set without making texts of them.
enum PackedLabels {
    /// Gives the byte ranges of each label to `body`: of the whole pair, of its name and of its value.
    @inline(__always)
    static func forEachPair(
        _ packed: UnsafeRawBufferPointer, _ body: (_ pair: Range<Int>, _ name: Range<Int>, _ value: Range<Int>) -> Void
    ) {
        var reader = ByteReader(packed)
        while !reader.isAtEnd {
            let start = reader.offset
            let nameCount = reader.count()
            let nameStart = reader.offset
            _ = reader.take(nameCount)
            let valueCount = reader.count()
            let valueStart = reader.offset
            _ = reader.take(valueCount)
            if reader.hasFailed { return }
            body(
                start..<(valueStart + valueCount), nameStart..<(nameStart + nameCount),
                valueStart..<(valueStart + valueCount))
        }
    }

    /// The packed form of one label.
    static func pair(_ name: String, _ value: String) -> [UInt8] { Labels([Label(name, value)]).packed }

    /// Whether the label set `left` comes before `right`, in the order of ``Labels``.
    @inline(__always)
    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { precedes(left, $0) } }
    }

    static func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        // What both have in common is skipped byte by byte; then the text around the first difference decides.
        let common = min(left.count, right.count)
        var difference = 0
        while difference + 8 <= common,
            left.loadUnaligned(fromByteOffset: difference, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: difference, as: UInt64.self)
        {
            difference += 8
        }
        while difference < common, left[difference] == right[difference] { difference += 1 }
        if difference == common { return left.count < right.count }
        var leftReader = ByteReader(left)
        var rightReader = ByteReader(right)
        while true {
            let leftText = leftReader.counted()
            let rightText = rightReader.counted()
            // Texts that end before the difference are equal.
            if leftReader.offset <= difference { continue }
            return leftText.lexicographicallyPrecedes(rightText)
        }
    }
}
