import LogSearch
import Model
import TestSupport
import Testing

/// Keeps events in the order in which they arrived.
private struct Arrived: LogSource {
    let events: [LogEvent]

    func scan(_ filter: LogFilter, _ visit: (LogEvent) throws -> Void) throws {
        let sorted = events.enumerated().sorted {
            ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset)
        }
        .map(\.element).filter { filter.range.contains($0.timestamp) && filter.matches($0) }
        for event in (filter.ascending ? sorted : sorted.reversed()).prefix(filter.limit) { try visit(event) }
    }
}

@Suite("The lines around one")
struct ContextTests {
    private static let path = "/var/log/vms/app.log"

    private static func line(_ text: String, _ offset: Int, at time: Int64, path: String = path, host: String = "a")
        -> LogEvent
    {
        event(
            text, at: time,
            ["log.file.path": .string(path), "log.offset": .integer(Int64(offset)), "host.name": .string(host)])
    }

    private static func context(
        _ events: [LogEvent], offset: Int, time: Int64? = nil, host: String? = "a", _ before: Int = 2, _ after: Int = 2
    ) throws -> [String]? {
        let place = LogPlace(path: path, offset: Int64(offset), host: host, time: time)
        let found = try LogSearch.context(of: place, before: before, after: after, source: Arrived(events: events))
        return found.map { ($0.before + [$0.event] + $0.after).map(\.message) }
    }

    /// Lines `1a`, `1b` … of a file of 100 bytes a line, a second apart.
    private static func file(_ number: Int, _ names: String, from time: Int64, step: Int64 = 1_000) -> [LogEvent] {
        names.enumerated().map { line("\(number)\($1)", $0 * 100, at: time + Int64($0) * step) }
    }

    @Test("are the nearest of its own file, in the file's order, and fewer at its ends")
    func plain() throws {
        let others =
            (0..<50).map { Self.line("other", $0 * 10, at: noon + Int64($0) * 100, path: "/x.log") }
            + (0..<50).map { Self.line("elsewhere", $0 * 10, at: noon + Int64($0) * 100, host: "b") }
        let events = others + Self.file(1, "abcdefgh", from: noon)
        #expect(try Self.context(events, offset: 300) == ["1b", "1c", "1d", "1e", "1f"])
        #expect(try Self.context(events, offset: 0) == ["1a", "1b", "1c"])
        #expect(try Self.context(events, offset: 700) == ["1f", "1g", "1h"])
        #expect(try Self.context(events, offset: 300, 0, 1) == ["1d", "1e"])
        #expect(try Self.context(events, offset: 350) == nil)
        #expect(try Self.context(events, offset: 300, host: "c") == nil)
    }

    @Test(
        "are of the file that the path held then", arguments: [1_000, 60_000] as [Int64],
        [1, 5_000, 86_400_000] as [Int64])
    func rotation(_ step: Int64, _ pause: Int64) throws {
        var time = noon
        var events: [LogEvent] = []
        for (number, names) in ["abcdef", "abc", "abcdefghij", "abcdef"].enumerated() {
            events += Self.file(number, names, from: time, step: step)
            time += Int64(names.count - 1) * step + pause
        }
        for (place, event) in events.enumerated() {
            guard case .integer(let offset)? = event["log.offset"] else { continue }
            let number = event.message.first
            let wanted = events[max(0, place - 2)...min(events.count - 1, place + 2)].map(\.message)
                .filter { $0.first == number }
            let found = try Self.context(events, offset: Int(offset), time: event.timestamp)
            #expect(found == wanted, "around \(event.message)")
        }
        // Without a time it is the newest.
        #expect(try Self.context(events, offset: 100) == ["3a", "3b", "3c", "3d"])
    }

    @Test("are of that file also where its first lines are not stored")
    func firstLinesDropped() throws {
        let old = Self.file(1, "abcdefghij", from: noon)
        let new = Array(Self.file(2, "abcdefghij", from: noon + hour).dropFirst(4))
        let events = old + new
        #expect(try Self.context(events, offset: 400, time: noon + hour + 4_000) == ["2e", "2f", "2g"])
        #expect(try Self.context(events, offset: 900, time: noon + 9_000) == ["1h", "1i", "1j"])
    }

    @Test("keep the file's order where their times do not, and where many have one time")
    func disorder() throws {
        let times: [Int64] = [0, 900, 300, 300, 1_200, 800, 2_000]
        let events = times.enumerated().map { Self.line("\($0)", $0 * 100, at: noon + $1) }
        #expect(try Self.context(events, offset: 300) == ["1", "2", "3", "4", "5"])
        #expect(try Self.context(events, offset: 100) == ["0", "1", "2", "3"])
        let alike = (0..<2_000).map { Self.line("\($0)", $0 * 100, at: noon) }
        #expect(try Self.context(alike, offset: 150_000, time: noon) == ["1498", "1499", "1500", "1501", "1502"])
    }

    @Test("are found far away in the file too: lines may be long, or left out")
    func far() throws {
        let events = [0, 3_000_000, 3_000_100, 9_000_000].enumerated().map {
            Self.line("\($0)", $1, at: noon + Int64($0))
        }
        #expect(try Self.context(events, offset: 3_000_000) == ["0", "1", "2", "3"])
    }
}

private let hour: Int64 = 3_600_000
