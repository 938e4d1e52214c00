import Model

/// A line, or several that belong together, on the way to becoming an event.
struct Entry: Sendable {
    var message: String
    /// What was read from JSON.
    var fields: [String: LogValue] = [:]
    var timestamp: Int64?
    var isJSON = false
    /// Where it begins in the file, and where the next one does.
    var offset: Int64
    var end: Int64
    /// The checksum of all bytes in front of `end`.
    var checksum: UInt64 = 0
    var flags: [String] = []

    init(_ line: LineCutter.Line) {
        message = line.text
        offset = line.offset
        end = line.end
        if line.isTruncated { flags = ["truncated"] }
    }
}
