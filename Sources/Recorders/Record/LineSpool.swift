internal import Model

/// The newest lines of a recorder, kept until the server has stored them. Bounded: a recorder goes on for as long as it
/// likes without a server, and the oldest lines are dropped then.
struct LineSpool {
    private static let capacity = 2_000
    private static let longestLine = 4_096

    private(set) var lines: [RecorderLine] = []
    private var lastNumber: Int64 = 0
    private var pending: [UInt8] = []

    mutating func take(_ bytes: some Sequence<UInt8>, at time: Int64) {
        for byte in bytes {
            if byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
                if pending.count < Self.longestLine { pending.append(byte) }
                continue
            }
            if pending.isEmpty { continue }
            add(Redaction.urls(in: String(decoding: pending, as: UTF8.self)), at: time)
            pending.removeAll(keepingCapacity: true)
        }
    }

    mutating func add(_ text: String, at time: Int64) {
        lastNumber += 1
        lines.append(RecorderLine(number: lastNumber, time: time, text: text))
        if lines.count > Self.capacity { lines.removeFirst(lines.count - Self.capacity) }
    }

    /// Lines with a number of `first` or more.
    func lines(from first: Int64) -> ArraySlice<RecorderLine> {
        let start = lines.firstIndex { $0.number >= first } ?? lines.endIndex
        return lines[start...]
    }
}
