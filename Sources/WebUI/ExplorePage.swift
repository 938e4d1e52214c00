internal import Dashboards
internal import Foundation
internal import HTTPKit
internal import LocalTime
internal import Model

/// Expressions of one's own, each with its chart or its table.
struct ExploreContent: PageContent {
    static let template = PageTemplate.explore

    /// A line of the form.
    struct Query: Sendable {
        let number: Int
        /// `A`, `B` ….
        let letter: String
        let expression: String
        let isTable: Bool
        /// Rendered; `nil` without an expression.
        let panel: String?
    }

    let queries: [Query]
    let range: String
    /// As Grafana's addresses have them.
    let from: String
    let to: String
}

extension WebUI {
    /// More would be no page.
    private static let expressionsMax = 10

    /// Expressions and what they give: where the links of alerts to what fired lead. The address is that of Prometheus' own
    /// page: `g0.expr`, `g0.tab` (1 or `table` for a table), `g0.range_input`, `g0.end_input`, `g1.expr` ….
    func explorePage(_ fields: FormFields) -> String {
        let asked = (0..<Self.expressionsMax).compactMap { number -> (expression: String, isTable: Bool)? in
            guard let expression = fields["g\(number).expr"], number == 0 || !expression.isEmpty else { return nil }
            return (expression, ["1", "table"].contains(fields["g\(number).tab"] ?? ""))
        }
        let queries = (asked.isEmpty ? [("", false)] : asked).enumerated().map { number, query in
            let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(number)))
            return ExploreContent.Query(
                number: number, letter: letter, expression: query.0, isTable: query.1,
                panel: query.0.isEmpty ? nil : panelHTML(Self.panel(number, query.0, isTable: query.1)))
        }
        let time = Self.prometheusTime(fields)
        let asking = queries.flatMap { query in
            [
                Fact("g\(query.number).expr", query.expression),
                Fact("g\(query.number).tab", query.isTable ? "1" : "0"),
            ]
        }
        let content = ExploreContent(
            queries: queries, range: pages.part(RangeContent(hidden: asking)), from: time.from, to: time.to)
        return pages.page(content, title: say("explore.title"), path: "/graph", live: false, script: "explore.js")
    }

    /// The time of the first expression that has one: `range_input` as `1h30m`, and `end_input` as `2026-11-28 10:00`,
    /// which Prometheus means in UTC. The last hour where there is none.
    static func prometheusTime(_ fields: FormFields) -> (from: String, to: String) {
        func first(_ name: String) -> String? {
            (0..<expressionsMax).lazy.compactMap { fields["g\($0).\(name)"]?.trimmed }.first { !$0.isEmpty }
        }
        let length = first("range_input").flatMap { DurationText.milliseconds($0) } ?? 3_600_000
        let end = first("end_input").flatMap { TimeText.moment($0, .end, now: 0, zone: .gmt) }
        guard let end, length > 0, end > length else {
            return ("now-\(DurationText.text(milliseconds: max(1_000, length)))", "now")
        }
        return (String(end - length), String(end))
    }

    private static func panel(_ number: Int, _ expression: String, isTable: Bool) -> Panel {
        var target = Panel.Target(expr: expression, legendFormat: "")
        target.isInstant = isTable
        target.format = isTable ? "table" : "time_series"
        // A table has each digit.
        return Panel(
            id: number + 1, type: isTable ? .table : .timeseries, title: expression, description: "",
            targets: [target], unit: isTable ? "string" : "none", width: 24, height: 12)
    }
}
