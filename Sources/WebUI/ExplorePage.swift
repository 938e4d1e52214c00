internal import Dashboards
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
}

extension WebUI {
    /// More would be no page.
    private static let expressionsMax = 10

    /// Expressions and what they give: where the links of alerts to what fired lead. The address is that of Prometheus' own
    /// page: `g0.expr`, `g0.tab` (1 or `table` for a table), `g1.expr` ….
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
        let content = ExploreContent(queries: queries, range: pages.part(RangeContent()))
        return pages.page(content, title: say("explore.title"), path: "/graph", live: false, script: "explore.js")
    }

    private static func panel(_ number: Int, _ expression: String, isTable: Bool) -> Panel {
        var target = Panel.Target(expr: expression, legendFormat: "")
        target.isInstant = isTable
        target.format = isTable ? "table" : "time_series"
        return Panel(
            id: number + 1, type: isTable ? .table : .timeseries, title: expression, description: "",
            targets: [target], unit: isTable ? nil : "none", width: 24, height: 12)
    }
}
