/// How an input fares.
package struct LogInputStatus: Sendable, Hashable, Identifiable {
    package let id: String
    /// Patterns of the files that are followed.
    package let paths: [String]
    /// Files that are open.
    package var files = 0
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

    static func += (sum: inout LogInputCounts, other: LogInputCounts) {
        sum.lines += other.lines
        sum.events += other.events
        sum.leftOut += other.leftOut
        sum.cut += other.cut
        sum.tooOld += other.tooOld
        sum.ahead += other.ahead
    }

    /// What a person should know of, in words; `nil` where there is nothing.
    package var words: String? {
        let parts = [
            (leftOut, "left out by rule"), (cut, "cut at the most bytes or lines"), (tooOld, "older than what is kept"),
            (ahead, "with a time ahead of now"),
        ].filter { $0.0 > 0 }
        return parts.isEmpty ? nil : parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
