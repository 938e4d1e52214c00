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
            panel.options.labelsMarks = gauge?["thresholdLabels"]?.bool == true ? true : nil
            panel.options.hidesMarks = gauge?["thresholdMarkers"]?.bool == false ? true : nil
        }
        if let thresholds = node["thresholds"]?.written, !thresholds.isEmpty, panel.field.thresholds == nil {
            panel.field.thresholds = steps(thresholds)
        }
        let mappings = FieldReader.oldMappings(node)
        if !mappings.isEmpty { panel.field.mappings = mappings }
        panel.options.calcs = [Self.calculation(node["valueName"]?.text ?? "avg")]
        if node["valueName"]?.text == "name" { panel.options.textMode = "name" }
        panel.options.colorMode =
            node["colorBackground"]?.bool == true ? "background" : node["colorValue"]?.bool == true ? "value" : "none"
        panel.options.graphMode = node["sparkline"]?["show"]?.bool == true ? "area" : "none"
        panel.options.prefix = node["prefix"]?.words
        panel.options.suffix = node["postfix"]?.words
        // A column is one of an answer that is a table; of a series there is none.
        if let column = node["tableColumn"]?.words, column != "Value", panel.targets.first?.format == "table" {
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
        let all = colors.isEmpty ? ["green", "orange", "red"] : colors
        var steps = [FieldStyle.Threshold(value: nil, color: all[0])]
        // What has no colour any more is no step.
        for (part, color) in zip(text.split(separator: ","), all.dropFirst()) {
            guard let value = Double(part.trimmingCharacters(in: .whitespaces)) else { continue }
            steps.append(.init(value: value, color: color))
        }
        return steps
    }
}
