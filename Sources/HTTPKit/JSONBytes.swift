internal import Base
package import Model

/// Writes JSON straight into bytes: answers of queries are too wide to build as objects first.
package struct JSONBytes: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Forgets what was written; the memory stays for what comes next.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// JSON as it stands in the source.
    package mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    package mutating func append(_ other: JSONBytes) { bytes.append(contentsOf: other.bytes) }

    /// Bytes that are JSON already.
    package mutating func append(bytes json: some Collection<UInt8>) { bytes.append(contentsOf: json) }

    /// Text that is JSON already.
    package mutating func append(text: String) { bytes.append(contentsOf: text.utf8) }

    /// Lets `write` put up to `bound` bytes behind what is there.
    /// - Parameter write: returns how many it did; all of them are to be written by then.
    package mutating func appendUnsafely(atMost bound: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bound) { buffer in
            guard let base = buffer.baseAddress else { return }
            bytes.append(contentsOf: UnsafeBufferPointer(start: base, count: write(base)))
        }
    }

    /// A comma before each element but the first.
    package mutating func comma(unlessFirst isFirst: inout Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    /// A text between quotes.
    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    /// A text in UTF-8.
    private mutating func string(_ text: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: text)
        } else {
            for byte in text { appendEscaped(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case UInt8(ascii: "\n"): raw("\\n")
        case UInt8(ascii: "\r"): raw("\\r")
        case UInt8(ascii: "\t"): raw("\\t")
        case 0..<0x20:
            raw("\\u00")
            bytes.append(contentsOf: Hexadecimal.digits(byte).utf8)
        default: bytes.append(byte)
        }
    }

    /// A whole number; one that 64 bits do not hold becomes the nearest that they do.
    @inlinable
    package mutating func number(_ value: some BinaryInteger) { whole(Int64(clamping: value)) }

    @usableFromInline
    mutating func whole(_ value: Int64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: FloatText.bytesMax) { buffer in
            guard let base = buffer.baseAddress else { return }
            let count = FloatText.write(value, to: base)
            bytes.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
        }
    }

    /// Seconds since the epoch, with milliseconds only where there are any.
    package mutating func timestamp(_ milliseconds: Int64) {
        if milliseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
        number(seconds)
        guard rest != 0 else { return }
        bytes.append(UInt8(ascii: "."))
        for digit in [rest / 100, rest / 10 % 10, rest % 10] { bytes.append(UInt8(ascii: "0") + UInt8(digit)) }
    }

    /// `[seconds,"value"]`.
    package mutating func sample(_ timestamp: Int64, _ value: Double) {
        raw("[")
        self.timestamp(timestamp)
        raw(",\"")
        self.value(value)
        raw("\"]")
    }

    /// A sample's value as the text that stands between quotes.
    package mutating func value(_ value: Double) { FloatText.append(value, .plain, to: &bytes) }

    /// An object of a series' labels.
    package mutating func labels(_ labels: Labels) {
        raw("{")
        labels.packed.withUnsafeBytes { packed in
            var cursor = PackedTextCursor(packed)
            var isFirst = true
            while let name = cursor.next(), let value = cursor.next() {
                comma(unlessFirst: &isFirst)
                string(name)
                raw(":")
                string(value)
            }
        }
        raw("}")
    }

    /// An array, of which `write` writes each element.
    @inlinable
    package mutating func list<Element>(_ elements: some Sequence<Element>, _ write: (inout JSONBytes, Element) -> Void)
    {
        raw("[")
        var isFirst = true
        for element in elements {
            comma(unlessFirst: &isFirst)
            write(&self, element)
        }
        raw("]")
    }

    /// What the caller should know about an answer, behind its data.
    package mutating func notes(warnings: [String], infos: [String]) {
        if !warnings.isEmpty {
            raw(#","warnings":"#)
            list(warnings) { $0.string($1) }
        }
        if !infos.isEmpty {
            raw(#","infos":"#)
            list(infos) { $0.string($1) }
        }
    }
}
