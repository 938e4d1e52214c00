internal import Base

/// Numbers as the exposition formats write them.
enum NumberWord {
    private static let powersOfTen: InlineArray<16, Double> = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// The value of `word`, or `nil` where it is no number: no hexadecimal digits, no underscores, and nothing
    /// that no double can hold.
    static func value(_ word: UnsafeBufferPointer<UInt8>) -> Double? {
        if let value = shortDecimal(word) { return value }
        if word.allSatisfy(isDecimal), word.contains(where: { (48...57).contains($0) }) {
            guard let value = FloatText.read(word), value.isFinite else { return nil }
            return value
        }
        switch String(decoding: word, as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return nil
        }
    }

    /// Numbers of up to 15 digits without an exponent, which most values are: their digits and the power of ten are
    /// exact as doubles, so that one division rounds as the general way does.
    @inline(__always)
    private static func shortDecimal(_ word: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let first = word.first, word.count <= 17 else { return nil }
        var mantissa: Int64 = 0
        var digits = 0
        var pointAt = -1
        let isNegative = first == UInt8(ascii: "-")
        for index in (isNegative ? 1 : 0)..<word.count {
            let digit = word[index] &- 48
            if digit < 10 {
                mantissa = mantissa &* 10 &+ Int64(digit)
                digits += 1
            } else if word[index] == UInt8(ascii: "."), pointAt < 0 {
                pointAt = digits
            } else {
                return nil
            }
        }
        guard digits > 0, digits <= 15 else { return nil }
        let whole = Double(isNegative ? -mantissa : mantissa)
        // Minus zero has no whole number.
        if mantissa == 0, isNegative { return -0.0 }
        return pointAt < 0 ? whole : whole / powersOfTen[digits - pointAt]
    }

    private static func isDecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
