import ArgumentParser
import Foundation
import Model
import SiteView

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Searches the logs with a Lucene query string.",
        discussion: """
            Example: errors of the recorders in the last hour
              watchpost logs 'component:recording AND level:ERROR' --since 1h
            """)

    @OptionGroup var server: ServerOptions

    @Argument(help: "The query; empty finds everything.")
    var query = ""

    @Option(help: "How far back: 15m, 1h, 2d.")
    var since = "1h"

    @Option(help: "The most events to show.")
    var limit = 100

    @Flag(help: "Read the query as KQL, Kibana's own language.")
    var kql = false

    func run() async throws {
        guard let span = DurationText.milliseconds(since), span > 0 else {
            throw ValidationError("cannot read --since \"\(since)\": write a duration like 15m, 1h or 2d")
        }
        let start = Int64(Date().timeIntervalSince1970 * 1_000) - span
        let parameters = [
            ("query", query), ("language", kql ? "kql" : "lucene"), ("start", String(start)), ("limit", String(limit)),
        ]
        guard let page: LogPage = try await server.getOrPrintJSON("/api/watchpost/logs", parameters) else { return }
        for event in page.events.reversed() {
            let origin = [event.component, event.camera].filter { !$0.isEmpty }.joined(separator: "/")
            let line = [
                TableText.time(event.timestamp), event.level.isEmpty ? "-" : event.level, origin, event.message,
            ]
            print(TableText.harmless(line.joined(separator: " "), keeping: ["\n", "\t"]))
        }
        if page.events.isEmpty { print("No log event matches in the last \(since).") }
        if page.isCut { print("… only the newest \(limit); raise --limit for more.") }
    }
}
