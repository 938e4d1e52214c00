import Base
import Model
internal import Patterns

/// Puts lines together that belong to one event, by Filebeat's rules.
final class MultilineJoiner: EntryJoiner {
    private let settings: FilebeatInput.Multiline
    private let maxBytes: Int
    private var open: Entry?
    private var lineCount = 0
    private var byteCount = 0
    /// When the last line came, in milliseconds of any clock.
    private var lastLine: Int64 = 0

    init(_ settings: FilebeatInput.Multiline, maxBytes: Int) {
        self.settings = settings
        self.maxBytes = maxBytes
    }

    /// Takes a line, and gives the events that it completes.
    func add(_ entry: Entry, now: Int64, _ body: (Entry) -> Void) {
        if entry.isLeftOut {
            // Its end is that of the open event, or its own.
            if open == nil { body(entry) } else { open?.pass(entry) }
            return
        }
        lastLine = now
        switch settings.kind {
        case .pattern: addByPattern(entry, body)
        case .count(let lines):
            if open == nil { begin(entry) } else { append(entry) }
            if lineCount >= lines { finish(body) }
        case .whilePattern:
            guard settings.pattern.isFound(in: entry.message) != settings.negate else {
                finish(body)
                return body(entry)
            }
            if open == nil { begin(entry) } else { append(entry) }
        }
    }

    private func addByPattern(_ entry: Entry, _ body: (Entry) -> Void) {
        if let flush = settings.flushPattern, open != nil, flush.isFound(in: entry.message) {
            append(entry)
            finish(body)
            return
        }
        let belongs = settings.pattern.isFound(in: entry.message) != settings.negate
        switch settings.match {
        case .after:
            if belongs, open != nil { return append(entry) }
            finish(body)
            begin(entry)
        case .before:
            if open == nil { begin(entry) } else { append(entry) }
            if !belongs { finish(body) }
        }
    }

    var isOpen: Bool { open != nil }

    /// Gives the open event if no line has come for the timeout.
    func expire(now: Int64, _ body: (Entry) -> Void) {
        if open != nil, now - lastLine >= settings.timeout.milliseconds { finish(body) }
    }

    /// Gives the open event.
    func finish(_ body: (Entry) -> Void) {
        guard var entry = open else { return }
        open = nil
        if lineCount > 1 { entry.flags.insert("multiline", at: 0) }
        body(entry)
    }

    private func begin(_ entry: Entry) {
        open = entry
        lineCount = 1
        byteCount = entry.message.utf8.count
    }

    private func append(_ entry: Entry) {
        guard var joined = open else { return }
        open = nil
        lineCount += 1
        let isOver = lineCount > settings.maxLines || byteCount + 1 + entry.message.utf8.count > maxBytes
        if !isOver, !joined.flags.contains("truncated") {
            byteCount += 1 + entry.message.utf8.count
            joined.join(entry, separator: settings.skipNewline ? "" : "\n")
        } else {
            joined.pass(entry)
        }
        joined.fields.merge(entry.fields) { $1 }
        joined.ownFields.merge(entry.ownFields) { old, _ in old }
        if isOver || entry.flags.contains("truncated"), !joined.flags.contains("truncated") {
            joined.flags.append("truncated")
        }
        open = joined
    }
}
