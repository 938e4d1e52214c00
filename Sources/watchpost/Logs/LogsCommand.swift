import ArgumentParser
import CameraRecords
import Foundation
import LocalTime
import Model
import SiteView

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Searches the logs with a Lucene query string, and follows them.",
        discussion: """
            Examples: errors of the recorders in the last hour, and three lines around each
              watchpost logs 'component:recording AND level:ERROR' --since 1h --context 3
            What comes from now on
              watchpost logs 'level:(ERROR OR FATAL)' --follow
            When it happened, and to which cameras
              watchpost logs '"connection failed"' --since 1d --histogram
              watchpost logs '"connection failed"' --since 1d --terms camera_id
            """)

    @OptionGroup var server: ServerOptions

    @Argument(help: "The query; empty finds everything.")
    var query = ""

    @Option(help: "From when on: 15m, 2d ago, now-1d/d, now/w, or a time: 2026-11-28T10:00. (default: 1h)")
    var since: String?

    @Option(help: "The same; the time ends before it.")
    var until: String?

    @Option(help: "The most events to show. (default: 100; with --terms, 20 values)")
    var limit: Int?

    @Flag(help: "Read the query as KQL, Kibana's own language.")
    var kql = false

    @Option(help: "Print these fields as columns: @timestamp,level,message.")
    var fields: String?

    @Flag(help: "Print how many events there are, and nothing else.")
    var count = false

    @Flag(help: "Draw how many events there are over time.")
    var histogram = false

    @Option(help: "Print the commonest values of a field, and how often each comes.")
    var terms: String?

    @Flag(name: .shortAndLong, help: "Print new events as they come, until Ctrl-C.")
    var follow = false

    @Option(name: [.customShort("C"), .long], help: "Print so many lines before and after each event in its own file.")
    var context: Int?

    @Option(help: "Colours of levels: auto is for terminals, unless NO_COLOR is set.")
    var color = ColorChoice.auto

    func validate() throws {
        let modes = [
            (count, "--count"), (histogram, "--histogram"), (terms != nil, "--terms"), (follow, "--follow"),
            (context != nil, "--context"),
        ].filter(\.0).map(\.1)
        if modes.count > 1 {
            throw ValidationError("\(modes[0]) and \(modes[1]) are two questions; ask one at a time")
        }
        let mode = modes.first ?? ""
        if fields != nil, ["--count", "--histogram", "--terms"].contains(mode) {
            throw ValidationError("\(mode) prints no events, so --fields has nothing to choose from; leave it out")
        }
        if limit != nil, ["--count", "--histogram"].contains(mode) {
            throw ValidationError("\(mode) counts all events; leave --limit out")
        }
        if follow, until != nil {
            throw ValidationError("--follow goes on into the future; leave --until out")
        }
        if color == .always, server.json { throw ValidationError("JSON has no colours; leave --color or --json out") }
        if let limit, limit < 1 {
            throw ValidationError("--limit is \(limit); write 1 or more, or --count for the number")
        }
        if let context, !(0...1_000).contains(context) {
            throw ValidationError("--context is \(context); write a number of lines from 0 to 1000")
        }
        if fields != nil, columns?.isEmpty ?? true {
            throw ValidationError("--fields names no field; write names with commas: @timestamp,level,message")
        }
        if let terms, terms.isEmpty || terms.contains(",") {
            throw ValidationError("--terms takes the name of one field: level")
        }
        _ = try range()
    }

    /// The columns of `--fields`.
    private var columns: [String]? {
        fields?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// From when to when, in milliseconds since the Unix epoch; no end is now and after.
    private func range() throws -> (start: Int64, end: Int64?) {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let start = try LogMoment.read(since ?? "1h", "--since", now: now)
        guard let until else { return (start, nil) }
        let end = try LogMoment.read(until, "--until", .end, now: now)
        guard start < end else {
            throw ValidationError("--since \(since ?? "1h") is not before --until \(until)")
        }
        return (start, end - 1)
    }

    func run() async throws { try await server.withClock { try await ask() } }

    private func ask() async throws {
        let range = try range()
        var search = LogQuestion(server: server, query: query, isKQL: kql, start: range.start, end: range.end)
        let printer = LogPrinter(columns: columns, hasColours: color.isOn && !server.json)
        if count {
            try await LogCharts(search: search).count()
        } else if histogram {
            try await LogCharts(search: search).histogram()
        } else if let terms {
            try await LogCharts(search: search).terms(of: terms, limit: limit ?? 20)
        } else if follow {
            try await LogFollower(search: search, printer: printer).run(first: limit ?? (since == nil ? 10 : 100))
        } else if let context {
            try await LogNeighbours(search: search, printer: printer).run(limit: limit ?? 100, lines: context)
        } else {
            search.fields = columns
            try await show(search, printer, limit: limit ?? 100)
        }
    }

    private func show(_ search: LogQuestion, _ printer: LogPrinter, limit: Int) async throws {
        if server.json, limit <= LogQuestion.pageLimit {
            return try StandardOutput.put(
                bytes: try await search.bytes([("limit", String(limit))]) + [UInt8(ascii: "\n")])
        }
        let page = try await search.events(limit: limit)
        if server.json { return try StandardOutput.put(LogPrinter.json(page) + "\n") }
        try printer.put(page.events.reversed())
        search.tellWhatIsMissing(in: page, limit: limit)
        if page.events.isEmpty { StandardError.put("No log event matches \(spanInWords).") }
    }

    private var spanInWords: String {
        let since = since ?? "1h"
        let start = DurationText.milliseconds(since) == nil ? "since \(since)" : "in the last \(since)"
        return start + (until.map { ", until \($0)" } ?? "")
    }
}

/// `--since` and `--until`.
enum LogMoment {
    /// A moment as people write it, by the clock of the command, or in seconds since 1970. In milliseconds since the
    /// Unix epoch; a unit that rounds (`now/d`) ends where the next one begins.
    static func read(_ text: String, _ option: String, _ side: TimeText.Side = .start, now: Int64) throws -> Int64 {
        let zone = SiteClock.current.zone
        if Double(text) == nil, let moment = TimeText.moment(text, side, now: now, zone: zone) {
            return side == .end && text.contains("/") ? moment + 1 : moment
        }
        if let moment = RecordPeriod.moment(text, in: zone) { return moment }
        throw ValidationError(
            "cannot read \(option) \"\(text)\": write a duration like 15m, 1h or 2d, date math like now/d or now-1d/d, "
                + "or a time like 2026-11-28T10:00 or 2026-11-28T10:00:00+07:00")
    }
}
