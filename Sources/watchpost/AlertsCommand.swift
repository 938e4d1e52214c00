import ArgumentParser
import SiteView

struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts", abstract: "Lists alerts, or says who is told of one and when.",
        discussion: """
            Example: the last notifications and what became of them
              watchpost alerts --deliveries
            Example: why nobody was told
              watchpost alerts explain 'CameraOffline{camera_id="gate"}'
            """, subcommands: [ListAlertsCommand.self, ExplainAlertCommand.self],
        defaultSubcommand: ListAlertsCommand.self)
}

struct ListAlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the alerts that fire or are pending.",
        discussion: "Example: watchpost alerts --deliveries")

    @OptionGroup var server: ServerOptions

    @Flag(help: "Show the delivery log instead: what was sent, to whom, and why not.")
    var deliveries = false

    func run() async throws {
        try await server.withClock { try await deliveries ? listDeliveries() : listAlerts() }
    }

    private func listAlerts() async throws {
        guard let alerts: [AlertView] = try await server.getOrPrintJSON("/api/watchpost/alerts") else { return }
        var table = Table("STATE", "SEVERITY", "ALERT", SiteClock.current.head("SINCE"), "SUMMARY")
        for alert in alerts {
            let state = alert.suppressedBy.isEmpty ? alert.state.rawValue : "\(alert.state.rawValue) (suppressed)"
            table.add(state, alert.severity, alert.name, TableText.since(alert.activeAt), Self.words(alert))
        }
        table.isEmpty ? print("No alert fires, and none is pending.") : table.print()
    }

    /// `Gate is dark (Minh looks after it) (maintenance until 18:00, by Ann)`
    private static func words(_ alert: AlertView) -> String {
        let works = alert.heldBy.filter { $0.kind == .maintenance }.map { hold in
            " (maintenance until \(hold.until.map(TableText.time) ?? "-"), by \(hold.by))"
        }
        return alert.summary + (alert.acknowledgedBy.map { " (\($0) looks after it)" } ?? "") + works.joined()
    }

    private func listDeliveries() async throws {
        guard let log: [DeliveryView] = try await server.getOrPrintJSON("/api/watchpost/deliveries", [("limit", "50")])
        else { return }
        var table = Table(SiteClock.current.head("TIME"), "RECEIVER", "BY", "STATUS", "NOTIFICATION")
        for entry in log {
            let repeats = entry.repeats > 0 ? ", and \(entry.repeats) times before" : ""
            let notification =
                entry.alerts.joined(separator: "; ") + repeats + (entry.error.isEmpty ? "" : " (\(entry.error))")
            table.add(
                TableText.time(entry.time), entry.receiver, entry.integration.isEmpty ? "-" : entry.integration,
                entry.status.rawValue, entry.resolved ? "resolved: " + notification : notification)
        }
        table.isEmpty ? print("Nothing was sent yet.") : table.print()
    }
}
