internal import Dashboards
internal import Model

extension WebUI {
    /// An expression and its chart: where the links of alerts to what fired lead. The address is that of Prometheus' own
    /// page, of which the first expression is shown.
    func expressionPage(_ fields: FormFields) -> String {
        let expression = fields["g0.expr"] ?? ""
        var values: [String: Any] = ["expression": expression, "range": pages.part("range", [:])]
        if !expression.isEmpty {
            let panel = Panel(
                id: 1, type: .timeseries, title: expression, description: "",
                targets: [.init(expr: expression, legendFormat: "")], unit: "none", width: 24, height: 12)
            values["panels"] = [panelHTML(panel)]
        }
        return pages.page(
            "expression", title: "Expression", path: "/dashboards", live: false, script: "dashboard.js", values)
    }
}
