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
    /// Where the line begins of which the end is not there yet.
    private(set) var lineStart: Int64
    /// Where the next bytes are to be read.
    private(set) var position: Int64
    private var partial: [UInt8] = []

    init(offset: Int64, limit: Int) {
        lineStart = offset
        position = offset
        self.limit = max(1, limit)
    }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Line) -> Void) {
        var start = 0
        while start < bytes.count {
            let newline = bytes[start...].firstIndex(of: 10)
            let end = newline ?? bytes.count
            partial += bytes[start..<min(end, start + max(0, limit + 1 - partial.count))]
            position += Int64(end - start) + (newline == nil ? 0 : 1)
            guard newline != nil else { return }
            // One byte more than the limit is kept, as it may be the carriage return.
            if partial.last == 13 { partial.removeLast() }
            let isTruncated = partial.count > limit
            if isTruncated { partial.removeLast(partial.count - limit) }
            body(
                Line(
                    text: String(decoding: partial, as: UTF8.self), offset: lineStart, end: position,
                    isTruncated: isTruncated))
            partial.removeAll(keepingCapacity: partial.count < 1 << 16)
            lineStart = position
            start = end + 1
        }
    }
}
