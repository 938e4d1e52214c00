/// The graph panel of Grafana until version 7 as a time series of today.
struct GraphReader {
    private let node: JSONNode
    private let losses: Losses

    init(_ node: JSONNode, _ losses: Losses) {
        self.node = node
        self.losses = losses
    }

    func read(into panel: inout Panel) {
        panel.type = .timeseries
        if let mode = node["xaxis"]?["mode"]?.text, mode != "time" {
            losses.add("panel \"\(panel.title)\": a graph by \(mode) is drawn over time", node)
        }
        panel.field = style()
        // A panel that was saved by a later version has its own defaults, too.
        panel.overrides =
            aliasColors() + seriesOverrides() + FieldReader.overrides(node["fieldConfig"]?["overrides"], losses)
        if let axis = node["yaxes"]?.list?.dropFirst().first { readRight(axis, into: &panel) }
        panel.options.legend = legend()
    }

    private func style() -> FieldStyle {
        var style = FieldReader.style(node["fieldConfig"]?["defaults"])
        let axis = node["yaxes"]?.list?.first
        // Older ones still had formats of both axes in a list.
        let format = axis?["format"]?.words ?? node["y_formats"]?.list?.first?.words
        if let format { style.unit = format }
        style.min = axis?["min"]?.number ?? node["grid"]?["leftMin"]?.number ?? style.min
        style.max = axis?["max"]?.number ?? node["grid"]?["leftMax"]?.number ?? style.max
        style.axisLabel = axis?["label"]?.words ?? style.axisLabel
        if axis?["show"]?.bool == false { style.axisPlacement = "hidden" }
        if let base = axis?["logBase"]?.number, base > 1 { style.logBase = base }
        style.decimals = FieldReader.decimals(axis?["decimals"] ?? node["decimals"]) ?? style.decimals
        let hasLines = node["lines"]?.bool ?? true
        let hasBars = node["bars"]?.bool ?? false
        let hasPoints = node["points"]?.bool ?? false
        style.drawStyle = hasBars ? "bars" : hasLines ? "line" : "points"
        style.showPoints = hasPoints ? "always" : "never"
        style.pointSize = node["pointradius"]?.number.map { $0 * 2 } ?? 4
        style.lineWidth = hasBars ? 1 : node["linewidth"]?.number ?? 1
        // From 0 to 10, a tenth each.
        style.fillOpacity = hasBars ? 100 : (node["fill"]?.number ?? (hasLines ? 1 : 0)) * 10
        if node["steppedLine"]?.bool == true { style.lineInterpolation = "stepAfter" }
        if node["dashes"]?.bool == true {
            style.dashes = [node["dashLength"]?.number ?? 10, node["spaceLength"]?.number ?? 10]
        }
        switch node["nullPointMode"]?.text {
        case "connected": style.spansNulls = true
        case "null as zero": style.nullsAreZero = true
        default: break
        }
        if node["stack"]?.bool == true { style.stacking = node["percentage"]?.bool == true ? "percent" : "normal" }
        readThresholds(into: &style)
        return style
    }

    /// Areas or lines above or below a value.
    private func readThresholds(into style: inout FieldStyle) {
        guard let list = node["thresholds"]?.list, !list.isEmpty else { return }
        let colors = ["critical": "red", "warning": "orange", "ok": "green"]
        var steps: [FieldStyle.Threshold] = []
        var (hasArea, hasLine) = (false, false)
        for threshold in list {
            guard let value = threshold["value"]?.number else { continue }
            let mode = threshold["colorMode"]?.text ?? "critical"
            let color = colors[mode] ?? threshold["fillColor"]?.words ?? threshold["lineColor"]?.words ?? "red"
            hasArea = hasArea || threshold["fill"]?.bool ?? false
            hasLine = hasLine || threshold["line"]?.bool ?? false
            if threshold["op"]?.text == "lt" {
                steps.append(.init(value: nil, color: color))
                steps.append(.init(value: value, color: "transparent"))
            } else {
                if steps.isEmpty { steps.append(.init(value: nil, color: "transparent")) }
                steps.append(.init(value: value, color: color))
            }
        }
        guard !steps.isEmpty else { return }
        style.thresholds = steps
        style.thresholdsStyle = hasArea ? (hasLine ? "line+area" : "area") : hasLine ? "line" : "off"
    }

    private func legend() -> Panel.Options.Legend {
        var legend = Panel.Options.Legend()
        guard let old = node["legend"] else { return legend }
        legend.isShown = old["show"]?.bool ?? true
        legend.isTable = old["alignAsTable"]?.bool ?? false
        legend.isRight = old["rightSide"]?.bool ?? false
        if old["values"]?.bool == true {
            let names = [
                ("min", "min"), ("max", "max"), ("avg", "mean"), ("current", "lastNotNull"), ("total", "sum"),
            ]
            legend.calcs = names.filter { old[$0.0]?.bool == true }.map(\.1)
        }
        return legend
    }

    // MARK: Series

    private func aliasColors() -> [FieldOverride] {
        (node["aliasColors"]?.members ?? []).compactMap { name, color in
            guard let color = color.words else { return nil }
            var override = matcher(of: name)
            override.style.color = .init(mode: "fixed", fixed: color)
            return override
        }
    }

    /// A name, or a pattern between slashes.
    private func matcher(of alias: String) -> FieldOverride {
        let isPattern = alias.count > 1 && alias.hasPrefix("/") && alias.dropFirst().contains("/")
        return FieldOverride(matcher: isPattern ? "byRegexp" : "byName", names: [alias])
    }

    private func seriesOverrides() -> [FieldOverride] {
        (node["seriesOverrides"]?.list ?? []).compactMap { old in
            guard let alias = old["alias"]?.words else { return nil }
            var override = matcher(of: alias)
            for (key, value) in old.members ?? [] where key != "alias" { set(key, value, old, in: &override.style) }
            return override
        }
    }

    private func set(_ key: String, _ value: JSONNode, _ all: JSONNode, in style: inout FieldStyle) {
        switch key {
        case "color": style.color = value.words.map { .init(mode: "fixed", fixed: $0) }
        case "yaxis":
            guard value.whole == 2 else { return }
            let right = node["yaxes"]?.list?.dropFirst().first
            style.axisPlacement = right?["show"]?.bool == false ? "hidden" : "right"
            style.unit = right?["format"]?.words ?? style.unit
            style.min = right?["min"]?.number
            style.max = right?["max"]?.number
            style.axisLabel = right?["label"]?.words
            if let base = right?["logBase"]?.number, base > 1 { style.logBase = base }
        case "transform": style.transform = value.text
        case "fill": style.fillOpacity = value.number.map { $0 * 10 }
        case "linewidth": style.lineWidth = value.number
        case "lines": if value.bool == false { style.lineWidth = 0 } else { style.drawStyle = "line" }
        case "bars": if value.bool == true { (style.drawStyle, style.fillOpacity) = ("bars", 100) }
        case "points": style.showPoints = value.bool == true ? "always" : "never"
        case "pointradius": style.pointSize = value.number.map { $0 * 2 }
        case "steppedLine": style.lineInterpolation = value.bool == true ? "stepAfter" : "linear"
        case "dashes":
            style.dashes =
                value.bool == true ? [all["dashLength"]?.number ?? 10, all["spaceLength"]?.number ?? 10] : []
        case "stack":
            // A letter or a number is the group that is stacked by itself.
            if value.bool == false {
                style.stacking = "none"
            } else {
                style.stacking = node["percentage"]?.bool == true ? "percent" : "normal"
                style.stackingGroup = value.bool == true ? nil : value.written
            }
        case "nullPointMode": style.spansNulls = value.text == "connected"
        case "fillBelowTo": style.fillBelowTo = value.words
        case "legend": style.isOutOfLegend = value.bool == false
        case "hiddenSeries": style.isHidden = value.bool
        default: break
        }
    }

    /// The unit of the right axis counts for the series that are put there; nothing else uses it.
    private func readRight(_ axis: JSONNode, into panel: inout Panel) {
        guard node["yaxes"]?.list?.first?["show"]?.bool == false, axis["show"]?.bool != false,
            !(node["seriesOverrides"]?.list ?? []).contains(where: { $0["yaxis"] != nil })
        else { return }
        // Only the right one is shown: the left one's values are read there.
        panel.field.axisPlacement = "left"
    }
}
