import Foundation
import SiteView

/// Every expression of the default site.
enum SeedExpressions {
    struct Row {
        let name: String
        let expression: String
    }

    private struct Rules: Decodable {
        struct Data: Decodable { let groups: [Group] }
        struct Group: Decodable { let rules: [Rule] }
        struct Rule: Decodable {
            let name: String
            let query: String
        }
        let data: Data
    }

    private struct DashboardFile: Decodable {
        struct Panel: Decodable {
            struct Target: Decodable { let expr: String }
            let title: String
            let targets: [Target]
        }
        struct Section: Decodable { let panels: [Panel] }
        let title: String
        let sections: [Section]
    }

    /// The dashboards' queries, from the API, and the rules' as the server has loaded them.
    static func all(of server: Server) async throws -> [Row] {
        struct Summary: Decodable { let uid: String }
        var rows: [Row] = []
        let summaries: [Summary] = try await server.decode("/api/watchpost/dashboards")
        for summary in summaries {
            let dashboard: DashboardFile = try await server.decode("/api/watchpost/dashboards/\(summary.uid)")
            for panel in dashboard.sections.flatMap(\.panels) {
                for target in panel.targets {
                    let expression = target.expr.replacing("$interface", with: ".*")
                    rows.append(Row(name: "\(dashboard.title) / \(panel.title)", expression: expression))
                }
            }
        }
        let rules: Rules = try await server.decode("/api/v1/rules")
        rows += rules.data.groups.flatMap(\.rules).map { Row(name: "alert \($0.name)", expression: $0.query) }
        return rows
    }

    /// Alerts whose condition may hold for a moment on a machine that does something else besides.
    static let alertsOfTheMachine: Set = [
        "HighCPUUsage", "HighMemoryUsage", "HighDiskLatency", "DiskSpaceWarning", "DiskSpaceCritical", "RulesLate",
    ]

    static func isOfTheMachine(_ row: Row) -> Bool { alertsOfTheMachine.contains { row.name == "alert " + $0 } }

    /// Why an expression is empty on a site that is well, or `nil` where it has values.
    static func whyEmpty(_ row: Row) -> String? {
        if row.name == "alert Watchdog" { return nil }
        if row.name.hasPrefix("alert ") { return "no alert fires on a site that is well" }
        return nil
    }

    /// Metrics whose names are the seed's own and against the naming rules: `_total` on gauges, `_ms`, `_mb`; and one of the
    /// OpenTelemetry collector's, for which others ask.
    static let namingComplaints = [
        "active_connections_total", "active_streams_total", "ai_jobs_queued_total", "websocket_connections_total",
        "disk_io_latency_ms", "stream_latency_ms", "ffmpeg_process_memory_mb", "stream_viewers_count",
        "traces_span_metrics_duration_milliseconds",
    ]
}
