import Foundation
import Model
import SiteView

/// Prints events with the lines around them in their own files, none of them twice.
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
        if blocks.contains(where: { $0.path == nil }), !search.server.json {
            StandardError.put("… events that are of no file, as what recorders print, stand alone.")
        }
    }

    /// An event with the lines around it.
    private func block(around event: LogEventView, _ count: Int) async throws -> Block {
        guard case .string(let path)? = event.fields[Block.pathName],
            case .integer(let offset)? = event.fields[Block.offsetName]
        else { return Block(path: nil, host: event.host, lines: [shown(event, isHit: true)]) }
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

    private func shown(_ event: LogEventView, isHit: Bool) -> Block.Line { Block.Line(isHit: isHit, event: event) }

    /// Adds a block, as one with those that share lines with it.
    private static func add(_ block: Block, to blocks: inout [Block]) {
        guard block.path != nil, let first = blocks.firstIndex(where: { $0.shares(linesWith: block) }) else {
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
        if let path = block.path {
            let host = block.host.map { " on " + $0 } ?? ""
            try StandardOutput.put(printer.bold(TableText.harmless("── \(path)\(host)", keeping: [])) + "\n")
        }
        for line in block.lines {
            let mark = line.isHit ? printer.bold(">") : " "
            try StandardOutput.put(mark + " " + printer.line(line.event) + "\n")
        }
    }

    private struct Answer: Encodable { let blocks: [Block] }
}

/// Lines of one file that follow each other.
private struct Block: Encodable {
    static let pathName = "log.file.path"
    static let offsetName = "log.offset"

    struct Line: Encodable {
        var isHit: Bool
        let event: LogEventView

        var key: Key { Key(offset: event.fields[Block.offsetName], time: event.timestamp) }
    }

    /// What a line is known by in its file.
    struct Key: Hashable {
        let offset: LogValue?
        let time: Int64
    }

    /// `nil` for an event that is of no file.
    let path: String?
    let host: String?
    private(set) var lines: [Line]

    func shares(linesWith other: Block) -> Bool {
        guard path == other.path, host == other.host else { return false }
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
                return false
            }
            return first < second
        }
    }
}

extension LogEventView {
    /// `host.name`.
    fileprivate var host: String? { if case .string(let name)? = fields["host.name"] { name } else { nil } }
}
