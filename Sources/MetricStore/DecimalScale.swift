/// Doubles that are decimal numbers of few digits, as whole numbers: 25.03 is 2503 at scale 2.
///
/// Most values of metrics were written as short decimals. Their mantissas are small whole numbers whose differences
/// take few bits, where the bits of the doubles differ in many places.
enum DecimalScale {
    static let max: UInt8 = 12

    /// Mantissas beyond this are not used: the rounding below is exact up to here, and sums of a few stay in 56 bits.
    static let mantissaLimit = Double(1 << 51)

    private static let powers: InlineArray<13, Double> = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
    ]

    @inline(__always)
    static func power(_ scale: UInt8) -> Double { powers[Int(scale)] }

    /// `value` times ten to the `scale`, if that gives the double back bit by bit.
    @inline(__always)
    static func mantissa(of value: Double, at scale: UInt8) -> Int64? {
        let scaled = value * power(scale)
        // False for NaN too.
        guard scaled.magnitude < mantissaLimit else { return nil }
        // Adding and taking away 1.5 * 2^52 rounds to the nearest whole number, without a call into the C library.
        let whole = (scaled + 0x1.8p52) - 0x1.8p52
        guard self.value(of: Int64(whole), at: scale).bitPattern == value.bitPattern else { return nil }
        return Int64(whole)
    }

    /// The double of a mantissa: a correctly rounded quotient of two exact numbers, as reading the decimal text gives.
    @inline(__always)
    static func value(of mantissa: Int64, at scale: UInt8) -> Double { Double(mantissa) / power(scale) }

    /// The smallest scale from `first` on at which `value` is a mantissa.
    static func scale(of value: Double, from first: UInt8 = 0) -> UInt8? {
        guard value.isFinite, first <= max else { return nil }
        for scale in first...max where mantissa(of: value, at: scale) != nil { return scale }
        return nil
    }
}
