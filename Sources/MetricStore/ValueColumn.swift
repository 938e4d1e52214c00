import Base

/// The values of one series in a sealed block.
///
///     constant    8 bytes, and every value is that one
///     delta       decimal mantissas as zigzag varints of their differences
///     doubleDelta the same of the differences of the differences
///     xor         8 bytes each: the bits, combined by XOR with those before
///
/// Values that are no decimal at the column's scale (stale markers are such) stand before, as exceptions:
/// their count, and for each the distance from the one before and 8 bytes. Mantissas leave their places out.
/// All of it is compressed with zstd afterwards, so whole bytes serve better than bits.
enum ValueColumn {
    enum Coding: UInt8 {
        case constant = 0
        case delta, doubleDelta, xor
    }

    struct Encoded {
        let coding: Coding
        let scale: UInt8
        let bytes: [UInt8]
    }

    static func encode(_ values: [Double]) -> Encoded {
        guard let first = values.first else { return Encoded(coding: .constant, scale: 0, bytes: []) }
        if values.allSatisfy({ $0.bitPattern == first.bitPattern }) {
            var bytes: [UInt8] = []
            bytes.appendFixed64(first.bitPattern)
            return Encoded(coding: .constant, scale: 0, bytes: bytes)
        }
        if let scale = scale(for: values) { return encodeDecimal(values, scale: scale) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 8)
        var last: UInt64 = 0
        for value in values {
            bytes.appendFixed64(value.bitPattern ^ last)
            last = value.bitPattern
        }
        return Encoded(coding: .xor, scale: 0, bytes: bytes)
    }

    /// The smallest scale for all values but an eighth; `nil` if there is none.
    private static func scale(for values: [Double]) -> UInt8? {
        var scale: UInt8 = 0
        var exceptions = 0
        for value in values where DecimalScale.mantissa(of: value, at: scale) == nil {
            if let larger = DecimalScale.scale(of: value, from: scale) {
                scale = larger
            } else {
                exceptions += 1
            }
        }
        // A larger scale found late may have made exceptions of earlier values.
        if scale > 0 { exceptions = values.count { DecimalScale.mantissa(of: $0, at: scale) == nil } }
        return exceptions <= 1 + values.count / 8 ? scale : nil
    }

    private static func encodeDecimal(_ values: [Double], scale: UInt8) -> Encoded {
        var exceptions: [UInt8] = []
        var exceptionCount = 0
        var lastException = 0
        var delta: [UInt8] = []
        var doubleDelta: [UInt8] = []
        delta.reserveCapacity(values.count * 2)
        doubleDelta.reserveCapacity(values.count * 2)
        var last: Int64 = 0
        var lastStep: Int64 = 0
        for (index, value) in values.enumerated() {
            guard let mantissa = DecimalScale.mantissa(of: value, at: scale) else {
                exceptions.appendVarint(index - lastException)
                exceptions.appendFixed64(value.bitPattern)
                lastException = index
                exceptionCount += 1
                continue
            }
            let step = mantissa - last
            delta.appendZigzag(step)
            doubleDelta.appendZigzag(step - lastStep)
            last = mantissa
            lastStep = step
        }
        var bytes: [UInt8] = []
        bytes.appendVarint(exceptionCount)
        bytes.append(contentsOf: exceptions)
        let isDouble = doubleDelta.count < delta.count
        bytes.append(contentsOf: isDouble ? doubleDelta : delta)
        return Encoded(coding: isDouble ? .doubleDelta : .delta, scale: scale, bytes: bytes)
    }

    /// Gives the values to `body`, in order.
    /// - Returns: whether the bytes are sound.
    @inline(__always)
    static func decode(
        _ bytes: UnsafeRawBufferPointer, coding: Coding, scale: UInt8, count: Int, _ body: (Int, Double) -> Void
    ) -> Bool {
        var reader = ByteReader(bytes)
        switch coding {
        case .constant:
            let value = Double(bitPattern: reader.fixed64())
            for index in 0..<count { body(index, value) }
        case .xor:
            var last: UInt64 = 0
            for index in 0..<count {
                last ^= reader.fixed64()
                body(index, Double(bitPattern: last))
            }
        case .delta, .doubleDelta:
            guard scale <= DecimalScale.max else { return false }
            decodeDecimal(&reader, isDouble: coding == .doubleDelta, scale: scale, count: count, body)
        }
        return !reader.hasFailed && reader.isAtEnd
    }

    @inline(__always)
    private static func decodeDecimal(
        _ reader: inout ByteReader, isDouble: Bool, scale: UInt8, count: Int, _ body: (Int, Double) -> Void
    ) {
        var exceptions: [(index: Int, bits: UInt64)] = []
        var index = 0
        for _ in 0..<reader.count() {
            index &+= Int(truncatingIfNeeded: reader.varint())
            exceptions.append((index, reader.fixed64()))
        }
        var nextException = 0
        let divisor = DecimalScale.power(scale)
        var last: Int64 = 0
        var lastStep: Int64 = 0
        for index in 0..<count {
            if nextException < exceptions.count, exceptions[nextException].index == index {
                body(index, Double(bitPattern: exceptions[nextException].bits))
                nextException += 1
                continue
            }
            let number = reader.zigzag()
            lastStep = isDouble ? lastStep &+ number : number
            last &+= lastStep
            body(index, Double(last) / divisor)
        }
    }
}
