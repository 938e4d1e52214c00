internal import Base
internal import Glibc
internal import Model

/// Reads JSON from memory that the caller keeps alive, one value after the other and without building any: a text is the
/// place where it stands. Every place is compared with the end before it is looked at.
///
/// Each value is to be read or skipped once. Nothing is read recursively, so that no depth is too much.
struct JSONCursor {
    /// A text as it stands there, without its quotes.
    struct Text {
        var slice: ByteSlice
        var hasEscapes: Bool
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0
    /// Whether a value of the object or list was read already.
    private var isBehindValue = false

    private static let damaged = OTLPError("it is not whole JSON")

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    // MARK: What comes next

    private mutating func next() throws(OTLPError) -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            if byte > 0x20 { return byte }
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { break }
            position += 1
        }
        throw Self.damaged
    }

    /// Begins an object; where the value is none, it is skipped.
    mutating func beginsObject() throws(OTLPError) -> Bool { try begins(UInt8(ascii: "{")) }

    /// Begins a list; where the value is none, it is skipped.
    mutating func beginsList() throws(OTLPError) -> Bool { try begins(UInt8(ascii: "[")) }

    private mutating func begins(_ mark: UInt8) throws(OTLPError) -> Bool {
        guard try next() == mark else {
            try skip()
            return false
        }
        position += 1
        isBehindValue = false
        return true
    }

    /// The name of the next member of the object that was begun last, or `nil` at its end; its escapes stay in it.
    mutating func member() throws(OTLPError) -> ByteSlice? { try memberText()?.slice }

    /// The same, as a text.
    mutating func memberText() throws(OTLPError) -> Text? {
        guard try goesOn(until: UInt8(ascii: "}")) else { return nil }
        guard let name = try text(), try next() == UInt8(ascii: ":") else { throw Self.damaged }
        position += 1
        return name
    }

    /// Whether the list that was begun last has another element.
    mutating func hasElement() throws(OTLPError) -> Bool { try goesOn(until: UInt8(ascii: "]")) }

    private mutating func goesOn(until end: UInt8) throws(OTLPError) -> Bool {
        var byte = try next()
        if byte == end {
            position += 1
            isBehindValue = true
            return false
        }
        if isBehindValue {
            guard byte == UInt8(ascii: ",") else { throw Self.damaged }
            position += 1
            isBehindValue = false
            byte = try next()
            guard byte != end else { throw Self.damaged }
        }
        return true
    }

    /// Whether nothing but white space is left.
    mutating func isAtEnd() -> Bool { (try? next()) == nil && position == bytes.count }

    // MARK: Values

    /// A text; `nil` for another value, which is skipped.
    mutating func text() throws(OTLPError) -> Text? {
        guard try next() == UInt8(ascii: "\"") else {
            try skip()
            return nil
        }
        let start = position + 1
        var search = start
        while let base = bytes.baseAddress, let quote = memchr(base + search, 0x22, bytes.count - search) {
            let end = base.distance(to: UnsafeRawPointer(quote))
            // A quote behind an odd number of backslashes ends nothing.
            var backslashes = 0
            while end - backslashes > start, bytes[end - 1 - backslashes] == UInt8(ascii: "\\") { backslashes += 1 }
            search = end + 1
            if backslashes % 2 == 1 { continue }
            position = search
            isBehindValue = true
            let slice = ByteSlice(offset: UInt32(start), count: UInt32(end - start))
            return Text(slice: slice, hasEscapes: memchr(base + start, 0x5c, end - start) != nil)
        }
        throw Self.damaged
    }

    /// A number or a word as it stands there, also where it stands as a text; empty for another value, which is skipped.
    mutating func plain() throws(OTLPError) -> UnsafeRawBufferPointer {
        let byte = try next()
        if byte == UInt8(ascii: "\"") { return content(try text()?.slice ?? .empty) }
        guard Self.isPlain(byte) else {
            try skip()
            return content(.empty)
        }
        let start = position
        while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
        isBehindValue = true
        return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    /// Goes past a value, however deep.
    mutating func skip() throws(OTLPError) {
        var depth = 0
        repeat {
            switch try next() {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case UInt8(ascii: "\""): _ = try text()
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw Self.damaged }
                position += 1
            case let byte:
                guard Self.isPlain(byte) else { throw Self.damaged }
                _ = try plain()
            }
            guard depth >= 0 else { throw Self.damaged }
        } while depth > 0
        isBehindValue = true
    }

    /// The bytes of a slice.
    func content(_ slice: ByteSlice) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(slice.offset)..<Int(slice.offset) + Int(slice.count)])
    }

    /// What stands between the place of an earlier look and this one.
    func since(_ earlier: JSONCursor) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[earlier.position..<position])
    }

    /// Whether a slice is this text.
    func holds(_ slice: ByteSlice, _ text: StaticString) -> Bool {
        guard Int(slice.count) == text.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
        return memcmp(base + Int(slice.offset), text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    // MARK: What texts and numbers mean

    /// A whole number without a sign, of digits or as a number of JSON; 0 for anything else.
    static func unsigned(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var value: UInt64 = 0
        for byte in text {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return UInt64(exactly: double(text) ?? 0) ?? 0 }
            let (product, isLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLarge) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if isLarge || isTooLarge { return .max }
            value = sum
        }
        return value
    }

    /// A whole number; `nil` where the text is none.
    static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? text.dropFirst() : text[...]
        guard !digits.isEmpty else { return nil }
        var value: Int64 = 0
        for byte in digits {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else {
                return double(text).flatMap { Int64(exactly: $0) }
            }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (product, isLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLarge) = product.subtractingReportingOverflow(digit)
            if isLarge || isTooLarge { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// A number, also one that JSON itself does not have: `NaN`, `Infinity`.
    static func double(_ text: UnsafeRawBufferPointer) -> Double? {
        text.withMemoryRebound(to: UInt8.self) { FloatText.read($0) }
            ?? (text.count < 16 ? Double(String(decoding: text, as: UTF8.self)) : nil)
    }

    /// Writes what a text with escapes means; half of a pair becomes U+FFFD.
    static func unescape(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) throws(OTLPError) {
        var index = 0
        func unit(_ start: Int) throws(OTLPError) -> UInt32 {
            guard start + 4 <= text.count else { throw damaged }
            var value: UInt32 = 0
            for byte in text[start..<start + 4] {
                guard let digit = Hexadecimal.value(byte) else { throw damaged }
                value = value << 4 | UInt32(digit)
            }
            return value
        }
        while index < text.count {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard index < text.count else { throw damaged }
            let escape = text[index]
            index += 1
            switch escape {
            case UInt8(ascii: "n"): bytes.append(0x0a)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0d)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0c)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(escape)
            case UInt8(ascii: "u"):
                var value = try unit(index)
                index += 4
                if 0xd800..<0xdc00 ~= value, index + 6 <= text.count, text[index] == UInt8(ascii: "\\"),
                    text[index + 1] == UInt8(ascii: "u")
                {
                    let low = try unit(index + 2)
                    if 0xdc00..<0xe000 ~= low {
                        value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
                        index += 6
                    }
                }
                let scalar = Unicode.Scalar(value) ?? "\u{fffd}"
                bytes += String(Character(scalar)).utf8
            default: throw damaged
            }
        }
    }
}
