import Base
import Model

/// `container`: lines as Docker (`json-file`) and containerd (CRI) write them. Of a line that they cut in pieces the pieces
/// are put together; the two streams of a container may lie between each other.
final class ContainerJoiner: EntryJoiner {
    private let settings: FilebeatInput.Container
    private let maxBytes: Int
    /// Lines in the order in which they began: the first one is not complete.
    private var open: [(entry: Entry, stream: String, isComplete: Bool)] = []
    private var lastLine: Int64 = 0

    private static let openMax = 1_000
    private static let timeout: Int64 = 5_000

    init(_ settings: FilebeatInput.Container, maxBytes: Int) {
        self.settings = settings
        self.maxBytes = maxBytes
    }

    private struct Piece {
        var text: String
        var stream: String
        var time: Int64?
        var isPartial: Bool
        var fields: [String: LogValue] = [:]
    }

    func add(_ entry: Entry, now: Int64, _ body: (Entry) -> Void) {
        lastLine = now
        guard !entry.isLeftOut, let piece = piece(entry, now) else {
            // What is no line of a container stays as it is.
            open.append((entry, "", true))
            return give(body)
        }
        var entry = entry
        entry.message = piece.text
        guard settings.stream == .all || settings.stream.rawValue == piece.stream else {
            entry.isLeftOut = true
            open.append((entry, piece.stream, true))
            return give(body)
        }
        if let index = open.lastIndex(where: { !$0.isComplete && $0.stream == piece.stream }) {
            if open[index].entry.message.utf8.count + piece.text.utf8.count <= maxBytes {
                open[index].entry.message += piece.text
            } else if !open[index].entry.flags.contains("truncated") {
                open[index].entry.flags.append("truncated")
            }
            open[index].isComplete = !piece.isPartial
            // The offset may move past this piece once all in front of it is given.
            var end = entry
            end.isLeftOut = true
            end.message = ""
            open.append((end, "", true))
        } else {
            entry.timestamp = piece.time
            entry.ownFields.merge(piece.fields) { $1 }
            entry.ownFields["stream"] = .string(piece.stream)
            open.append((entry, piece.stream, !piece.isPartial))
        }
        give(body)
        if open.count > Self.openMax { finish(body) }
    }

    var isOpen: Bool { !open.isEmpty }

    func expire(now: Int64, _ body: (Entry) -> Void) {
        if !open.isEmpty, now - lastLine >= Self.timeout { finish(body) }
    }

    func finish(_ body: (Entry) -> Void) {
        let all = open
        open = []
        for item in all { body(item.entry) }
    }

    private func give(_ body: (Entry) -> Void) {
        let complete = open.prefix { $0.isComplete }
        open.removeFirst(complete.count)
        for item in complete { body(item.entry) }
    }

    private func piece(_ entry: Entry, _ now: Int64) -> Piece? {
        let isDocker = entry.message.utf8.first == UInt8(ascii: "{")
        switch settings.format {
        case .docker: return docker(entry.message, now)
        case .cri: return cri(entry.message, now)
        case .auto: return isDocker ? docker(entry.message, now) : cri(entry.message, now)
        }
    }

    private func docker(_ line: String, _ now: Int64) -> Piece? {
        guard let fields = try? JSONReader.fields(line), case .string(var text)? = fields["log"],
            case .string(let stream)? = fields["stream"]
        else { return nil }
        let isPartial = !text.hasSuffix("\n")
        while text.utf8.last == 10 || text.utf8.last == 13 { text.unicodeScalars.removeLast() }
        let time = fields["time"].flatMap { JSONFacts.time($0, LineContext(zone: .utc, now: now, path: "")) }
        let attributes = fields.filter { $0.key.hasPrefix("attrs.") }.map { ("docker.\($0.key)", $0.value) }
        return Piece(
            text: text, stream: stream, time: time, isPartial: isPartial && settings.joinsPartial,
            fields: Dictionary(attributes) { $1 })
    }

    /// `2026-11-26T05:00:00.1Z stdout F text`; `P` is a piece. Old ones have no letter.
    private func cri(_ line: String, _ now: Int64) -> Piece? {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, ["stdout", "stderr"].contains(parts[1]),
            let time = TimeText.whole(String(parts[0]), LineContext(zone: .utc, now: now, path: ""))
        else { return nil }
        var text = parts[2]
        var isPartial = false
        let tag = text.prefix { $0 != " " }
        let first = tag.split(separator: ":").first
        if first == "F" || first == "P" {
            isPartial = first == "P"
            text = text.dropFirst(tag.count + 1)
        }
        return Piece(
            text: String(text), stream: String(parts[1]), time: time, isPartial: isPartial && settings.joinsPartial)
    }
}
