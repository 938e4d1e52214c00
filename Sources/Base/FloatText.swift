/// Doubles as text, in the forms that Go's `strconv` gives them and Prometheus' interfaces therefore show.
public enum FloatText {
    /// Appends the shortest text that reads back as `value`, in plain digits wherever that is readable:
    /// exponents only under 1e-6 and from 1e21 on. The form of the HTTP API (`"0.25"`, `"1e-07"`, `"+Inf"`, `"NaN"`).
    public static func appendPlain(_ value: Double, to bytes: inout [UInt8]) {
        let magnitude = value.magnitude
        append(value, exponentWhen: { _ in magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21) }, to: &bytes)
    }

    /// Appends the shortest text that reads back as `value`, with an exponent where Go's `%g` and `%v` have one:
    /// under 1e-4 and from 1e21 on. The form of the exposition formats and of templates.
    public static func appendGeneral(_ value: Double, to bytes: inout [UInt8]) {
        append(value, exponentWhen: { $0 < -4 || $0 >= 21 }, to: &bytes)
    }

    /// ``appendPlain(_:to:)`` as a text.
    public static func plain(_ value: Double) -> String {
        var bytes: [UInt8] = []
        appendPlain(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// ``appendGeneral(_:to:)`` as a text.
    public static func general(_ value: Double) -> String {
        var bytes: [UInt8] = []
        appendGeneral(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The shortest text that reads back as `value`, always with an exponent (`1e+00`). The form of values of alerts.
    public static func scientific(_ value: Double) -> String {
        var bytes: [UInt8] = []
        appendReal(value, exponentWhen: { _ in true }, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ value: Double, exponentWhen needsExponent: (Int) -> Bool, to bytes: inout [UInt8]) {
        if appendWhole(value, to: &bytes) { return }
        appendReal(value, exponentWhen: needsExponent, to: &bytes)
    }

    private static func appendReal(
        _ value: Double, exponentWhen needsExponent: (Int) -> Bool, to bytes: inout [UInt8]
    ) {
        if value.isNaN { return bytes.append(contentsOf: "NaN".utf8) }
        if value.isInfinite { return bytes.append(contentsOf: (value < 0 ? "-Inf" : "+Inf").utf8) }
        var (digits, exponent) = shortestDigits(value.magnitude)
        if value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
        if needsExponent(exponent) {
            bytes.append(digits.removeFirst())
            if !digits.isEmpty {
                bytes.append(UInt8(ascii: "."))
                bytes.append(contentsOf: digits)
            }
            bytes.append(contentsOf: (exponent < 0 ? "e-" : "e+").utf8)
            let size = exponent.magnitude
            if size < 10 { bytes.append(UInt8(ascii: "0")) }
            bytes.append(contentsOf: String(size).utf8)
        } else if exponent < 0 {
            bytes.append(contentsOf: "0.".utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -exponent - 1))
            bytes.append(contentsOf: digits)
        } else {
            let whole = min(exponent + 1, digits.count)
            bytes.append(contentsOf: digits[..<whole])
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: exponent + 1 - whole))
            if whole < digits.count {
                bytes.append(UInt8(ascii: "."))
                bytes.append(contentsOf: digits[whole...])
            }
        }
    }

    /// Whole numbers of up to 15 digits, which most samples are, without the general way round.
    private static func appendWhole(_ value: Double, to bytes: inout [UInt8]) -> Bool {
        guard value.magnitude < 1e15, let whole = Int64(exactly: value), !(whole == 0 && value.sign == .minus) else {
            return false
        }
        var rest = whole.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        if whole < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes[start...].reverse()
        return true
    }

    /// Digits without leading or trailing zeros, and the decimal exponent of the first one.
    private static func shortestDigits(_ magnitude: Double) -> (digits: [UInt8], exponent: Int) {
        if magnitude == 0 { return ([UInt8(ascii: "0")], 0) }
        var digits: [UInt8] = []
        var pointAt: Int?
        var exponent = 0
        let text = magnitude.description.utf8
        for (index, byte) in zip(text.indices, text) {
            if byte == UInt8(ascii: ".") {
                pointAt = digits.count
            } else if byte == UInt8(ascii: "e") {
                exponent = Int(String(text[text.index(after: index)...]) ?? "") ?? 0
                break
            } else {
                digits.append(byte)
            }
        }
        exponent += (pointAt ?? digits.count) - 1
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        exponent -= zeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, exponent)
    }
}
