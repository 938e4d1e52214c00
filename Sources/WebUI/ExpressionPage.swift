internal import Dashboards
internal import Model

/// An expression and its chart.
struct ExpressionContent: PageContent {
    static let template = PageTemplate.expression

    let expression: String
    let range: String
    /// Rendered; none without an expression.
    let panels: [String]
}

extension WebUI {
    /// An expression and its chart: where the links of alerts to what fired lead. The address is that of Prometheus' own
    /// page, of which the first expression is shown.
    func expressionPage(_ fields: FormFields) -> String {
        let expression = fields["g0.expr"] ?? ""
        let panel = Panel(
            id: 1, type: .timeseries, title: expression, description: "",
            targets: [.init(expr: expression, legendFormat: "")], unit: "none", width: 24, height: 12)
        let content = ExpressionContent(
            expression: expression, range: pages.part(RangeContent()),
            panels: expression.isEmpty ? [] : [panelHTML(panel)])
        return pages.page(content, title: say("graph.title"), path: "/dashboards", live: false, script: "dashboard.js")
    }
}
