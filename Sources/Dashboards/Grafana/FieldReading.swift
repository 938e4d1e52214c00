/// Reads `fieldConfig`: the defaults, and what overrides say.
enum FieldReader {
    static func style(_ defaults: JSONNode?) -> FieldStyle {
        var style = FieldStyle()
        guard let defaults else { return style }
        style.unit = defaults["unit"]?.words
        style.decimals = decimals(defaults["decimals"])
        style.min = defaults["min"]?.number
        style.max = defaults["max"]?.number
        style.displayName = (defaults["displayName"] ?? defaults["title"])?.words
        style.noValue = defaults["noValue"]?.written
        style.color = defaults["color"].flatMap(color)
        read(thresholds: defaults["thresholds"], into: &style)
        if let mappings = defaults["mappings"] { style.mappings = self.mappings(mappings) }
        if let links = defaults["links"]?.list { style.links = links.compactMap(FieldStyle.Link.init) }
        for (key, value) in defaults["custom"]?.members ?? [] { set(custom: key, value, in: &style) }
        // That is the usual one, which only an override has to say.
        if style.dashCap == "butt" { style.dashCap = nil }
        return style
    }

    static func decimals(_ node: JSONNode?) -> Int? { node?.whole.map { min(20, max(0, $0)) } }

    static func overrides(_ list: JSONNode?, _ losses: Losses) -> [FieldOverride] {
        (list?.list ?? []).compactMap { node in
            guard let matcher = node["matcher"], let id = matcher["id"]?.text else { return nil }
            let options = matcher["options"]
            var override = FieldOverride(matcher: id)
            switch id {
            case "byName", "byRegexp", "byType", "byFrameRefID": override.names = options?.texts ?? []
            case "numeric", "time": (override.matcher, override.names) = ("byType", [id == "time" ? "time" : "number"])
            case "byNames":
                override.names = options?["names"]?.texts ?? []
                override.isExcept = options?["mode"]?.text == "exclude"
            case "byValue":
                override.reducer = options?["reducer"]?.text ?? "lastNotNull"
                override.operation = options?["op"]?.text ?? ">="
                override.value = options?["value"]?.number
            default:
                losses.add("an override for fields \"\(id)\" is not known here", matcher)
                return nil
            }
            for property in node["properties"]?.list ?? [] {
                guard let name = property["id"]?.text else { continue }
                set(name, property["value"], in: &override.style)
                if property["value"] == nil, let keys = keys[name] {
                    override.style.clears = (override.style.clears ?? []) + keys
                }
            }
            return override
        }
    }

    /// What a property without a value takes back.
    private static let keys: [String: [String]] = [
        "unit": ["unit"], "decimals": ["decimals"], "min": ["min"], "max": ["max"], "displayName": ["displayName"],
        "noValue": ["noValue"], "color": ["color"], "thresholds": ["thresholds", "thresholdsArePercent"],
        "mappings": ["mappings"], "links": ["links"], "custom.drawStyle": ["drawStyle"],
        "custom.lineWidth": ["lineWidth"], "custom.fillOpacity": ["fillOpacity"],
        "custom.fillBelowTo": ["fillBelowTo"], "custom.lineInterpolation": ["lineInterpolation"],
        "custom.lineStyle": ["dashes", "dashCap"], "custom.showPoints": ["showPoints"],
        "custom.pointSize": ["pointSize"], "custom.stacking": ["stacking", "stackingGroup"],
        "custom.axisPlacement": ["axisPlacement"], "custom.axisLabel": ["axisLabel"],
        "custom.axisSoftMin": ["axisSoftMin"], "custom.axisSoftMax": ["axisSoftMax"],
        "custom.axisCenteredZero": ["axisIsCentered"], "custom.scaleDistribution": ["logBase"],
        "custom.spanNulls": ["spansNulls", "spansNullsUpTo"], "custom.transform": ["transform"],
        "custom.hideFrom": ["isHidden", "isOutOfLegend"], "custom.hidden": ["isHidden"],
        "custom.gradientMode": ["gradient"], "custom.thresholdsStyle": ["thresholdsStyle"],
        "custom.width": ["width"], "custom.align": ["align"],
        "custom.cellOptions": ["cell", "cellMode", "colorsRow", "wrapsText"],
        "custom.displayMode": ["cell", "cellMode"],
    ]

    private static func set(_ name: String, _ value: JSONNode?, in style: inout FieldStyle) {
        switch name {
        case "unit": style.unit = value?.written
        case "decimals": style.decimals = decimals(value)
        case "min": style.min = value?.number
        case "max": style.max = value?.number
        case "displayName": style.displayName = value?.words
        case "noValue": style.noValue = value?.written
        case "color": style.color = value.flatMap(color)
        case "thresholds": read(thresholds: value, into: &style)
        case "mappings": style.mappings = value.map(mappings)
        case "links": style.links = value?.list?.compactMap(FieldStyle.Link.init)
        default:
            if name.hasPrefix("custom."), let value { set(custom: String(name.dropFirst(7)), value, in: &style) }
        }
    }

    private static func set(custom name: String, _ value: JSONNode, in style: inout FieldStyle) {
        switch name {
        case "drawStyle": style.drawStyle = value.text
        case "lineWidth": style.lineWidth = value.number
        case "fillOpacity": style.fillOpacity = value.number
        case "fillBelowTo": style.fillBelowTo = value.words
        case "lineInterpolation": style.lineInterpolation = value.text
        case "lineStyle":
            style.dashes = dashes(value)
            style.dashCap =
                ["dot": "round", "square": "square", "dash": "butt", "solid": "butt"][value["fill"]?.text ?? ""]
        case "showPoints": style.showPoints = value.text
        case "pointSize": style.pointSize = value.number
        case "stacking":
            style.stacking = value["mode"]?.text
            style.stackingGroup = value["group"]?.written
        case "axisPlacement": style.axisPlacement = value.text
        case "axisLabel": style.axisLabel = value.words
        case "axisSoftMin": style.axisSoftMin = value.number
        case "axisSoftMax": style.axisSoftMax = value.number
        case "axisCenteredZero": style.axisIsCentered = value.bool == true ? true : nil
        case "scaleDistribution":
            style.logBase = value["type"]?.text == "log" ? max(2, value["log"]?.number ?? 10) : 0
        case "spanNulls":
            style.spansNulls = value.bool ?? false
            style.spansNullsUpTo = value.bool == nil ? value.number : 0
        case "transform": style.transform = value.text
        case "hideFrom":
            style.isHidden = value["viz"]?.bool ?? value["graph"]?.bool
            style.isOutOfLegend = value["legend"]?.bool
        case "hidden": style.isHidden = value.bool
        case "gradientMode": style.gradient = value.text
        case "thresholdsStyle": style.thresholdsStyle = value["mode"]?.text
        case "width": style.width = value.number
        case "align": style.align = value.text
        case "cellOptions":
            style.cell = value["type"]?.text
            style.cellMode = value["mode"]?.text ?? (style.cell == "gauge" ? "gradient" : nil)
            style.colorsRow = value["applyToRow"]?.bool
            style.wrapsText = value["wrapText"]?.bool ?? style.wrapsText
        case "wrapText": style.wrapsText = value.bool
        // Before Grafana 9.4 a gauge of one colour was a kind by itself.
        case "displayMode" where value.text == "basic": (style.cell, style.cellMode) = ("gauge", "basic")
        case "displayMode": style.cell = value.text
        default: break
        }
    }

    private static func dashes(_ style: JSONNode) -> [Double]? {
        let lengths = style["dash"]?.list?.compactMap(\.number)
        return switch style["fill"]?.text {
        case "dash", "square": lengths ?? [10, 10]
        case "dot": lengths ?? [0, 10]
        case "solid": []
        default: nil
        }
    }

    static func color(_ node: JSONNode) -> FieldStyle.Color? {
        if let name = node.text { return FieldStyle.Color(mode: "fixed", fixed: name) }
        guard let mode = node["mode"]?.text else { return nil }
        return FieldStyle.Color(mode: mode, fixed: node["fixedColor"]?.words, by: node["seriesBy"]?.words)
    }

    private static func read(thresholds node: JSONNode?, into style: inout FieldStyle) {
        // Before 7.0 they were a list by themselves.
        guard let node, let steps = node["steps"]?.list ?? node.list else { return }
        style.thresholds = self.steps(steps)
        style.thresholdsArePercent = node["mode"]?.text == "percentage"
    }

    static func steps(_ steps: [JSONNode]) -> [FieldStyle.Threshold] {
        steps.enumerated().compactMap { place, step -> FieldStyle.Threshold? in
            guard step.isObject else { return nil }
            let color = step["color"]?.words ?? "text"
            // The first one is from the bottom, whatever it says; of the others one that is no number has no place.
            guard let value = step["value"]?.number else {
                let isBottom = place == 0 || step["value"] == nil
                return isBottom ? FieldStyle.Threshold(value: nil, color: color) : nil
            }
            return FieldStyle.Threshold(value: value, color: color)
        }.enumerated().sorted { left, right in
            let (first, second) = (left.element.value ?? -.infinity, right.element.value ?? -.infinity)
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    // MARK: Mappings

    static func mappings(_ node: JSONNode) -> [FieldStyle.Mapping] { (node.list ?? []).flatMap(mapping) }

    private static func mapping(_ node: JSONNode) -> [FieldStyle.Mapping] {
        let options = node["options"]
        let result = options?["result"]
        switch node["type"]?.written {
        case "value":
            return (options?.members ?? []).map { key, value in
                .init(kind: .value, match: key, text: value["text"]?.written, color: value["color"]?.words)
            }
        case "range":
            return [
                .init(
                    kind: .range, from: options?["from"]?.number, to: options?["to"]?.number,
                    text: result?["text"]?.written, color: result?["color"]?.words)
            ]
        case "regex":
            return [
                .init(
                    kind: .regex, match: options?["pattern"]?.text ?? "", text: result?["text"]?.written,
                    color: result?["color"]?.words)
            ]
        case "special":
            return [
                .init(
                    kind: .special, match: options?["match"]?.text ?? "", text: result?["text"]?.written,
                    color: result?["color"]?.words)
            ]
        // Before Grafana 8: 1 is a value to a text, 2 a range.
        case "1": return old(value: node)
        case "2": return old(range: node)
        default: return node["from"] != nil && node["op"] == nil ? old(range: node) : old(value: node)
        }
    }

    /// Of a singlestat or a column of an old table: 1 is by value, 2 by range; a list of the kind that is not chosen is
    /// what was typed once.
    static func oldMappings(_ node: JSONNode) -> [FieldStyle.Mapping] {
        let values = (node["valueMaps"]?.list ?? []).flatMap(old(value:))
        let ranges = (node["rangeMaps"]?.list ?? []).flatMap(old(range:))
        switch node["mappingType"]?.whole {
        case 1: return values
        case 2: return ranges
        default: return values + ranges
        }
    }

    static func old(value node: JSONNode) -> [FieldStyle.Mapping] {
        guard let value = node["value"]?.written, let text = node["text"]?.written else { return [] }
        if value == "null" { return [.init(kind: .special, match: "null", text: text)] }
        return [.init(kind: .value, match: value, text: text)]
    }

    static func old(range node: JSONNode) -> [FieldStyle.Mapping] {
        guard let text = node["text"]?.written else { return [] }
        if node["from"]?.text == "null" { return [.init(kind: .special, match: "null", text: text)] }
        return [.init(kind: .range, from: node["from"]?.number, to: node["to"]?.number, text: text)]
    }
}

extension FieldStyle.Link {
    init?(_ node: JSONNode) {
        guard let url = (node["url"] ?? node["dashUri"])?.words else { return nil }
        self.init(title: node["title"]?.words ?? url, url: url, isNew: node["targetBlank"]?.bool ?? false)
    }
}

extension DashboardLink {
    init?(_ node: JSONNode) {
        let isList = node["type"]?.text == "dashboards"
        guard isList || node["url"]?.words != nil else { return nil }
        self.init(
            title: node["title"]?.words ?? node["url"]?.words ?? "", url: node["url"]?.words ?? "",
            tags: isList ? node["tags"]?.texts ?? [] : nil, keepsTime: node["keepTime"]?.bool ?? false,
            keepsVariables: node["includeVars"]?.bool ?? false, isNew: node["targetBlank"]?.bool ?? false)
    }
}

extension DashboardAnnotation {
    init?(_ node: JSONNode, _ losses: Losses) {
        // The one that is built in shows what people wrote into Grafana itself.
        if node["builtIn"]?.bool == true || node["builtIn"]?.number == 1 || node["type"]?.text == "dashboard" {
            return nil
        }
        let expr = node["expr"]?.words ?? node["target"]?["expr"]?.words
        let isForeign = node["datasource"]?["type"]?.words.map { !PanelReader.ours.contains($0) } ?? false
        guard let expr, !isForeign else {
            losses.add("the annotation \"\(node["name"]?.text ?? "")\" asks a data source that is not had here", node)
            return nil
        }
        self.init(
            name: node["name"]?.text ?? "", expr: expr, color: node["iconColor"]?.words ?? "red",
            isOn: node["enable"]?.bool ?? true, isHidden: node["hide"]?.bool ?? false, step: node["step"]?.words,
            title: node["titleFormat"]?.text ?? "", text: node["textFormat"]?.text ?? "")
        if let filter = node["filter"], let ids = filter["ids"]?.list {
            panelIds = ids.compactMap(\.whole)
            isExcept = filter["exclude"]?.bool ?? false
        }
        // Older forms wrote what a box of a page sends.
        usesValue = node["useValueForTime"]?.bool ?? (node["useValueForTime"]?.text == "on")
    }
}
