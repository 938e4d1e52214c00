import Base
import Model
internal import Patterns

/// The parsers of an input, one behind the other in the order in which they are written. One for each file.
final class ParserChain {
    private enum Stage {
        case json(FilebeatInput.JSON)
        case joiner(any EntryJoiner)
        case syslog(SyslogRule)
        case includeMessage([Pattern])
    }

    private let stages: [Stage]
    private let zone: LineZone

    /// - Parameter zone: of times that name none.
    init(_ input: FilebeatInput, zone: LineZone) {
        self.zone = zone
        stages = input.parsers.map { parser in
            switch parser {
            case .ndjson(let settings): .json(settings)
            case .multiline(let settings): .joiner(MultilineJoiner(settings, maxBytes: input.maxBytes))
            case .container(let settings): .joiner(ContainerJoiner(settings, maxBytes: input.maxBytes))
            case .syslog(let settings): .syslog(settings)
            case .includeMessage(let patterns): .includeMessage(patterns)
            }
        }
    }

    /// Takes a line, and gives the events that it completes.
    func add(_ entry: Entry, now: Int64, _ body: (Entry) -> Void) { pass(entry, 0, now, body) }

    /// Gives what waits for more lines where none has come for the timeout.
    func expire(now: Int64, _ body: (Entry) -> Void) {
        for (index, stage) in stages.enumerated() {
            if case .joiner(let joiner) = stage { joiner.expire(now: now) { pass($0, index + 1, now, body) } }
        }
    }

    /// Gives what waits for more lines.
    func finish(now: Int64, _ body: (Entry) -> Void) {
        for (index, stage) in stages.enumerated() {
            if case .joiner(let joiner) = stage { joiner.finish { pass($0, index + 1, now, body) } }
        }
    }

    /// Whether something waits for more lines.
    var isOpen: Bool {
        stages.contains { stage in
            if case .joiner(let joiner) = stage { joiner.isOpen } else { false }
        }
    }

    private func pass(_ entry: Entry, _ index: Int, _ now: Int64, _ body: (Entry) -> Void) {
        guard index < stages.count else { return body(entry) }
        var entry = entry
        switch stages[index] {
        case .joiner(let joiner): return joiner.add(entry, now: now) { pass($0, index + 1, now, body) }
        case .json(let settings): if !entry.isLeftOut { JSONLine.read(settings, into: &entry) }
        case .syslog(let settings):
            if !entry.isLeftOut {
                settings.read(into: &entry, LineContext(zone: settings.zone ?? zone, now: now, path: ""))
            }
        case .includeMessage(let patterns):
            if !patterns.contains(where: { $0.isFound(in: entry.message) }) { entry.isLeftOut = true }
        }
        pass(entry, index + 1, now, body)
    }
}

/// What puts several lines together. What is left out comes and goes too, as it has an end.
protocol EntryJoiner: AnyObject {
    /// Takes a line, and gives what it completes.
    func add(_ entry: Entry, now: Int64, _ body: (Entry) -> Void)
    /// Gives what waits for more lines where none has come for the timeout.
    func expire(now: Int64, _ body: (Entry) -> Void)
    /// Gives what waits for more lines.
    func finish(_ body: (Entry) -> Void)
    /// Whether something waits for more lines.
    var isOpen: Bool { get }
}
