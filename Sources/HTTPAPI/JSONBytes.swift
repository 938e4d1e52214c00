internal import Base
internal import Model

/// Writes JSON straight into bytes: answers of queries are too wide to build as objects first.
struct JSONBytes {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Text that is JSON already.
    mutating func append(text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func comma(unlessFirst isFirst: inout Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): raw("\\\"")
            case UInt8(ascii: "\\"): raw("\\\\")
            case UInt8(ascii: "\n"): raw("\\n")
            case UInt8(ascii: "\r"): raw("\\r")
            case UInt8(ascii: "\t"): raw("\\t")
            case 0..<0x20:
                raw("\\u00")
                bytes.append(contentsOf: Self.hexadecimal(byte))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    mutating func number(_ value: some FixedWidthInteger) { bytes.append(contentsOf: String(value).utf8) }

    /// Seconds since the epoch, with milliseconds only where there are any.
    mutating func timestamp(_ milliseconds: Int64) {
        if milliseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
        number(seconds)
        guard rest != 0 else { return }
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: String(1_000 + rest).utf8.dropFirst())
    }

    /// `[seconds,"value"]`.
    mutating func sample(_ timestamp: Int64, _ value: Double) {
        raw("[")
        self.timestamp(timestamp)
        raw(",\"")
        self.value(value)
        raw("\"]")
    }

    /// A sample's value as the text that stands between quotes.
    mutating func value(_ value: Double) { FloatText.appendPlain(value, to: &bytes) }

    mutating func labels(_ labels: Labels) {
        raw("{")
        var isFirst = true
        for label in labels {
            comma(unlessFirst: &isFirst)
            string(label.name)
            raw(":")
            string(label.value)
        }
        raw("}")
    }

    mutating func list<Element>(_ elements: some Sequence<Element>, _ write: (inout JSONBytes, Element) -> Void) {
        raw("[")
        var isFirst = true
        for element in elements {
            comma(unlessFirst: &isFirst)
            write(&self, element)
        }
        raw("]")
    }
}
