internal import Glibc

/// An RTSP answer or request (RFC 2326, sections 6 and 7).
package struct RTSPMessage: Sendable, Equatable {
    package struct Header: Sendable, Equatable {
        /// In small letters.
        package var name: String
        package var value: String
    }

    /// The status of an answer; `nil` for a request.
    package var status: Int?
    package var method = ""
    package var uri = ""
    package var headers: [Header] = []
    package var body: [UInt8] = []

    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    package func all(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
    package var sequence: Int? { header("cseq").flatMap { Int($0) } }
}

/// Cuts what came over an RTSP connection into messages and interleaved packets (RFC 2326, section 10.12).
/// All input is taken to be hostile.
package enum WireParser {
    package enum Unit: Equatable {
        /// The payload's place in the buffer.
        case packet(channel: UInt8, payload: Range<Int>)
        case message(RTSPMessage)
        /// More bytes are needed.
        case incomplete
        /// Not RTSP: why, for people.
        case garbage(String)
    }

    package static let maxHeader = 64 * 1024
    package static let maxBody = 256 * 1024

    /// The unit that begins at `start`, and where the next one begins.
    package static func next(in buffer: UnsafeRawBufferPointer, at start: Int) -> (unit: Unit, end: Int) {
        var start = start
        while start < buffer.count, buffer[start] == 0x0d || buffer[start] == 0x0a { start += 1 }
        guard start < buffer.count else { return (.incomplete, start) }
        guard buffer[start] == UInt8(ascii: "$") else { return message(in: buffer, at: start) }
        guard buffer.count - start >= 4 else { return (.incomplete, start) }
        let end = start + 4 + (Int(buffer[start + 2]) << 8 | Int(buffer[start + 3]))
        guard end <= buffer.count else { return (.incomplete, start) }
        return (.packet(channel: buffer[start + 1], payload: (start + 4)..<end), end)
    }

    /// Whether a unit of a stream that plays may begin at `start`: a packet of RTP or RTCP (both of version 2), an answer,
    /// or a request that cameras make. Too few bytes to tell are taken for a beginning.
    package static func mayBegin(in buffer: UnsafeRawBufferPointer, at start: Int) -> Bool {
        var start = start
        while start < buffer.count, buffer[start] == 0x0d || buffer[start] == 0x0a { start += 1 }
        guard start < buffer.count else { return true }
        if buffer[start] == UInt8(ascii: "$") {
            guard buffer.count - start > 4 else { return true }
            // Behind an empty packet stands the next unit.
            let isEmpty = buffer[start + 2] == 0 && buffer[start + 3] == 0
            return isEmpty ? isFirst(buffer[start + 4]) : buffer[start + 4] >> 6 == 2
        }
        let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
        return beginnings.contains { words in
            let count = min(rest.count, words.count)
            return rest.prefix(count).elementsEqual(words.prefix(count))
        }
    }

    private static let beginnings = [
        "RTSP/", "OPTIONS ", "ANNOUNCE ", "REDIRECT ", "SET_PARAMETER ", "GET_PARAMETER ", "TEARDOWN ",
        "PLAY_NOTIFY ",
    ].map { Array($0.utf8) }

    /// Whether a unit may begin with that byte.
    private static func isFirst(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "$"), 0x0d, 0x0a: true
        // The first letters of the beginnings.
        case UInt8(ascii: "R"), UInt8(ascii: "O"), UInt8(ascii: "A"), UInt8(ascii: "S"), UInt8(ascii: "G"),
            UInt8(ascii: "T"), UInt8(ascii: "P"):
            true
        default: false
        }
    }

    /// Where, after `start`, a unit may begin again; the end of the bytes where none does.
    package static func beginning(in buffer: UnsafeRawBufferPointer, after start: Int) -> Int {
        var index = start + 1
        while index < buffer.count {
            // Line ends before a unit are passed over once, however many there are.
            var place = index
            while place < buffer.count, buffer[place] == 0x0d || buffer[place] == 0x0a { place += 1 }
            if place == buffer.count || isFirst(buffer[place]) && mayBegin(in: buffer, at: place) { return index }
            index = place + 1
        }
        return buffer.count
    }

    private static func message(in buffer: UnsafeRawBufferPointer, at start: Int) -> (unit: Unit, end: Int) {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
        guard isPlausible(rest) else { return (.garbage("sent bytes that are not RTSP"), start) }
        guard let head = headerLength(in: rest) else {
            if rest.count > maxHeader { return (.garbage("sent a header without end"), start) }
            return (.incomplete, start)
        }
        guard head.total <= maxHeader else { return (.garbage("sent a header without end"), start) }
        let lines = rest[..<head.text].split(separator: 0x0a).map { line -> Substring in
            let bytes = line.last == 0x0d ? line.dropLast() : line
            return Substring(decoding: bytes, as: UTF8.self)
        }
        guard let first = lines.first, var message = startLine(first) else {
            return (.garbage("sent something other than RTSP"), start)
        }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmed
            message.headers.append(.init(name: line[..<colon].trimmed.lowercased(), value: String(value)))
        }
        var length = 0
        if let text = message.header("content-length") {
            guard let number = Int(text), number >= 0, number <= maxBody else {
                return (.garbage("announced a body of an impossible length"), start)
            }
            length = number
        }
        guard rest.count - head.total >= length else { return (.incomplete, start) }
        message.body = Array(rest[head.total..<(head.total + length)])
        return (.message(message), start + head.total + length)
    }

    /// Whether the bytes may become a message: printable until the end of the first line.
    private static func isPlausible(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first, first >= 0x41, first <= 0x5a else { return false }
        for byte in bytes.prefix(2_048) {
            if byte == 0x0d || byte == 0x0a { return true }
            if byte < 0x20 || byte > 0x7e { return false }
        }
        return bytes.count < 2_048
    }

    /// The length of the header's text, and of the header with the empty line that ends it.
    private static func headerLength(in bytes: UnsafeRawBufferPointer) -> (text: Int, total: Int)? {
        guard let base = bytes.baseAddress else { return nil }
        var index = 0
        while let found = memchr(base + index, 0x0a, bytes.count - index) {
            let newline = base.distance(to: UnsafeRawPointer(found))
            var next = newline + 1
            if next < bytes.count, bytes[next] == 0x0d { next += 1 }
            guard next < bytes.count else { return nil }
            if bytes[next] == 0x0a { return (newline, next + 1) }
            index = newline + 1
        }
        return nil
    }

    private static func startLine(_ line: Substring) -> RTSPMessage? {
        var message = RTSPMessage()
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2 else { return nil }
        if line.hasPrefix("RTSP/") {
            guard words[1].utf8.count == 3, let status = Int(words[1]), status >= 100 else { return nil }
            message.status = status
        } else {
            guard words.count == 3, words[2].hasPrefix("RTSP/") else { return nil }
            message.method = String(words[0])
            message.uri = String(words[1])
        }
        return message
    }
}

extension Substring {
    var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return start.prefix(0) }
        return start[...last]
    }
}
