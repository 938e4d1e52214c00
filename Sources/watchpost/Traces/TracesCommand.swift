import ArgumentParser
import Foundation
import LocalTime
import Model
import SiteView
import TraceSearch

struct TracesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traces", abstract: "Searches traces by any attribute of their spans, and shows one.",
        discussion: """
            Examples: what failed of a camera today
              watchpost traces search 'camera=cam-7 status=error' --since 1d
            Segments that took longer than a minute
              watchpost traces search 'name="segment write" duration>1m'
            Where in a trace the time went
              watchpost traces show 4bf92f3577b34da6a3ce929d0e0e4736
            """,
        subcommands: [TracesSearchCommand.self, TracesShowCommand.self])
}

struct TracesSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Lists the newest traces that have a span as asked for.",
        discussion: """
            Terms side by side all hold for one span: service=recorder name="segment write" kind=server status=error
            duration>1.5s camera=cam-7 http.response.status_code>=500 db.query.text~select http.route=*; a word alone is
            part of the span's name; != and !~ deny. A term that begins with - needs -- before the query.
            """)

    @OptionGroup var server: ServerOptions

    @Argument(help: "The query; empty finds everything.")
    var query = ""

    @Option(help: "From when on: 15m, 2d ago, now-1d/d, now/w, or a time: 2026-11-28T10:00.")
    var since = "1h"

    @Option(help: "The same; the time ends before it.")
    var until: String?

    @Option(help: "The most traces to show, from 1 to 1000.")
    var limit = 20

    func validate() throws {
        guard (1...1_000).contains(limit) else {
            throw ValidationError("--limit is \(limit); write a number from 1 to 1000")
        }
        _ = try range()
    }

    private func range() throws -> (start: Int64, end: Int64?) {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let start = try LogMoment.read(since, "--since", now: now)
        guard let until else { return (start, nil) }
        let end = try LogMoment.read(until, "--until", .end, now: now)
        guard start < end else { throw ValidationError("--since \(since) is not before --until \(until)") }
        return (start, end - 1)
    }

    func run() async throws { try await server.withClock { try await search() } }

    private func search() async throws {
        let range = try range()
        var parameters = [("q", query), ("start", String(range.start)), ("limit", String(limit))]
        if let end = range.end { parameters.append(("end", String(end))) }
        guard let page: TracePageView = try await server.getOrPrintJSON("/api/watchpost/traces", parameters) else {
            return
        }
        var table = Table(SiteClock.current.head("Time"), "Took", "Spans", "Errors", "Camera", "Trace", "What")
        for trace in page.traces {
            table.add(
                TableText.time((Int64(trace.startTimeUnixNano) ?? 0) / 1_000_000), SpanDuration.text(trace.duration),
                "\(trace.spans)\(trace.isCut ? "+" : "")", trace.errors == 0 ? "-" : "✕ \(trace.errors)",
                trace.cameras.first ?? "-", trace.traceID,
                "\(trace.service): \(trace.name)" + (trace.error.map { " (\($0))" } ?? ""))
        }
        if table.isEmpty {
            StandardError.put("No trace has such a span since \(since).")
        } else {
            try StandardOutput.put(table.text())
            if page.next != nil {
                StandardError.put("There are older ones: take a larger --limit, or an --until before these.")
            }
        }
    }
}

struct TracesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Draws a trace: each span below its parent, when it worked and how long.",
        discussion: "Heavy lines are the critical path: what the trace's end waited for.")

    @OptionGroup var server: ServerOptions

    @Argument(help: "The trace's number: up to 32 hexadecimal digits.")
    var id: String

    func validate() throws {
        guard let id = TraceID(id), !id.isZero else {
            throw ValidationError("\"\(id)\" is not the number of a trace: it has up to 32 hexadecimal digits")
        }
    }

    func run() async throws {
        try await server.withClock {
            let trace: TraceView? = try await server.getOrPrintJSON("/api/watchpost/traces/\(id)")
            guard let trace else { return }
            try StandardOutput.put(TraceDrawing(trace, columns: StandardOutput.size.columns).text)
        }
    }
}
