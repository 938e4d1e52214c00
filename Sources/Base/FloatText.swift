internal import CCharconv

/// Doubles as text, in the forms that Go's `strconv` gives them and Prometheus' interfaces therefore show.
public enum FloatText {
    /// Which numbers are written with an exponent.
    public enum Form: Sendable {
        /// Under 1e-6 and from 1e21 on: the form of the HTTP API (`"0.25"`, `"1e-07"`, `"+Inf"`, `"NaN"`).
        case plain
        /// Under 1e-4 and from 1e21 on, as Go's `%g` and `%v`: the form of the exposition formats and of templates.
        case general
        /// All (`1e+00`): the form of values of alerts.
        case scientific

        fileprivate func needsExponent(_ exponent: Int) -> Bool {
            switch self {
            case .plain: exponent < -6 || exponent >= 21
            case .general: exponent < -4 || exponent >= 21
            case .scientific: true
            }
        }
    }

    /// The most bytes that a number takes.
    public static let bytesMax = 32

    /// Writes the shortest text that reads back as `value` to `target`, where ``bytesMax`` bytes have room.
    /// - Returns: how many bytes were written.
    public static func write(_ value: Double, _ form: Form, to target: UnsafeMutablePointer<UInt8>) -> Int {
        if form != .scientific, let count = writeWhole(value, to: target) { return count }
        var cursor = TextCursor(target)
        if value.isNaN {
            cursor.append("NaN")
        } else if value.isInfinite {
            cursor.append(value < 0 ? "-Inf" : "+Inf")
        } else {
            if value.sign == .minus { cursor.append(UInt8(ascii: "-")) }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
                var exponent: Int32 = 0
                var count = 1
                if value == 0 {
                    digits.initializeElement(at: 0, to: UInt8(ascii: "0"))
                } else if let first = digits.baseAddress {
                    count = Int(wp_shortest_digits(value.magnitude, first, &exponent))
                }
                write(UnsafeBufferPointer(rebasing: digits[..<count]), Int(exponent), form, to: &cursor)
            }
        }
        return cursor.count
    }

    private static func write(
        _ digits: UnsafeBufferPointer<UInt8>, _ exponent: Int, _ form: Form, to cursor: inout TextCursor
    ) {
        if form.needsExponent(exponent) {
            cursor.append(digits[0])
            if digits.count > 1 {
                cursor.append(UInt8(ascii: "."))
                cursor.append(digits[1...])
            }
            cursor.append(exponent < 0 ? "e-" : "e+")
            let size = exponent.magnitude
            if size >= 100 { cursor.append(UInt8(ascii: "0") + UInt8(size / 100)) }
            cursor.append(UInt8(ascii: "0") + UInt8(size / 10 % 10))
            cursor.append(UInt8(ascii: "0") + UInt8(size % 10))
        } else if exponent < 0 {
            cursor.append("0.")
            for _ in 1..<(-exponent) { cursor.append(UInt8(ascii: "0")) }
            cursor.append(digits[...])
        } else {
            let whole = min(exponent + 1, digits.count)
            cursor.append(digits[..<whole])
            for _ in whole..<(exponent + 1) { cursor.append(UInt8(ascii: "0")) }
            if whole < digits.count {
                cursor.append(UInt8(ascii: "."))
                cursor.append(digits[whole...])
            }
        }
    }

    /// Whole numbers of up to 15 digits, which most samples are, without the general way round.
    @inline(__always)
    private static func writeWhole(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int? {
        guard value.magnitude < 1e15 else { return nil }
        let whole = Int64(value)
        // Compared by bits, so that -0 goes the general way.
        guard Double(whole).bitPattern == value.bitPattern else { return nil }
        return write(whole, to: target)
    }

    /// Writes a whole number to `target`, where 20 bytes have room.
    /// - Returns: how many bytes were written.
    @inline(__always)
    public static func write(_ whole: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
        var rest = whole.magnitude
        if rest < 10, whole >= 0 {
            target[0] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest)
            return 1
        }
        var length = 1
        var bound: UInt64 = 10
        while length < 20, rest >= bound {
            length += 1
            let (next, overflows) = bound.multipliedReportingOverflow(by: 10)
            if overflows { break }
            bound = next
        }
        let sign = whole < 0 ? 1 : 0
        if sign == 1 { target[0] = UInt8(ascii: "-") }
        var index = sign + length
        while index > sign {
            index -= 1
            let quotient = rest / 10
            target[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest - quotient * 10)
            rest = quotient
        }
        return sign + length
    }

    /// The number that all of `text` is: decimal digits, with a point and an exponent if it likes. `nil` where it is
    /// none, or one that is too large.
    public static func read(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let base = text.baseAddress else { return nil }
        var value = 0.0
        return wp_read_decimal(base, text.count, &value) ? value : nil
    }

    // MARK: Into arrays and texts

    /// Appends the text of `value`.
    public static func append(_ value: Double, _ form: Form, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytesMax) { buffer in
            guard let base = buffer.baseAddress else { return }
            bytes.append(contentsOf: UnsafeBufferPointer(start: base, count: write(value, form, to: base)))
        }
    }

    private static func text(_ value: Double, _ form: Form) -> String {
        var bytes: [UInt8] = []
        append(value, form, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The shortest digits that read back as `value`, never with an exponent, however long that is: the form of the
    /// label that `count_values` gives.
    public static func fixed(_ value: Double) -> String {
        let text = scientific(value)
        guard value.isFinite, let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...])
        else { return text }
        let sign = text.hasPrefix("-") ? "-" : ""
        let digits = text[..<mark].filter { $0.isNumber }
        if exponent < 0 { return "\(sign)0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let rest = digits.dropFirst(exponent + 1)
        let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
        return sign + whole + zeros + (rest.isEmpty ? "" : ".\(rest)")
    }

    /// The text of `value` in the form `plain`.
    public static func plain(_ value: Double) -> String { text(value, .plain) }

    /// The text of `value` in the form `general`.
    public static func general(_ value: Double) -> String { text(value, .general) }

    /// The text of `value` in the form `scientific`.
    public static func scientific(_ value: Double) -> String { text(value, .scientific) }
}

/// Writes into memory that is known to have room.
private struct TextCursor {
    private let start: UnsafeMutablePointer<UInt8>
    private(set) var count = 0

    init(_ start: UnsafeMutablePointer<UInt8>) { self.start = start }

    mutating func append(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { for byte in $0 { append(byte) } }
    }

    mutating func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        for byte in bytes { append(byte) }
    }
}
