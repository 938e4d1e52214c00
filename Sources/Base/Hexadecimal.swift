/// Writes numbers and bytes in hexadecimal digits.
public enum Hexadecimal {
    /// Two lower-case digits a byte.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { $0 += digits($1) }
    }

    /// The two digits of a byte.
    public static func digits(_ byte: UInt8, uppercase: Bool = false) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: uppercase)
    }

    /// Lower-case digits of the whole width of the number's type: 16 of one of 64 bits.
    public static func padded(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: number.bitWidth / 4 - digits.count) + digits
    }
}
