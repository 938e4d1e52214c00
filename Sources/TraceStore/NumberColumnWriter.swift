import Base

/// Writes columns of numbers: what lies above the least, a stream for each byte that the largest needs.
struct NumberColumnWriter: ~Copyable {
    private var offsets = Flat<UInt64>()
    private var plane = Flat<UInt8>()
    /// Whether a shorter form is looked for.
    private let seeks: Bool

    init(seeks: Bool) { self.seeks = seeks }

    /// - Parameter areDoubles: whether the values are bit patterns of floating-point numbers.
    mutating func write(
        _ values: UnsafeBufferPointer<UInt64>, areDoubles: Bool = false, _ streams: inout StreamWriter,
        _ header: inout Flat<UInt8>
    ) {
        offsets.removeAll()
        offsets.append(contentsOf: values)
        var form = BlockFormat.NumberForm.plain
        var digits = 0
        if areDoubles, seeks, let found = makeDecimal(values) {
            form = BlockFormat.NumberForm.decimal
            digits = found
        }
        let numbers = offsets.elements
        var least = Int64.max
        for number in numbers { least = min(least, Int64(bitPattern: number)) }
        if values.isEmpty { least = 0 }
        var bits: UInt64 = 0
        for index in numbers.indices {
            numbers[index] &-= UInt64(bitPattern: least)
            bits |= numbers[index]
        }
        var factor: UInt64 = 1
        if form == BlockFormat.NumberForm.plain, !areDoubles, seeks, bits > 1 {
            factor = Self.commonFactor(UnsafeBufferPointer(numbers))
            if factor > 1 {
                form = BlockFormat.NumberForm.divided
                bits = 0
                for index in numbers.indices {
                    numbers[index] /= factor
                    bits |= numbers[index]
                }
            }
        }
        header.append(form)
        if form == BlockFormat.NumberForm.divided { header.append(varint: factor) }
        if form == BlockFormat.NumberForm.decimal { header.append(UInt8(digits)) }
        header.append(varint: Varint.zigzag(least))
        let width = (64 - bits.leadingZeroBitCount + 7) / 8
        header.append(UInt8(width))
        for byte in 0..<width {
            plane.removeAll()
            plane.append(repeating: 0, count: numbers.count)
            let bytes = plane.elements
            let shift = UInt64(byte * 8)
            for index in 0..<numbers.count { bytes[index] = UInt8(truncatingIfNeeded: numbers[index] &>> shift) }
            streams.add(UnsafeRawBufferPointer(bytes), to: &header)
        }
    }

    /// Of what all are a multiple; 1 for nothing.
    private static func commonFactor(_ numbers: UnsafeBufferPointer<UInt64>) -> UInt64 {
        var factor: UInt64 = 0
        for number in numbers where number != 0 {
            if factor != 0, number % factor == 0 { continue }
            var (large, small) = (number, factor)
            while small != 0 { (large, small) = (small, large % small) }
            factor = large
            if factor == 1 { return 1 }
        }
        return max(1, factor)
    }

    /// Puts whole numbers in the place of decimals with few digits.
    /// - Returns: how many digits; `nil` where there are none so short, or they would not come back as they were.
    private mutating func makeDecimal(_ values: UnsafeBufferPointer<UInt64>) -> Int? {
        var digits = 0
        for value in values {
            while DecimalNumber.whole(value, digits) == nil {
                digits += 1
                if digits > BlockFormat.mostDecimals { return nil }
            }
        }
        for index in values.indices {
            guard DecimalNumber.whole(values[index], digits) != nil else { return nil }
        }
        for index in values.indices {
            if let whole = DecimalNumber.whole(values[index], digits) { offsets[index] = UInt64(bitPattern: whole) }
        }
        return digits
    }
}

/// Floating-point numbers that are decimals with few digits, as whole numbers.
enum DecimalNumber {
    static func power(_ digits: Int) -> Double {
        switch digits {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1_000
        case 4: 10_000
        case 5: 100_000
        default: 1_000_000
        }
    }

    /// The number times a power of ten, if that is whole and leads back to the very same bits.
    static func whole(_ bits: UInt64, _ digits: Int) -> Int64? {
        let scaled = (Double(bitPattern: bits) * power(digits)).rounded()
        guard scaled.magnitude < 0x1p52 else { return nil }
        let whole = Int64(scaled)
        return number(whole, digits) == bits ? whole : nil
    }

    /// The bits of the number.
    static func number(_ whole: Int64, _ digits: Int) -> UInt64 { (Double(whole) / power(digits)).bitPattern }
}
