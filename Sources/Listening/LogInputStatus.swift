/// How an input fares.
package struct LogInputStatus: Sendable, Hashable, Identifiable {
    package let id: String
    /// Patterns of the files that are followed, or where messages are taken: `udp://127.0.0.1:514`.
    package let paths: [String]
    /// Files that are open.
    package var files = 0
    /// Whether it takes messages from the network, and how many connections it has.
    package var isListening = false
    package var connections = 0
    /// Files and folders that cannot be read at present, or not further.
    package var unreadable = 0
    /// What became of lines since the start.
    package var counts = LogInputCounts()
    /// What went wrong last, with the mend; `nil` once it is over.
    package var lastError: String?
    /// What a person should know though nothing went wrong: links that are not followed.
    package var note: String?

    package init(id: String, paths: [String]) {
        self.id = id
        self.paths = paths
    }

    /// What is open, in words.
    package var opened: String {
        if !isListening { return "\(files) files open" }
        if connections == 0 { return "listening" }
        return "listening, \(connections) " + (connections == 1 ? "connection" : "connections")
    }
}

/// What became of the lines of an input.
package struct LogInputCounts: Sendable, Hashable {
    /// Lines that were read.
    package var lines = 0
    /// Events that are stored.
    package var events = 0
    /// Lines that were left out by filters and processors, as the input's settings want it.
    package var leftOut = 0
    /// Events of which the end was cut off, as they were longer than `max_bytes` or had more than `max_lines`.
    package var cut = 0
    /// Events that were older than what the store keeps, and go with its next upkeep.
    package var tooOld = 0
    /// Events whose time was more than ten minutes ahead.
    package var ahead = 0
    /// Messages from the network that are lost, as they came faster than they could be stored.
    package var dropped = 0

    package init() {}

    package static func += (sum: inout LogInputCounts, other: LogInputCounts) {
        sum.lines += other.lines
        sum.events += other.events
        sum.leftOut += other.leftOut
        sum.cut += other.cut
        sum.tooOld += other.tooOld
        sum.ahead += other.ahead
        sum.dropped += other.dropped
    }

    /// What a person should know of, in words; `nil` where there is nothing.
    package var words: String? {
        let parts = [
            (leftOut, "left out by rule"), (cut, "cut at the most bytes or lines"), (tooOld, "older than what is kept"),
            (ahead, "with a time ahead of now"), (dropped, "lost as they came too fast"),
        ].filter { $0.0 > 0 }
        return parts.isEmpty ? nil : parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
