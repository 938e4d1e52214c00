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
        panel.field = style()
        // A panel that was saved by a later version has its own defaults, too.
        panel.overrides =
            aliasColors() + seriesOverrides() + FieldReader.overrides(node["fieldConfig"]?["overrides"], losses)
        if let axis = node["yaxes"]?.list?.dropFirst().first { readRight(axis, into: &panel) }
        panel.options.legend = legend()
        panel.overrides += hiddenFromLegend()
        if (node["xaxis"]?["show"] ?? node["x-axis"])?.bool == false { panel.options.hidesTimes = true }
        if !limits(ofRight: true).isEmpty, !hasRight {
            losses.add("panel \"\(panel.title)\": limits of the right axis are not drawn, as no series is there", node)
        }
        if node["timeRegions"]?.list?.isEmpty == false {
            losses.add("panel \"\(panel.title)\": times of the day or week are not coloured here", node)
        }
        switch node["xaxis"]?["mode"]?.text {
        case "series": readBars(into: &panel)
        case "histogram":
            panel.type = .placeholder
            panel.notDrawn = "histogram"
            losses.add("panel \"\(panel.title)\" is a histogram, which is not drawn here", node)
        default: break
        }
    }

    /// A bar for each series, as high as what is calculated of its values.
    private func readBars(into panel: inout Panel) {
        panel.type = .bargauge
        let value = node["xaxis"]?["values"]?.list?.first?.text ?? "total"
        panel.options.calcs = [PanelReader.calculation(value)]
        panel.options.orientation = "vertical"
        panel.options.displayMode = "basic"
        panel.field.color = panel.field.color ?? .init(mode: "palette-classic")
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
        style.logBase = Self.logBase(axis)
        style.decimals = FieldReader.decimals(axis?["decimals"] ?? node["decimals"]) ?? style.decimals
        let hasLines = node["lines"]?.bool ?? true
        let hasBars = node["bars"]?.bool ?? false
        let hasPoints = node["points"]?.bool ?? false
        style.drawStyle = hasBars ? "bars" : hasLines ? "line" : "points"
        style.showPoints = hasPoints ? "always" : "never"
        style.pointSize = node["pointradius"]?.number.map { 2 + $0 * 2 } ?? 4
        style.lineWidth = hasBars ? 1 : node["linewidth"]?.number ?? 1
        // From 0 to 10, a tenth each.
        style.fillOpacity = hasBars ? 100 : (node["fill"]?.number ?? (hasLines ? 1 : 0)) * 10
        if let fill = node["fillGradient"]?.number, fill > 0 {
            style.gradient = "opacity"
            if !hasBars { style.fillOpacity = fill * 10 }
        }
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
        readThresholds(limits(ofRight: false), into: &style)
        return style
    }

    /// Whether a series has the right axis.
    private var hasRight: Bool {
        (node["seriesOverrides"]?.list ?? []).contains { $0["yaxis"]?.whole == 2 && $0["alias"]?.words != nil }
    }

    /// Of the bases that could be chosen once, Grafana still draws two.
    private static func logBase(_ axis: JSONNode?) -> Double? {
        axis?["logBase"]?.number.flatMap { $0 == 2 || $0 == 10 ? $0 : nil }
    }

    private func limits(ofRight isRight: Bool) -> [Limit] {
        let list = (node["thresholds"]?.list ?? []).filter { ($0["yaxis"]?.text == "right") == isRight }
        return list.compactMap(Limit.init) + (isRight ? [] : Limit.ofGrid(node["grid"]))
    }

    /// Areas or lines above or below a value.
    private func readThresholds(_ list: [Limit], into style: inout FieldStyle) {
        guard !list.isEmpty else { return }
        let limits = list.sorted { $0.value < $1.value }
        var steps: [FieldStyle.Threshold] = []
        for (place, limit) in limits.enumerated() {
            guard limit.isBelow else {
                steps.append(.init(value: limit.value, color: limit.color))
                continue
            }
            if steps.isEmpty { steps.append(.init(value: nil, color: limit.color)) }
            let next = place + 1 < limits.count ? limits[place + 1] : nil
            steps.append(.init(value: limit.value, color: next?.isBelow == true ? next?.color ?? "" : "transparent"))
        }
        if steps[0].value != nil { steps.insert(.init(value: nil, color: "transparent"), at: 0) }
        style.thresholds = steps
        let (hasArea, hasLine) = (limits.contains(where: \.hasArea), limits.contains(where: \.hasLine))
        style.thresholdsStyle = hasArea ? (hasLine ? "line+area" : "area") : hasLine ? "line" : "off"
    }

    /// A value above or below which a graph is coloured.
    private struct Limit {
        let value: Double
        let color: String
        var isBelow = false
        let hasArea: Bool
        let hasLine: Bool

        init?(_ node: JSONNode) {
            guard let value = node["value"]?.number else { return nil }
            self.value = value
            let colors = ["critical": "red", "warning": "orange", "ok": "green"]
            let own = node["fillColor"]?.words ?? node["lineColor"]?.words ?? "red"
            color = colors[node["colorMode"]?.text ?? "critical"] ?? own
            isBelow = node["op"]?.text == "lt"
            hasArea = node["fill"]?.bool ?? false
            hasLine = node["line"]?.bool ?? false
        }

        private init?(grid: JSONNode, name: String) {
            guard let value = grid[name]?.number else { return nil }
            self.value = value
            color = grid[name + "Color"]?.words ?? "red"
            hasLine = grid["thresholdLine"]?.bool ?? false
            hasArea = !hasLine
        }

        /// Two at most, before Grafana 4; a second one that is lower means that both are from above.
        static func ofGrid(_ grid: JSONNode?) -> [Limit] {
            guard let grid, let first = Limit(grid: grid, name: "threshold1") else { return [] }
            guard let second = Limit(grid: grid, name: "threshold2") else { return [first] }
            return [first, second].map { limit in
                var limit = limit
                limit.isBelow = first.value > second.value
                return limit
            }
        }
    }

    private func legend() -> Panel.Options.Legend {
        var legend = Panel.Options.Legend()
        guard let old = node["legend"] else { return legend }
        legend.isShown = old["show"]?.bool ?? true
        legend.isTable = old["alignAsTable"]?.bool ?? false
        legend.isRight = old["rightSide"]?.bool ?? false
        legend.sortBy = old["sort"]?.words.map(PanelReader.calculation)
        legend.sortsDown = old["sortDesc"]?.bool ?? false
        if old["values"]?.bool == true {
            let names = [
                ("min", "min"), ("max", "max"), ("avg", "mean"), ("current", "lastNotNull"), ("total", "sum"),
            ]
            legend.calcs = names.filter { old[$0.0]?.bool == true }.map(\.1)
        }
        return legend
    }

    /// Series of zeros, or without values, whose places in the legend are not wanted.
    private func hiddenFromLegend() -> [FieldOverride] {
        [("hideZero", "allIsZero"), ("hideEmpty", "allIsNull")].compactMap { flag, reducer in
            guard node["legend"]?[flag]?.bool == true else { return nil }
            var override = FieldOverride(matcher: "byValue", reducer: reducer, operation: "==", value: 1)
            override.style.isOutOfLegend = true
            return override
        }
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
            if value.whole == 2 { setRight(in: &style) }
        case "transform": style.transform = value.text
        case "fill": style.fillOpacity = value.number.map { $0 * 10 }
        case "fillGradient": if let fill = value.number, fill > 0 { style.fillOpacity = fill * 10 }
        case "linewidth": style.lineWidth = value.number
        case "lines": if value.bool == false { style.lineWidth = 0 } else { style.drawStyle = "line" }
        case "bars":
            if value.bool == true {
                (style.drawStyle, style.fillOpacity) = ("bars", 100)
            } else {
                style.drawStyle = "line"
            }
        case "points": style.showPoints = value.bool == true ? "always" : "never"
        case "pointradius": style.pointSize = value.number.map { 2 + $0 * 2 }
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
        case "nullPointMode":
            style.spansNulls = value.text == "connected"
            style.nullsAreZero = value.text == "null as zero"
        case "fillBelowTo": style.fillBelowTo = value.words
        case "legend": style.isOutOfLegend = value.bool == false
        case "hiddenSeries": style.isHidden = value.bool
        default: break
        }
    }

    /// A series of the right axis has nothing of the left one's.
    private func setRight(in style: inout FieldStyle) {
        let right = node["yaxes"]?.list?.dropFirst().first
        let grid = node["grid"]
        style.axisPlacement = right?["show"]?.bool == false ? "hidden" : "right"
        style.unit = right?["format"]?.words ?? node["y_formats"]?.list?.dropFirst().first?.words ?? style.unit
        style.decimals = FieldReader.decimals(right?["decimals"] ?? node["decimals"])
        style.min = right?["min"]?.number ?? grid?["rightMin"]?.number
        style.max = right?["max"]?.number ?? grid?["rightMax"]?.number
        style.axisLabel = right?["label"]?.words
        style.logBase = Self.logBase(right)
        readThresholds(limits(ofRight: true), into: &style)
        let left = self.style()
        let pairs = [
            ("decimals", left.decimals != nil, style.decimals == nil), ("min", left.min != nil, style.min == nil),
            ("max", left.max != nil, style.max == nil), ("axisLabel", left.axisLabel != nil, style.axisLabel == nil),
            ("logBase", left.logBase != nil, style.logBase == nil),
            ("thresholds", left.thresholds != nil, style.thresholds == nil),
            ("thresholdsStyle", left.thresholdsStyle != nil, style.thresholdsStyle == nil),
        ]
        let clears = pairs.filter { $0.1 && $0.2 }.map(\.0)
        if !clears.isEmpty { style.clears = clears }
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
