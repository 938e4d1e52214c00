import ArgumentParser
import Foundation
import Model

struct ExplainAlertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says which routes an alert takes, who is told when, and what holds it.",
        discussion: """
            One that does not fire is explained as if it did.
            Example: watchpost alerts explain 'CameraOffline{camera_id="gate"}'
            """)

    @OptionGroup var server: ServerOptions

    @Argument(help: "An alert's name, its labels as matchers, both, or its fingerprint.")
    var alert: String

    func run() async throws {
        try await server.withClock { try await explain() }
    }

    private func explain() async throws {
        try await Program.reportingRefusals {
            let path = "/api/watchpost/alerts/explain"
            guard let found: [AlertExplanation] = try await server.getOrPrintJSON(path, [("alert", alert)]) else {
                return
            }
            for (index, explanation) in found.enumerated() {
                if index > 0 { print("") }
                for line in Self.lines(explanation) { print(TableText.harmless(line, keeping: [])) }
            }
        }
    }

    private static func lines(_ alert: AlertExplanation) -> [String] {
        let labels = alert.labels.filter { $0.key != "alertname" }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ")
        var lines = ["\(alert.name){\(labels)}  \(alert.fingerprint)"]
        switch (alert.state, alert.since) {
        case (.firing, let since?): lines.append("  fires since \(TableText.time(since)) (\(TableText.age(of: since)))")
        case (.pending, let since?):
            let fires = alert.firesAt.map { ", fires at \(TableText.time($0)) if it goes on" } ?? ""
            lines.append("  pending since \(TableText.time(since))\(fires)")
        default: lines.append("  is not there now; if it fired:")
        }
        if let summary = alert.annotations["summary"] { lines.append("  \(summary)") }
        for silence in alert.silences {
            let end = TableText.time(silence.endsAt)
            lines.append("  HELD by the silence \(silence.id) of \(silence.createdBy) until \(end): \(silence.comment)")
        }
        for window in alert.maintenance {
            let comment = window.comment.isEmpty ? "" : ": \(window.comment)"
            let end = TableText.time(window.endsAt)
            lines.append("  HELD by maintenance until \(end), by \(window.createdBy)\(comment)")
        }
        for inhibitor in alert.inhibitedBy { lines.append("  HELD by \(inhibitor.alert): \(inhibitor.rule)") }
        for route in alert.routes { lines += self.lines(route) }
        return lines
    }

    private static func lines(_ route: AlertExplanation.Route) -> [String] {
        func span(_ milliseconds: Int64) -> String { DurationText.text(milliseconds: milliseconds) }
        var lines = ["  route     " + route.path.joined(separator: " -> ")]
        lines.append("  receiver  \(route.receiver)")
        lines.append("  together  \(route.group)")
        lines.append(
            "  timers    first after \(span(route.groupWait)), news after \(span(route.groupInterval)), "
                + "again after \(span(route.repeatInterval))")
        if !route.mutedBy.isEmpty {
            lines.append("  HELD by the time interval \(route.mutedBy.joined(separator: ", "))")
        }
        if let next = route.nextFlush { lines.append("  next look \(TableText.time(next))") }
        for told in route.told { lines.append("  \(told.integration): \(told.destination): \(when(told))") }
        return lines
    }

    private static func when(_ told: AlertExplanation.Told) -> String {
        var parts: [String] = []
        if let last = told.lastTold {
            parts.append("told as \(told.lastToldFiring ? "firing" : "over") at \(TableText.time(last))")
        } else {
            parts.append("not told yet")
        }
        if let waiting = told.waitingSince {
            parts.append("a notification waits since \(TableText.time(waiting)), see `watchpost alerts --deliveries`")
        }
        if let next = told.repeatsAt { parts.append("again at \(TableText.time(next)) if it goes on") }
        if !told.restsWith.isEmpty {
            parts.append(
                "not told again: \(told.restsWith.joined(separator: ", ")) looks after it")
        }
        if !told.sendsResolved { parts.append("its end is not told") }
        return parts.joined(separator: "; ")
    }
}
