/// Reads a JSON text (RFC 8259) into nodes that know their places.
///
/// Bounded in depth and in the number of values while it reads; the text itself is bounded by who reads the file.
struct JSONReader {
    /// Grafana's own exports are nested some ten deep.
    static let depthMax = 128
    static let valuesMax = 2_000_000

    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private var values = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// - Throws: ``JSONProblem``.
    static func read(_ text: String) throws(JSONProblem) -> JSONNode {
        var text = text
        let result = text.withUTF8 { bytes -> Result<JSONNode, JSONProblem> in
            var reader = JSONReader(bytes)
            do throws(JSONProblem) {
                // A byte order mark, which editors of Windows write.
                if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { reader.offset = 3 }
                let node = try reader.value(depth: 0)
                reader.skipSpace()
                if reader.offset < bytes.count { throw reader.problem("there is more after the end of the JSON") }
                return .success(node)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func problem(_ reason: String) -> JSONProblem { JSONProblem(reason: reason, offset: offset) }

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func value(depth: Int) throws(JSONProblem) -> JSONNode {
        skipSpace()
        guard offset < bytes.count else { throw problem("the text ends before a value is whole") }
        values += 1
        if values > Self.valuesMax { throw problem("there are more than \(Self.valuesMax) values") }
        if depth > Self.depthMax { throw problem("it is nested deeper than \(Self.depthMax)") }
        let start = offset
        switch bytes[offset] {
        case UInt8(ascii: "{"): return JSONNode(.object(try members(depth: depth)), at: start)
        case UInt8(ascii: "["): return JSONNode(.list(try items(depth: depth)), at: start)
        case UInt8(ascii: "\""): return JSONNode(.text(try text()), at: start)
        case UInt8(ascii: "t"): return JSONNode(try literal("true", .bool(true)), at: start)
        case UInt8(ascii: "f"): return JSONNode(try literal("false", .bool(false)), at: start)
        case UInt8(ascii: "n"): return JSONNode(try literal("null", .null), at: start)
        default: return JSONNode(.number(try number()), at: start)
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSONNode.Value) throws(JSONProblem) -> JSONNode.Value {
        let count = word.utf8CodeUnitCount
        let isThere =
            offset + count <= bytes.count
            && (0..<count).allSatisfy { bytes[offset + $0] == word.utf8Start[$0] }
        guard isThere else { throw problem("there is no value of JSON here") }
        offset += count
        return value
    }

    private mutating func members(depth: Int) throws(JSONProblem) -> [(key: String, value: JSONNode)] {
        offset += 1
        var members: [(key: String, value: JSONNode)] = []
        skipSpace()
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "}") {
            offset += 1
            return []
        }
        while true {
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                throw problem("a key in quotes is missing here")
            }
            let key = try text()
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else {
                throw problem("a colon is missing after the key \"\(key.prefix(60))\"")
            }
            offset += 1
            members.append((key, try value(depth: depth + 1)))
            if try ends(with: UInt8(ascii: "}")) { return members }
        }
    }

    private mutating func items(depth: Int) throws(JSONProblem) -> [JSONNode] {
        offset += 1
        var items: [JSONNode] = []
        skipSpace()
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "]") {
            offset += 1
            return []
        }
        while true {
            items.append(try value(depth: depth + 1))
            if try ends(with: UInt8(ascii: "]")) { return items }
        }
    }

    /// Whether the list or object ends here; else a comma is taken.
    private mutating func ends(with end: UInt8) throws(JSONProblem) -> Bool {
        skipSpace()
        guard offset < bytes.count else { throw problem("the text ends before a list or an object does") }
        let byte = bytes[offset]
        guard byte == end || byte == UInt8(ascii: ",") else { throw problem("a comma is missing here") }
        offset += 1
        return byte == end
    }

    private mutating func number() throws(JSONProblem) -> Double {
        let start = offset
        while offset < bytes.count, "+-.0123456789eE".utf8.contains(bytes[offset]) { offset += 1 }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        let number = Double(text)
        if let number, number.isFinite { return number }
        offset = start
        throw problem(number == nil ? "there is no value of JSON here" : "this number is too large")
    }

    private mutating func text() throws(JSONProblem) -> String {
        offset += 1
        var plain = offset
        var text = ""
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                text += String(decoding: bytes[plain..<offset], as: UTF8.self)
                offset += 1
                return text
            }
            if byte < 0x20 { throw problem("a text goes over the end of its line: a quote is missing") }
            offset += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            text += String(decoding: bytes[plain..<(offset - 1)], as: UTF8.self)
            text += try escape()
            plain = offset
        }
        throw problem("the text ends inside quotes")
    }

    private mutating func escape() throws(JSONProblem) -> String {
        guard offset < bytes.count else { throw problem("the text ends inside quotes") }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte))
        case UInt8(ascii: "u"): return try unicode()
        default: throw problem("no escape of JSON begins so")
        }
    }

    /// `\uD83D\uDE00` are two halves of one letter.
    private mutating func unicode() throws(JSONProblem) -> String {
        let first = try hexadecimal()
        guard (0xD800..<0xDC00).contains(first), offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u")
        else { return UnicodeScalar(first).map { String(Character($0)) } ?? "\u{FFFD}" }
        let before = offset
        offset += 2
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second) else {
            offset = before
            return "\u{FFFD}"
        }
        let scalar = UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        return scalar.map { String(Character($0)) } ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
        guard offset + 4 <= bytes.count,
            let value = UInt32(String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self), radix: 16)
        else { throw problem("four hexadecimal digits are missing after \\u") }
        offset += 4
        return value
    }
}

/// Lines and columns of a text, counted from 1; columns in letters.
struct TextPlaces {
    private let lines: [Int]
    private let bytes: [UInt8]

    init(_ text: String) {
        let bytes = Array(text.utf8)
        self.bytes = bytes
        lines = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
    }

    func place(_ offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(0, offset), bytes.count)
        var (low, high) = (0, lines.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lines[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, String(decoding: bytes[lines[low]..<offset], as: UTF8.self).count + 1)
    }
}
