import Foundation
import Model
import SiteView

/// Prints events with the lines around them in their own files, or in what their recorder printed, none of them twice.
struct LogNeighbours {
    let search: LogQuestion
    let printer: LogPrinter

    func run(limit: Int, lines: Int) async throws {
        let page = try await search.events(limit: limit)
        var blocks: [Block] = []
        for event in page.events.reversed() { Self.add(try await block(around: event, lines), to: &blocks) }
        if search.server.json {
            try StandardOutput.put(LogPrinter.json(Answer(blocks: blocks)) + "\n")
        } else {
            for (index, block) in blocks.enumerated() {
                if index > 0 { try StandardOutput.put("\n") }
                try put(block)
            }
            if page.events.isEmpty { StandardError.put("No log event matches.") }
        }
        search.tellWhatIsMissing(in: page, limit: limit)
    }

    /// An event with the lines around it.
    private func block(around event: LogEventView, _ count: Int) async throws -> Block {
        guard case .string(let path)? = event.fields[Block.pathName],
            case .integer(let offset)? = event.fields[Block.offsetName]
        else { return try await recorderBlock(around: event, count) }
        var parameters = [
            ("path", path), ("offset", String(offset)), ("time", String(event.timestamp)), ("before", String(count)),
            ("after", String(count)),
        ]
        if let host = event.host { parameters.append(("host", host)) }
        let context: LogContextView
        do {
            context = try await search.server.get("/api/watchpost/logs/context", parameters)
        } catch let failure as CommandFailure where failure.status == 404 {
            // The retention took it meanwhile.
            return Block(path: path, host: event.host, lines: [shown(event, isHit: true)])
        }
        if context.timedOut { StandardError.put("… lines around an event may be missing: the search took too long.") }
        return Block(
            path: path, host: event.host,
            lines: context.before.map { shown($0, isHit: false) } + [shown(event, isHit: true)]
                + context.after.map { shown($0, isHit: false) })
    }

    /// An event with what its recorder printed around it, which is in no file: its lines lie in the order of their times.
    private func recorderBlock(around event: LogEventView, _ count: Int) async throws -> Block {
        let alone = Block(camera: nil, host: event.host, lines: [shown(event, isHit: true)])
        guard event.fields["input.type"] == .string("recorder"), !event.camera.isEmpty else { return alone }
        let conditions = [("camera_id", event.camera)] + (event.host.map { [("host.name", $0)] } ?? [])
        let query = conditions.reduce("input.type:recorder") { $0 + " AND \($1.0):\(Self.quoted($1.1))" }
        // Others may be of the same moment.
        let limit = ("limit", String(count + Self.mostOfMoment))
        let until = LogQuestion(server: search.server, query: query, isKQL: false, start: 0, end: event.timestamp)
        let older = try await until.page([limit, ("order", "desc")]).events
        let since = LogQuestion(server: search.server, query: query, isKQL: false, start: event.timestamp, end: nil)
        let younger = try await since.page([limit, ("order", "asc")]).events
        guard let place = older.firstIndex(of: event), let next = younger.lastIndex(of: event) else { return alone }
        let before = older.dropFirst(place + 1).prefix(count).reversed().map { shown($0, isHit: false) }
        let behind = younger.dropFirst(next + 1).prefix(count).map { shown($0, isHit: false) }
        return Block(camera: event.camera, host: event.host, lines: before + [shown(event, isHit: true)] + behind)
    }

    private static let mostOfMoment = 200

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private func shown(_ event: LogEventView, isHit: Bool) -> Block.Line { Block.Line(isHit: isHit, event: event) }

    /// Adds a block, as one with those that share lines with it.
    private static func add(_ block: Block, to blocks: inout [Block]) {
        guard block.title != nil, let first = blocks.firstIndex(where: { $0.shares(linesWith: block) }) else {
            return blocks.append(block)
        }
        blocks[first].merge(block)
        // It may have closed a gap.
        for index in blocks.indices.reversed() where index > first && blocks[index].shares(linesWith: blocks[first]) {
            let other = blocks.remove(at: index)
            blocks[first].merge(other)
        }
    }

    private func put(_ block: Block) throws {
        if let title = block.title {
            let host = block.host.map { " on " + $0 } ?? ""
            try StandardOutput.put(printer.bold(TableText.harmless("── \(title)\(host)", keeping: [])) + "\n")
        }
        for line in block.lines {
            let mark = line.isHit ? printer.bold(">") : " "
            try StandardOutput.put(mark + " " + printer.line(line.event) + "\n")
        }
    }

    private struct Answer: Encodable { let blocks: [Block] }
}

/// Lines of one file, or of one recorder, that follow each other.
private struct Block: Encodable {
    static let pathName = "log.file.path"
    static let offsetName = "log.offset"

    struct Line: Encodable {
        var isHit: Bool
        let event: LogEventView

        var key: Key {
            let offset = event.fields[Block.offsetName]
            return Key(offset: offset, time: event.timestamp, event: offset == nil ? event : nil)
        }
    }

    /// What a line is known by in its file.
    struct Key: Hashable {
        let offset: LogValue?
        let time: Int64
        /// Where there is no offset.
        let event: LogEventView?
    }

    /// `nil` for an event that is of no file.
    var path: String?
    /// Of the recorder that printed it.
    var camera: String?
    let host: String?
    private(set) var lines: [Line]

    /// Where the lines are from.
    var title: String? { path ?? camera.map { "the recorder of " + $0 } }

    func shares(linesWith other: Block) -> Bool {
        guard path == other.path, camera == other.camera, host == other.host else { return false }
        let keys = Set(lines.map(\.key))
        return other.lines.contains { keys.contains($0.key) }
    }

    mutating func merge(_ other: Block) {
        var places = Dictionary(lines.enumerated().map { ($1.key, $0) }) { first, _ in first }
        for line in other.lines {
            if let place = places[line.key] {
                lines[place].isHit = lines[place].isHit || line.isHit
            } else {
                places[line.key] = lines.count
                lines.append(line)
            }
        }
        lines.sort { left, right in
            guard case .integer(let first)? = left.key.offset, case .integer(let second)? = right.key.offset else {
                return left.event.timestamp < right.event.timestamp
            }
            return first < second
        }
    }
}

extension LogEventView {
    /// `host.name`.
    fileprivate var host: String? { if case .string(let name)? = fields["host.name"] { name } else { nil } }
}
