/// Tables from before Grafana 7, whose columns had styles by patterns.
enum TableReader {
    static func read(old node: JSONNode, into panel: inout Panel) {
        panel.type = .table
        let isAggregated = node["transform"]?.text == "timeseries_aggregations"
        for old in node["styles"]?.list ?? [] {
            guard let pattern = old["pattern"]?.words else { continue }
            let style = style(old)
            // The pattern of all columns is what holds where no other one does, wherever it stands.
            if pattern == "/.*/", style.isHidden != true {
                panel.field = style
                continue
            }
            let isPattern = pattern.count > 1 && pattern.hasPrefix("/") && pattern.dropFirst().contains("/")
            let names = isPattern ? [pattern] : [pattern] + (isAggregated ? today[pattern].map { [$0] } ?? [] : [])
            var override = FieldOverride(matcher: isPattern ? "byRegexp" : "byName", names: names)
            override.style = style
            panel.overrides.append(override)
        }
        panel.options.hidesHead = node["showHeader"]?.bool == false
        if let sort = node["sort"], let column = sort["col"]?.whole {
            panel.options.sortBy = "#\(column)"
            panel.options.sortsDown = sort["desc"]?.bool ?? false
        }
        panel.transformations += steps(node, of: panel.targets)
    }

    /// What columns of calculations are called today.
    private static let today = [
        "Metric": "Field", "Avg": "Mean", "Min": "Min", "Max": "Max", "Total": "Total", "Current": "Last *",
        "Count": "Count",
    ]

    private static func style(_ old: JSONNode) -> FieldStyle {
        var style = FieldStyle()
        style.displayName = old["alias"]?.words
        style.align = old["align"]?.words
        switch old["type"]?.text {
        case "hidden": style.isHidden = true
        case "date": style.unit = old["dateFormat"]?.words.map { "time:\($0)" } ?? "dateTimeAsIso"
        case "number":
            style.unit = old["unit"]?.words
            style.decimals = FieldReader.decimals(old["decimals"])
            readColors(old, into: &style)
        default: readColors(old, into: &style)
        }
        let mappings = FieldReader.oldMappings(old)
        if !mappings.isEmpty { style.mappings = mappings }
        if old["link"]?.bool == true, let url = old["linkUrl"]?.words {
            style.links = [
                .init(title: old["linkTooltip"]?.words ?? url, url: url, isNew: old["linkTargetBlank"]?.bool ?? false)
            ]
        }
        return style
    }

    private static func readColors(_ old: JSONNode, into style: inout FieldStyle) {
        guard let mode = old["colorMode"]?.words else { return }
        let values = (old["thresholds"]?.list ?? []).compactMap(\.number)
        let colors = old["colors"]?.texts ?? []
        guard !colors.isEmpty, !values.isEmpty else { return }
        style.thresholds =
            [.init(value: nil, color: colors[0])]
            + zip(values, colors.dropFirst()).map { FieldStyle.Threshold(value: $0, color: $1) }
        style.cell = mode == "value" ? "color-text" : "color-background"
        if mode == "row" { style.colorsRow = true }
    }

    /// `transform` says what the table is made of, as far as it fits what the queries answer.
    private static func steps(_ node: JSONNode, of targets: [Panel.Target]) -> [Panel.Transformation] {
        func step(_ id: String, _ options: JSONNode? = nil) -> [Panel.Transformation] {
            [.init(id: id, options: options, refId: nil)]
        }
        if targets.first?.format == "table" { return targets.count > 1 ? step("merge") : [] }
        switch node["transform"]?.text {
        case "timeseries_aggregations":
            let columns = (node["columns"]?.list ?? []).compactMap { $0["value"]?.words.map(PanelReader.calculation) }
            let reducers = columns.isEmpty ? ["mean"] : columns
            return step("reduce", node.object([("reducers", node.list(reducers.map(node.text)))]))
        case "timeseries_to_columns": return step("joinByField", node.object([("byField", node.text("Time"))]))
        default: return step("seriesToRows")
        }
    }
}

/// The pie of the plugin that was there before Grafana had one.
enum PieReader {
    static func read(old node: JSONNode, into panel: inout Panel) {
        panel.type = .piechart
        panel.field.unit = node["format"]?.words
        panel.field.decimals = FieldReader.decimals(node["decimals"])
        panel.overrides = (node["aliasColors"]?.members ?? []).compactMap { name, color in
            color.words.map { color in
                var override = FieldOverride(matcher: "byName", names: [name])
                override.style.color = .init(mode: "fixed", fixed: color)
                return override
            }
        }
        panel.options.pie = node["pieType"]?.words ?? "pie"
        panel.options.calcs = [PanelReader.calculation(node["valueName"]?.words ?? "current")]
        let legend = node["legend"]
        let type = node["legendType"]?.text
        panel.options.legend.isShown = legend?["show"]?.bool ?? true
        panel.options.legend.isRight = type == "Right side"
        let wanted = [("values", "value"), ("percentage", "percent")].filter { legend?[$0.0]?.bool == true }.map(\.1)
        panel.options.legend.calcs = wanted.isEmpty ? ["value"] : wanted
    }
}
