internal import Base

/// Writes an `AnyValue` of protobuf as JSON.
enum WireJSON {
    /// Writes the value of the field at which `cursor` stands.
    /// - Parameter limit: how many bytes there are to be at most.
    /// - Returns: whether it keeps within that, and within the depth that values may have; what was written of others is
    ///   to be taken back.
    static func write(
        _ cursor: inout WireCursor, to bytes: inout [UInt8], until limit: Int, depth: Int = 0
    ) throws(OTLPError) -> Bool {
        guard depth < SpanBounds.depthMax, bytes.count <= limit else { return false }
        let tag = try cursor.varint()
        switch tag {
        case WireCursor.tag(1, .counted): JSONText.write(cursor.content(try cursor.counted()), to: &bytes)
        case WireCursor.tag(2, .varint): bytes += (try cursor.varint() == 0 ? "false" : "true").utf8
        case WireCursor.tag(3, .varint): bytes += String(Int64(bitPattern: try cursor.varint())).utf8
        case WireCursor.tag(4, .fixed64): JSONText.write(Double(bitPattern: try cursor.fixed64()), to: &bytes)
        case WireCursor.tag(5, .counted):
            return try items(try cursor.message(), ofMap: false, to: &bytes, until: limit, depth)
        case WireCursor.tag(6, .counted):
            return try items(try cursor.message(), ofMap: true, to: &bytes, until: limit, depth)
        case WireCursor.tag(7, .counted): JSONText.writeBase64(cursor.content(try cursor.counted()), to: &bytes)
        default:
            try cursor.skip(tag)
            bytes += "null".utf8
        }
        return bytes.count <= limit
    }

    /// A whole `AnyValue`, of which the last field counts.
    private static func value(
        _ message: WireCursor, to bytes: inout [UInt8], until limit: Int, _ depth: Int
    ) throws(OTLPError) -> Bool {
        var cursor = message
        let start = bytes.count
        while !cursor.isAtEnd {
            bytes.removeLast(bytes.count - start)
            guard try write(&cursor, to: &bytes, until: limit, depth: depth) else { return false }
        }
        if bytes.count == start { bytes += "null".utf8 }
        return true
    }

    /// The values of a list, or the pairs of a map.
    private static func items(
        _ message: WireCursor, ofMap isMap: Bool, to bytes: inout [UInt8], until limit: Int, _ depth: Int
    ) throws(OTLPError) -> Bool {
        var cursor = message
        var isFirst = true
        bytes.append(isMap ? UInt8(ascii: "{") : UInt8(ascii: "["))
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            guard tag == WireCursor.tag(1, .counted) else {
                try cursor.skip(tag)
                continue
            }
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            let item = try cursor.message()
            let isKept =
                isMap
                ? try pair(item, to: &bytes, until: limit, depth + 1)
                : try value(item, to: &bytes, until: limit, depth + 1)
            guard isKept else { return false }
        }
        bytes.append(isMap ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        return true
    }

    private static func pair(
        _ message: WireCursor, to bytes: inout [UInt8], until limit: Int, _ depth: Int
    ) throws(OTLPError) -> Bool {
        var key: WireCursor?
        var content: WireCursor?
        var cursor = message
        while !cursor.isAtEnd {
            let tag = try cursor.varint()
            switch tag {
            case WireCursor.tag(1, .counted): key = try cursor.message()
            case WireCursor.tag(2, .counted): content = try cursor.message()
            default: try cursor.skip(tag)
            }
        }
        JSONText.write(key?.rest ?? UnsafeRawBufferPointer(start: nil, count: 0), to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        guard let content else {
            bytes += "null".utf8
            return bytes.count <= limit
        }
        return try value(content, to: &bytes, until: limit, depth)
    }
}
