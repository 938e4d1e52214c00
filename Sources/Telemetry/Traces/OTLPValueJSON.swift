internal import Model

/// Writes an `AnyValue` of OTLP's JSON as plain JSON: `{"arrayValue":{"values":[{"intValue":"7"}]}}` is `[7]`.
///
/// What a function gives is whether the value keeps within the depth that values may have, and the bytes that there are to be
/// at most; what was written of others is to be taken back, and read over.
enum OTLPValueJSON {
    /// An `ArrayValue`, or a `KeyValueList`.
    static func items(
        _ cursor: inout JSONCursor, ofMap isMap: Bool, to bytes: inout [UInt8], until limit: Int, _ depth: Int
    ) throws(OTLPError) -> Bool {
        var isFirst = true
        let end = isMap ? UInt8(ascii: "}") : UInt8(ascii: "]")
        bytes.append(isMap ? UInt8(ascii: "{") : UInt8(ascii: "["))
        guard try cursor.beginsObject() else {
            bytes.append(end)
            return true
        }
        while let name = try cursor.member() {
            guard cursor.holds(name, "values") else {
                try cursor.skip()
                continue
            }
            guard try cursor.beginsList() else { continue }
            while try cursor.hasElement() {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                let isKept =
                    isMap
                    ? try pair(&cursor, to: &bytes, until: limit, depth + 1)
                    : try value(&cursor, to: &bytes, until: limit, depth + 1)
                guard isKept else { return false }
            }
        }
        bytes.append(end)
        return true
    }

    private static func pair(
        _ cursor: inout JSONCursor, to bytes: inout [UInt8], until limit: Int, _ depth: Int
    ) throws(OTLPError) -> Bool {
        var key: JSONCursor.Text?
        var content: JSONCursor?
        if try cursor.beginsObject() {
            while let name = try cursor.member() {
                if cursor.holds(name, "key") {
                    key = try cursor.text()
                } else {
                    if cursor.holds(name, "value") { content = cursor }
                    try cursor.skip()
                }
            }
        }
        try copy(key, cursor, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        guard var content else {
            bytes += "null".utf8
            return bytes.count <= limit
        }
        return try value(&content, to: &bytes, until: limit, depth)
    }

    /// A text with only the escapes that it needs, so that addresses in it are found whose slashes were escaped.
    private static func copy(
        _ text: JSONCursor.Text?, _ cursor: JSONCursor, to bytes: inout [UInt8]
    ) throws(OTLPError) {
        guard let text else { return bytes += "\"\"".utf8 }
        guard text.hasEscapes else { return JSONText.write(cursor.content(text.slice), to: &bytes) }
        var plain: [UInt8] = []
        try JSONCursor.unescape(cursor.content(text.slice), to: &plain)
        JSONText.write(plain, to: &bytes)
    }

    private static func value(
        _ cursor: inout JSONCursor, to bytes: inout [UInt8], until limit: Int, _ depth: Int
    ) throws(OTLPError) -> Bool {
        guard depth < SpanBounds.depthMax, bytes.count <= limit else { return false }
        let start = bytes.count
        guard try cursor.beginsObject() else {
            bytes += "null".utf8
            return true
        }
        while let name = try cursor.member() {
            bytes.removeLast(bytes.count - start)
            if cursor.holds(name, "stringValue") || cursor.holds(name, "bytesValue") {
                if let text = try cursor.text() { try copy(text, cursor, to: &bytes) }
            } else if cursor.holds(name, "intValue") {
                if let number = JSONCursor.integer(try cursor.plain()) { bytes += String(number).utf8 }
            } else if cursor.holds(name, "boolValue") {
                bytes += (try cursor.plain().elementsEqual("true".utf8) ? "true" : "false").utf8
            } else if cursor.holds(name, "doubleValue") {
                if let number = JSONCursor.double(try cursor.plain()) { JSONText.write(number, to: &bytes) }
            } else if cursor.holds(name, "arrayValue") {
                guard try items(&cursor, ofMap: false, to: &bytes, until: limit, depth) else { return false }
            } else if cursor.holds(name, "kvlistValue") {
                guard try items(&cursor, ofMap: true, to: &bytes, until: limit, depth) else { return false }
            } else {
                try cursor.skip()
            }
        }
        if bytes.count == start { bytes += "null".utf8 }
        return bytes.count <= limit
    }
}
