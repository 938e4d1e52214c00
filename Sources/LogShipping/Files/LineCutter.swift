#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Cuts bytes of a file into lines. What is longer than the limit is read over, and never kept in memory.
struct LineCutter {
    struct Line: Sendable {
        /// Without its end.
        var text: String
        /// Where it begins in the file.
        var offset: Int64
        /// Where the next one begins.
        var end: Int64
        var isTruncated = false
    }

    let limit: Int
    private let format: LineFormat
    private let decoder: LineDecoder
    /// What ends a line; empty until the first bytes of UTF-16 tell its order.
    private var terminator: [UInt8]
    /// Where the line begins of which the end is not there yet.
    private(set) var lineStart: Int64
    /// Where the next bytes are to be read.
    private(set) var position: Int64
    private var partial: [UInt8] = []
    /// The last bytes that were read, where an end of several bytes may have begun.
    private var tail: [UInt8] = []

    /// Whether bytes of a line were read and its end not.
    var isInLine: Bool { position > lineStart }

    init(offset: Int64, limit: Int, format: LineFormat = LineFormat()) {
        lineStart = offset
        position = offset
        self.limit = min(max(1, limit), 1 << 30)
        self.format = format
        decoder = LineDecoder(format)
        switch format.encoding {
        case .utf16(let isBigEndian?):
            decoder.isBigEndian = isBigEndian
            terminator = format.terminatorBytes(isBigEndian: isBigEndian)
        case .utf16(nil): terminator = []
        default: terminator = format.terminatorBytes(isBigEndian: false)
        }
    }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Line) -> Void) {
        if !format.isPlain { return addUnits(bytes, body) }
        var start = 0
        while start < bytes.count {
            if partial.isEmpty, lineStart == position {
                // What a hole leaves in front of a line is none of it.
                let nulls = bytes[start...].prefix { $0 == 0 }.count
                start += nulls
                skip(to: position + Int64(nulls))
                if start == bytes.count { return }
            }
            let rest = UnsafeBufferPointer(rebasing: bytes[start...])
            let newline = Self.newline(in: rest)
            let end = start + (newline ?? rest.count)
            partial += bytes[start..<min(end, start + max(0, limit + 1 - partial.count))]
            position += Int64(end - start) + (newline == nil ? 0 : 1)
            guard newline != nil else { return }
            body(takeLine())
            start = end + 1
        }
    }

    private static func newline(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = bytes.baseAddress, let found = memchr(first, 10, bytes.count) else { return nil }
        return UnsafeRawPointer(first).distance(to: found)
    }

    /// Cuts where lines end with several bytes, or with one that is part of a unit.
    private mutating func addUnits(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Line) -> Void) {
        for (index, byte) in bytes.enumerated() {
            position += 1
            if terminator.isEmpty || partial.count < limit + terminator.count { partial.append(byte) }
            tail.append(byte)
            if terminator.isEmpty {
                if partial.count < 2 { continue }
                findOrder(partial + bytes[(index + 1)...].prefix(1_024))
            }
            if tail.count > terminator.count { tail.removeFirst() }
            guard byte == terminator.last, tail == terminator, (position - lineStart) % Int64(format.unit) == 0 else {
                continue
            }
            let length = Int(clamping: position - lineStart) - terminator.count
            if partial.count > max(0, length) { partial.removeLast(partial.count - max(0, length)) }
            body(takeLine())
        }
    }

    /// Which byte of UTF-16 comes first: by the mark at the beginning, else by where the zeros of letters are.
    private mutating func findOrder(_ bytes: [UInt8]) {
        let isBig: Bool
        if bytes.starts(with: [0xfe, 0xff]) {
            isBig = true
        } else if bytes.starts(with: [0xff, 0xfe]) {
            isBig = false
        } else {
            let even = stride(from: 0, to: bytes.count, by: 2).count { bytes[$0] == 0 }
            let odd = stride(from: 1, to: bytes.count, by: 2).count { bytes[$0] == 0 }
            isBig = even > odd
        }
        decoder.isBigEndian = isBig
        terminator = format.terminatorBytes(isBigEndian: isBig)
    }

    /// Which byte of UTF-16 comes first, of a file that is not read from its beginning.
    mutating func learnOrder(_ file: LogFile) throws(ReadFailure) {
        guard terminator.isEmpty, position > 0, partial.isEmpty else { return }
        let first = try file.head(1_024)
        if first.count >= 2 { findOrder(first) }
    }

    /// The line of which the end has not come, as none is to come any more.
    mutating func takeRest() -> Line? {
        guard isInLine else { return nil }
        return takeLine()
    }

    /// Goes over bytes that are left out.
    mutating func skip(to end: Int64) {
        if partial.isEmpty, lineStart == position { lineStart = end }
        position = end
    }

    private mutating func takeLine() -> Line {
        defer {
            tail = []
            partial.removeAll(keepingCapacity: partial.count < 1 << 16)
            lineStart = position
        }
        if case .utf16 = format.encoding { return wideLine() }
        // One byte more than the limit is kept, as it may be the carriage return.
        if format.terminator == .auto, partial.last == 13 { partial.removeLast() }
        let isTruncated = partial.count > limit
        if isTruncated { partial.removeLast(partial.count - limit) }
        // A mark of the byte order is none of the text.
        let isMarked = lineStart == 0 && partial.starts(with: [0xef, 0xbb, 0xbf])
        return Line(
            text: decoder.text(isMarked ? partial[3...] : partial[...]), offset: lineStart, end: position,
            isTruncated: isTruncated)
    }

    private mutating func wideLine() -> Line {
        let isTruncated = partial.count > limit
        if isTruncated { partial.removeLast(partial.count - limit) }
        var text = decoder.text(partial[...])
        if lineStart == 0, text.unicodeScalars.first == "\u{feff}" { text.unicodeScalars.removeFirst() }
        if format.terminator == .auto, text.unicodeScalars.last == "\r" { text.unicodeScalars.removeLast() }
        return Line(text: text, offset: lineStart, end: position, isTruncated: isTruncated)
    }
}
