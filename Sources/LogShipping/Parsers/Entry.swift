import Model

/// A line, or several that belong together, on the way to becoming an event.
struct Entry: Sendable {
    var message: String
    /// What was read from JSON, or by another parser.
    var fields = LogFields()
    /// The time that a parser read, in milliseconds since the Unix epoch.
    var timestamp: Int64?
    /// How the line's JSON is put into the event; `nil` where it is not JSON.
    var json: FilebeatInput.JSON?
    /// Fields that are the event's own, as `stream`.
    var ownFields: [String: LogValue] = [:]
    /// Whether a filter left it out: only its end counts.
    var isLeftOut = false
    /// Where it begins in the file, and where the next one does.
    var offset: Int64
    var end: Int64
    /// The checksum of all bytes in front of `end`.
    var checksum: UInt64 = 0
    var flags: [String] = []

    /// Whether nothing is in it: an empty line, or one that is a part of another event.
    var isEmpty: Bool { message.isEmpty && fields.isEmpty }

    init(_ line: LineCutter.Line) {
        message = line.text
        offset = line.offset
        end = line.end
        if line.isTruncated { flags = ["truncated"] }
    }

    /// Takes the text of the entry behind, and where that ends.
    mutating func join(_ next: Entry, separator: String) {
        message += separator + next.message
        pass(next)
    }

    /// Ends where the entry behind ends, without its text.
    mutating func pass(_ next: Entry) {
        end = next.end
        checksum = next.checksum
    }
}
