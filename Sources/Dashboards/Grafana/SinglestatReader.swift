internal import Foundation

/// The singlestat panel of Grafana until version 7 as a stat or a gauge of today.
struct SinglestatReader {
    private let node: JSONNode
    private let losses: Losses

    init(_ node: JSONNode, _ losses: Losses) {
        self.node = node
        self.losses = losses
    }

    func read(into panel: inout Panel) {
        let gauge = node["gauge"]
        let isGauge = gauge?["show"]?.bool ?? false
        panel.type = isGauge ? .gauge : .stat
        panel.field = FieldReader.style(node["fieldConfig"]?["defaults"])
        if let format = node["format"]?.words { panel.field.unit = format }
        panel.field.decimals = FieldReader.decimals(node["decimals"]) ?? panel.field.decimals
        panel.field.noValue = node["nullText"]?.words ?? panel.field.noValue
        if isGauge {
            panel.field.min = gauge?["minValue"]?.number ?? 0
            panel.field.max = gauge?["maxValue"]?.number ?? 100
        }
        if let thresholds = node["thresholds"]?.written, !thresholds.isEmpty, panel.field.thresholds == nil {
            panel.field.thresholds = steps(thresholds)
        }
        let mappings = self.mappings()
        if !mappings.isEmpty { panel.field.mappings = mappings }
        panel.options.calcs = [Self.calculation(node["valueName"]?.text ?? "avg")]
        if node["valueName"]?.text == "name" { panel.options.textMode = "name" }
        panel.options.colorMode =
            node["colorBackground"]?.bool == true ? "background" : node["colorValue"]?.bool == true ? "value" : "none"
        panel.options.graphMode = node["sparkline"]?["show"]?.bool == true ? "area" : "none"
        panel.options.prefix = node["prefix"]?.words
        panel.options.suffix = node["postfix"]?.words
        // Of several series it showed the first.
        panel.options.limit = 1
        if let column = node["tableColumn"]?.words, column != "Value" {
            panel.options.fields = "/^\(NSRegularExpression.escapedPattern(for: column))$/"
        }
    }

    private static func calculation(_ name: String) -> String {
        let names = [
            "avg": "mean", "current": "lastNotNull", "total": "sum", "min": "min", "max": "max", "first": "first",
            "delta": "delta", "diff": "diff", "range": "range", "last_time": "lastTime", "name": "lastNotNull",
        ]
        return names[name] ?? "mean"
    }

    /// `50,80` with three colours.
    private func steps(_ text: String) -> [FieldStyle.Threshold] {
        let colors = node["colors"]?.texts ?? []
        func color(_ place: Int) -> String {
            let usual = ["green", "orange", "red"]
            return place < colors.count ? colors[place] : usual[min(place, usual.count - 1)]
        }
        var steps = [FieldStyle.Threshold(value: nil, color: color(0))]
        for (place, part) in text.split(separator: ",").enumerated() {
            guard let value = Double(part.trimmingCharacters(in: .whitespaces)) else { continue }
            steps.append(.init(value: value, color: color(place + 1)))
        }
        return steps
    }

    private func mappings() -> [FieldStyle.Mapping] {
        let values = (node["valueMaps"]?.list ?? []).flatMap(FieldReader.old(value:))
        let ranges = (node["rangeMaps"]?.list ?? []).flatMap(FieldReader.old(range:))
        // 1 is by value, 2 by range; a list of the kind that is not chosen is what was typed once.
        switch node["mappingType"]?.whole {
        case 1: return values
        case 2: return ranges
        default: return values + ranges
        }
    }
}

/// Tables from before Grafana 7, whose columns had styles by patterns.
enum TableReader {
    static func read(old node: JSONNode, into panel: inout Panel) {
        panel.type = .table
        for style in node["styles"]?.list ?? [] {
            guard let pattern = style["pattern"]?.words else { continue }
            let isPattern = pattern.count > 1 && pattern.hasPrefix("/")
            var override = FieldOverride(matcher: isPattern ? "byRegexp" : "byName", names: [pattern])
            override.style.displayName = style["alias"]?.words
            switch style["type"]?.text {
            case "hidden": override.style.isHidden = true
            case "date": override.style.unit = "dateTimeAsIso"
            case "number":
                override.style.unit = style["unit"]?.words
                override.style.decimals = FieldReader.decimals(style["decimals"])
                readColors(style, into: &override.style)
            default: break
            }
            let mappings =
                (style["valueMaps"]?.list ?? []).flatMap(FieldReader.old(value:))
                + (style["rangeMaps"]?.list ?? []).flatMap(FieldReader.old(range:))
            if !mappings.isEmpty { override.style.mappings = mappings }
            panel.overrides.append(override)
        }
        if let sort = node["sort"], let column = sort["col"]?.whole {
            panel.options.sortBy = "#\(column)"
            panel.options.sortsDown = sort["desc"]?.bool ?? false
        }
        // `transform` says what the table is made of; series as rows show one value each.
        switch node["transform"]?.text {
        case "timeseries_aggregations":
            panel.transformations.insert(.init(id: "reduce", options: nil, refId: nil), at: 0)
        case "timeseries_to_columns":
            panel.transformations.insert(.init(id: "joinByField", options: nil, refId: nil), at: 0)
        default: break
        }
    }

    private static func readColors(_ old: JSONNode, into style: inout FieldStyle) {
        guard let mode = old["colorMode"]?.text else { return }
        let values = (old["thresholds"]?.list ?? []).compactMap(\.number)
        let colors = old["colors"]?.texts ?? []
        guard !colors.isEmpty else { return }
        style.thresholds =
            [.init(value: nil, color: colors[0])]
            + zip(values, colors.dropFirst()).map { FieldStyle.Threshold(value: $0, color: $1) }
        style.cell = mode == "value" ? "color-text" : "color-background"
    }
}
