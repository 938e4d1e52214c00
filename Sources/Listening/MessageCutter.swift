#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Cuts the bytes of a connection into messages. What is longer than the limit is read over, and never kept.
package struct MessageCutter {
    /// What stood in front of a message is no number of bytes that anyone would send.
    package struct CountTooLarge: Error {}

    private enum State {
        /// In front of a message.
        case start
        /// In digits that may be the number of its bytes.
        case count
        /// So many bytes of it are still to come.
        case octets(Int)
        case line
    }

    private let isCounted: Bool
    private let delimiter: [UInt8]
    private let limit: Int
    private var state = State.start
    /// What is kept of a message that is not complete.
    private var partial: [UInt8] = []
    /// Bytes of it that came, also those that are not kept.
    private var length = 0
    /// Whether bytes of it were read over: later ones must not follow what is kept.
    private var isFull = false
    /// The last bytes of a line that came, of which a delimiter of several may be made.
    private var recent: [UInt8] = []

    private static let countDigitsMax = 10
    /// The largest number of bytes that is taken for one.
    private static let countMax = 1 << 30

    /// - Parameter limit: the most bytes of a message.
    package init(_ framing: LogListening.Framing, limit: Int) {
        switch framing {
        case .counted: (isCounted, delimiter) = (true, [10])
        case .delimiter(let bytes): (isCounted, delimiter) = (false, bytes.isEmpty ? [10] : bytes)
        }
        self.limit = max(1, limit)
    }

    /// Bytes that are kept of a message whose end has not come.
    package var partialBytes: Int { partial.count }

    /// Whether a message has begun and not ended.
    package var isInMessage: Bool { length > 0 }

    /// Takes bytes, and gives the messages that they complete, without their ends.
    /// - Parameter room: how many bytes more than now may be kept of a message that is not complete.
    package mutating func add(
        _ bytes: UnsafeBufferPointer<UInt8>, room: Int, _ body: (_ message: ArraySlice<UInt8>, _ isCut: Bool) -> Void
    ) throws(CountTooLarge) {
        var position = 0
        while position < bytes.count {
            switch state {
            case .start:
                let first = bytes[position]
                state = isCounted && (49...57).contains(first) ? .count : .line
            case .count: try readCount(bytes, &position)
            case .octets(let left):
                let end = min(bytes.count, position + left)
                keep(bytes[position..<end], room)
                state = .octets(left - (end - position))
                position = end
                if case .octets(0) = state { emit(length, body) }
            case .line: readLine(bytes, &position, room, body)
            }
        }
    }

    /// Ends the message that has begun: no more is to come.
    package mutating func finish(_ body: (_ message: ArraySlice<UInt8>, _ isCut: Bool) -> Void) {
        guard length > 0 else { return }
        if case .octets(let left) = state, left > 0 { isFull = true }
        emit(length, body)
    }

    private mutating func readCount(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) throws(CountTooLarge) {
        let byte = bytes[position]
        if (48...57).contains(byte), partial.count < Self.countDigitsMax {
            partial.append(byte)
            length += 1
            position += 1
            return
        }
        guard byte == 32 else {
            // A line that begins with a digit.
            recent = Array(partial.suffix(delimiter.count - 1))
            state = .line
            return
        }
        let count = partial.reduce(0) { $0 * 10 + Int($1 - 48) }
        guard count <= Self.countMax else { throw CountTooLarge() }
        partial = []
        length = 0
        position += 1
        state = .octets(count)
    }

    private mutating func readLine(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ room: Int,
        _ body: (_ message: ArraySlice<UInt8>, _ isCut: Bool) -> Void
    ) {
        let start = position
        let last = delimiter[delimiter.count - 1]
        while let index = Self.place(of: last, in: bytes, from: position) {
            position = index + 1
            guard isDelimiter(bytes, from: start, to: index) else { continue }
            keep(bytes[start...index], room)
            emit(length - delimiter.count, body)
            return
        }
        position = bytes.count
        keep(bytes[start...], room)
        if delimiter.count > 1 {
            recent.append(contentsOf: bytes[start...].suffix(delimiter.count - 1))
            recent.removeFirst(max(0, recent.count - (delimiter.count - 1)))
        }
    }

    private static func place(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(byte), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Whether the delimiter ends at `index`, of a line of which these bytes begin at `start`.
    private func isDelimiter(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to index: Int) -> Bool {
        for back in 1..<max(1, delimiter.count) {
            let place = index - back
            let before = recent.count - (start - place)
            let byte: UInt8
            if place >= start {
                byte = bytes[place]
            } else if before >= 0 {
                byte = recent[before]
            } else {
                return false
            }
            if byte != delimiter[delimiter.count - 1 - back] { return false }
        }
        return true
    }

    private mutating func keep(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ room: Int) {
        length += bytes.count
        if isFull { return }
        let most = min(limit + delimiter.count - partial.count, max(0, room))
        partial.append(contentsOf: bytes.prefix(most))
        isFull = bytes.count > most
    }

    private mutating func emit(_ bytes: Int, _ body: (_ message: ArraySlice<UInt8>, _ isCut: Bool) -> Void) {
        let kept = partial.prefix(min(bytes, limit))
        // Of one that was to go on and did not, all is kept that came.
        let isCut = kept.count < bytes || (isFull && length == bytes)
        let message = MessageCutter.trimmed(kept)
        if !message.isEmpty { body(message, isCut) }
        state = .start
        partial = []
        length = 0
        isFull = false
        recent = []
    }

    /// Without line feeds and NULs at the end, and NULs in front.
    package static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop { $0 == 0 }
        while let last = bytes.last, last == 0 || last == 10 || last == 13 { bytes.removeLast() }
        return bytes
    }
}
