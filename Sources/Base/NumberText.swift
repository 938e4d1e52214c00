/// Reads numbers out of the bytes of a page, without a detour by `String` for most of them.
public enum NumberText {
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// The number that stands at `offset`, which is moved behind it; `nil` where none does.
    ///
    /// Up to 15 digits and a power of ten up to 22 are exact in one step; the rest takes the C library's way.
    public static func number(in bytes: UnsafeBufferPointer<UInt8>, at offset: inout Int) -> Double? {
        var index = offset
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        while index < bytes.count, bytes[index] &- 48 < 10, digits < 19 {
            mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 48)
            digits += mantissa == 0 ? 0 : 1
            index += 1
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            while index < bytes.count, bytes[index] &- 48 < 10, digits < 19 {
                mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 48)
                digits += mantissa == 0 ? 0 : 1
                exponent -= 1
                index += 1
            }
        }
        if index < bytes.count, bytes[index] | 32 == UInt8(ascii: "e") {
            guard let power = power(in: bytes, at: &index) else { return slow(in: bytes, at: &offset) }
            exponent += power
        }
        let isWhole = index == bytes.count || endsNumber(bytes[index])
        guard isWhole, index > offset, mantissa < 1 << 53, abs(exponent) <= 22, bytes[index - 1] | 32 != 101,
            bytes[offset..<index].contains(where: { $0 &- 48 < 10 })
        else { return slow(in: bytes, at: &offset) }
        offset = index
        let magnitude = Double(mantissa)
        let value = exponent < 0 ? magnitude / powersOfTen[-exponent] : magnitude * powersOfTen[exponent]
        return isNegative ? -value : value
    }

    private static func power(in bytes: UnsafeBufferPointer<UInt8>, at index: inout Int) -> Int? {
        index += 1
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var power = 0
        while index < bytes.count, bytes[index] &- 48 < 10, index - start < 4 {
            power = power * 10 + Int(bytes[index] &- 48)
            index += 1
        }
        return index == start ? nil : isNegative ? -power : power
    }

    private static func endsNumber(_ byte: UInt8) -> Bool { byte <= 32 }

    /// Infinities, NaN, long numbers, and what is none.
    private static func slow(in bytes: UnsafeBufferPointer<UInt8>, at offset: inout Int) -> Double? {
        let word = bytes[offset...].prefix { !endsNumber($0) }
        guard !word.isEmpty, word.count < 1_024 else { return nil }
        let text = String(decoding: word, as: UTF8.self)
        switch text.lowercased() {
        case "nan", "+nan", "-nan":
            offset += word.count
            return Double(bitPattern: 0x7ff8_0000_0000_0001)
        case "inf", "+inf", "infinity", "+infinity":
            offset += word.count
            return .infinity
        case "-inf", "-infinity":
            offset += word.count
            return -.infinity
        default:
            guard let first = text.utf8.first(where: { $0 != 43 && $0 != 45 }), first &- 48 < 10 || first == 46,
                let value = Double(text)
            else { return nil }
            offset += word.count
            return value
        }
    }

    /// The whole number that stands at `offset`, which is moved behind it.
    public static func integer(in bytes: UnsafeBufferPointer<UInt8>, at offset: inout Int) -> Int64? {
        var index = offset
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var value: Int64 = 0
        while index < bytes.count, bytes[index] &- 48 < 10 {
            let (product, productOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = product.addingReportingOverflow(Int64(bytes[index] &- 48))
            if productOverflow || sumOverflow { return nil }
            value = sum
            index += 1
        }
        guard index > start, index == bytes.count || endsNumber(bytes[index]) else { return nil }
        offset = index
        return isNegative ? -value : value
    }
}
