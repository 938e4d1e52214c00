internal import Glibc

/// The head of an answer of HTTP/1 (RFC 9112, sections 4 and 5).
struct HTTPHead: Equatable {
    struct Header: Equatable {
        /// In small letters.
        var name: String
        var value: String
    }

    var status: Int
    var headers: [Header] = []

    /// More are passed over.
    private static let headersMax = 200

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    func all(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// How long the head is that stands at the beginning of `bytes`; `nil` while its end is not there.
    static func length(in bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 0
        while let newline = bytes.firstNewline(from: index) {
            var next = newline + 1
            if next < bytes.count, bytes[next] == 0x0d { next += 1 }
            guard next < bytes.count else { return nil }
            if bytes[next] == 0x0a { return next + 1 }
            index = newline + 1
        }
        return nil
    }

    /// Whether the bytes may become a head.
    static func mayBegin(_ bytes: UnsafeRawBufferPointer) -> Bool {
        zip(bytes, "HTTP/".utf8).allSatisfy { $0 == $1 }
    }

    /// `nil` for what is no answer of HTTP.
    init?(_ bytes: UnsafeRawBufferPointer) {
        let lines = bytes.split(separator: 0x0a, maxSplits: Self.headersMax + 1).prefix(Self.headersMax + 1).map {
            String(decoding: $0.last == 0x0d ? $0.dropLast() : $0, as: UTF8.self)
        }
        let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1]),
            status >= 100
        else { return nil }
        self.status = status
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers.append(
                Header(
                    name: line[..<colon].trimmed.lowercased(), value: String(line[line.index(after: colon)...].trimmed))
            )
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The place of the next line's end.
    func firstNewline(from start: Int) -> Int? {
        guard let baseAddress, start < count, let found = memchr(baseAddress + start, 0x0a, count - start) else {
            return nil
        }
        return baseAddress.distance(to: UnsafeRawPointer(found))
    }

    /// The place of the next bytes that are those.
    func first(_ needle: [UInt8], from start: Int) -> Int? {
        guard let baseAddress, let first = needle.first else { return nil }
        var index = start
        while index + needle.count <= count,
            let found = memchr(baseAddress + index, Int32(first), count - needle.count + 1 - index)
        {
            let place = baseAddress.distance(to: UnsafeRawPointer(found))
            if memcmp(found, needle, needle.count) == 0 { return place }
            index = place + 1
        }
        return nil
    }

    /// The bytes from `start` on.
    func from(_ start: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[start...]) }

    /// A number whose highest byte comes first.
    func number(at start: Int, bytes: Int) -> Int {
        var value = 0
        for index in start..<(start + bytes) { value = value << 8 | Int(self[index]) }
        return value
    }
}

extension StringProtocol {
    /// Without white space at its ends.
    var trimmed: SubSequence {
        let isSpace = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        let start = drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start.prefix(0) }
        return start[...last]
    }
}
