import Base
import Grok

/// Puts lines together that belong to one message.
struct MultilineJoiner {
    struct Joined {
        var text: String
        var tags: [String]
    }

    private let rule: MultilineRule
    private var lines: [String] = []
    private var bytes = 0
    /// When the last line came, in milliseconds since the Unix epoch.
    private var lastLine: Int64 = 0

    init(_ rule: MultilineRule) { self.rule = rule }

    /// Bytes of lines that wait for others.
    var heldBytes: Int { bytes }

    mutating func add(
        _ line: UnsafeBufferPointer<UInt8>, now: Int64, _ scratch: MatchScratch, _ body: (Joined) -> Void
    ) {
        lastLine = now
        let isFound = rule.pattern.match(line, scratch) == .found
        let isPart = isFound != rule.negates
        if rule.joinsPrevious, !isPart { finish(body) }
        lines.append(String(decoding: line, as: UTF8.self))
        bytes += line.count
        if !rule.joinsPrevious, !isPart { return finish(body) }
        if lines.count > rule.linesMax {
            finish(body, "multiline_codec_max_lines_reached")
        } else if bytes > rule.bytesMax {
            finish(body, "multiline_codec_max_bytes_reached")
        }
    }

    /// Whether a message waits for longer than the rule lets it.
    func isQuiet(now: Int64) -> Bool {
        guard let interval = rule.flushInterval, !lines.isEmpty else { return false }
        return now - lastLine >= interval.milliseconds
    }

    /// Gives what waits.
    mutating func finish(_ body: (Joined) -> Void, _ tag: String? = nil) {
        if lines.isEmpty { return }
        var tags = lines.count > 1 && !rule.tag.isEmpty ? [rule.tag] : []
        if let tag { tags.append(tag) }
        let joined = Joined(text: lines.joined(separator: "\n"), tags: tags)
        lines = []
        bytes = 0
        body(joined)
    }
}
