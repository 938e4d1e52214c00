internal import Model

/// One JPEG picture as an answer's whole body.
struct SinglePicture: StreamBody {
    private var scanner = JPEGScanner()
    private var isDone = false

    mutating func read(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int {
        if isDone { return bytes.count }
        scanner.read(bytes)
        if scanner.isWhole {
            isDone = true
            events.append(
                .describes(StreamFormat(codec: "jpeg", width: scanner.width, height: scanner.height)))
            events.append(.frame(StreamFrame(bytes: scanner.count)))
            events.append(.complete)
        } else if scanner.count > StreamLimits.picture {
            isDone = true
            events.append(.failed(.protocol, "sends a picture that does not end"))
        } else if scanner.count >= 2, !scanner.isJPEG {
            isDone = true
            events.append(.failed(.protocol, "sends a picture that is no JPEG"))
        }
        return bytes.count
    }

    mutating func end(into events: inout [StreamEvent]) {
        if !isDone { events.append(.failed(.closed, "ended the connection in the middle of a picture")) }
        isDone = true
    }
}

/// JPEG pictures as parts of an endless body (`multipart/x-mixed-replace`; RFC 2046, section 5.1). Servers differ in whether
/// they tell a part's length, and in whether the boundary's dashes stand in its name too.
struct PictureParts: StreamBody {
    private enum Stage {
        /// Before the line that divides parts.
        case delimiter
        case head
        /// In a part of which so many bytes are to come.
        case counted(Int)
        /// In a part that ends where the next delimiter stands.
        case searched
        /// A part was longer than it said: what comes until the next delimiter belongs to nothing.
        case lost
        case done
    }

    /// Without dashes before it; empty where the server names none.
    private let boundary: [UInt8]
    private var stage = Stage.delimiter
    /// As it came.
    private var delimiter: [UInt8] = []
    private var scanner = JPEGScanner()
    private var length: Int?
    private var headBytes = 0
    /// Bytes since the last delimiter that belong to no part.
    private var strayBytes = 0
    private var format = StreamFormat()
    private static let lineMax = 4_096

    /// - Parameter boundary: the parameter of the content type.
    init(boundary: String) {
        self.boundary = Array(boundary.utf8.drop { $0 == UInt8(ascii: "-") }.prefix(200))
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int {
        var used = 0
        while used < bytes.count {
            let rest = bytes.from(used)
            let count: Int?
            switch stage {
            case .delimiter: count = readDelimiter(rest, into: &events)
            case .head: count = readHead(rest, into: &events)
            case .counted(let left):
                let part = min(left, rest.count)
                scanner.read(UnsafeRawBufferPointer(rebasing: rest[..<part]))
                stage = .counted(left - part)
                if part == left { endPart(into: &events) }
                count = part
            case .searched, .lost: count = search(rest, into: &events)
            case .done: return bytes.count
            }
            if scanner.count > StreamLimits.picture || strayBytes > StreamLimits.picture {
                fail("sends a picture that does not end", into: &events)
            }
            guard let count else { break }
            used += count
        }
        return used
    }

    mutating func end(into events: inout [StreamEvent]) {
        if case .done = stage { return }
        stage = .done
        events.append(.failed(.closed, "ended the stream"))
    }

    private mutating func fail(_ text: String, into events: inout [StreamEvent]) {
        if case .done = stage { return }
        stage = .done
        events.append(.failed(.protocol, text))
    }

    private mutating func readDelimiter(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int? {
        guard let newline = bytes.firstNewline(from: 0) else {
            guard bytes.count > Self.lineMax else { return nil }
            guard delimiter.isEmpty else {
                stage = .lost
                return 0
            }
            fail("announces parts and divides them by nothing", into: &events)
            return nil
        }
        let line = bytes[..<newline].trimmingEnd
        let dashes = line.prefix { $0 == UInt8(ascii: "-") }.count
        let name = line.dropFirst(dashes)
        if dashes >= 2, name.starts(with: boundary) {
            if isLast(line, name) {
                end(into: &events)
            } else {
                if delimiter.isEmpty { delimiter = Array(line) }
                (stage, length, headBytes, strayBytes) = (.head, nil, 0, 0)
            }
        } else if !delimiter.isEmpty, !line.isEmpty {
            stage = .lost
            return 0
        } else {
            // What stands before the first delimiter, and the line end behind a part.
            strayBytes += newline + 1
            if delimiter.isEmpty, strayBytes > StreamLimits.rest {
                fail("announces parts and divides them by nothing", into: &events)
            }
        }
        return newline + 1
    }

    /// Whether it is the delimiter behind the last part.
    private func isLast(_ line: Slice<UnsafeRawBufferPointer>, _ name: Slice<UnsafeRawBufferPointer>) -> Bool {
        let expected = delimiter.isEmpty ? boundary : delimiter
        guard !expected.isEmpty else { return false }
        return (delimiter.isEmpty ? name : line).elementsEqual(expected + Array("--".utf8))
    }

    private mutating func readHead(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int? {
        guard let newline = bytes.firstNewline(from: 0) else {
            if bytes.count > StreamLimits.message { fail("sends a part's header without end", into: &events) }
            return nil
        }
        headBytes += newline + 1
        if headBytes > StreamLimits.message { fail("sends a part's header without end", into: &events) }
        let line = bytes[..<newline].trimmingEnd
        if line.isEmpty {
            scanner = JPEGScanner()
            stage = length.map { .counted($0) } ?? .searched
            if length == 0 { endPart(into: &events) }
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: line[..<colon], as: UTF8.self).trimmed.lowercased()
            guard name == "content-length" else { return newline + 1 }
            let number = Int(String(decoding: line[(colon + 1)...], as: UTF8.self).trimmed)
            guard let number, (0...StreamLimits.picture).contains(number) else {
                fail("announces a picture of an impossible length", into: &events)
                return newline + 1
            }
            length = number
        }
        return newline + 1
    }

    /// Looks for the next delimiter.
    private mutating func search(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int? {
        var isPart = false
        if case .searched = stage { isPart = true }
        var from = 0
        while let place = bytes.first(delimiter, from: from) {
            // By chance its bytes stand in a picture too, but not at a line's beginning.
            let isBeginning = place == 0 || bytes[place - 1] == 0x0a || bytes[place - 1] == 0xd9
            guard isBeginning else {
                from = place + 1
                continue
            }
            if isPart {
                scanner.read(UnsafeRawBufferPointer(rebasing: bytes[..<place]))
                endPart(into: &events)
            }
            stage = .delimiter
            return place
        }
        // The delimiter's beginning may be here, and what stands before it says whether it is one.
        let count = bytes.count - delimiter.count
        guard count > 0 else { return nil }
        if isPart { scanner.read(UnsafeRawBufferPointer(rebasing: bytes[..<count])) } else { strayBytes += count }
        return count
    }

    private mutating func endPart(into events: inout [StreamEvent]) {
        stage = .delimiter
        guard scanner.isJPEG else { return }
        let found = StreamFormat(codec: "jpeg", width: scanner.width, height: scanner.height)
        if found != format {
            format = found
            events.append(.describes(found))
        }
        events.append(.frame(StreamFrame(bytes: scanner.count, isWhole: scanner.isWhole)))
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Without the white space at its end.
    var trimmingEnd: Slice<UnsafeRawBufferPointer> {
        guard let last = lastIndex(where: { $0 != 0x0d && $0 != 0x20 && $0 != 0x09 }) else { return prefix(0) }
        return self[...last]
    }
}
