/// Reads a panel of any age.
struct PanelReader {
    let node: JSONNode
    let losses: Losses
    let title: String

    init(_ node: JSONNode, _ losses: Losses) {
        self.node = node
        self.losses = losses
        title = node["title"]?.text ?? ""
    }

    func panel() -> Panel {
        let grid = node["gridPos"]
        var panel = Panel(
            id: node["id"]?.whole ?? 0, type: .placeholder, title: title,
            description: node["description"]?.text ?? "", width: min(24, max(1, grid?["w"]?.whole ?? 12)),
            height: min(200, max(1, grid?["h"]?.whole ?? 8)))
        if !panel.description.isEmpty { panel.descriptionHTML = TextPanel.html(panel.description, mode: "markdown") }
        panel.x = min(23, max(0, grid?["x"]?.whole ?? 0))
        panel.y = min(1_000_000, max(0, grid?["y"]?.whole ?? 0))
        panel.repeats = node["repeat"]?.words
        panel.repeatsDown = node["repeatDirection"]?.text == "v"
        panel.repeatsMax =
            node["maxPerRow"]?.whole.map { max(1, min(24, $0)) } ?? node["minSpan"]?.whole.map(Self.count(ofWidth:))
        panel.timeFrom = node["timeFrom"]?.words
        panel.timeShift = node["timeShift"]?.words
        panel.hidesOwnTime = node["hideTimeOverride"]?.bool ?? false
        panel.isTransparent = node["transparent"]?.bool == true ? true : nil
        panel.interval = node["interval"]?.words
        panel.maxDataPoints = node["maxDataPoints"]?.whole
        panel.links = (node["links"]?.list ?? []).compactMap(FieldStyle.Link.init)
        panel.targets = targets()
        let type = node["type"]?.text ?? ""
        switch type {
        case "graph": GraphReader(node, losses).read(into: &panel)
        case "singlestat", "grafana-singlestat-panel": SinglestatReader(node, losses).read(into: &panel)
        case "grafana-piechart-panel": PieReader.read(old: node, into: &panel)
        case "table-old": TableReader.read(old: node, into: &panel)
        case "table" where node["styles"] != nil && node["fieldConfig"] == nil:
            TableReader.read(old: node, into: &panel)
        default:
            readToday(type, into: &panel)
            hideTimes(in: &panel)
            readTransformations(into: &panel)
            return panel
        }
        tellSources(&panel)
        hideTimes(in: &panel)
        readTransformations(into: &panel)
        return panel
    }

    /// The axis of times is hidden by its field.
    private func hideTimes(in panel: inout Panel) {
        let isHidden = panel.overrides.contains { override in
            let isOfTimes = [["time"], ["Time"]].contains(override.names)
            return isOfTimes && override.matcher.hasPrefix("by") && override.style.axisPlacement == "hidden"
        }
        if isHidden { panel.options.hidesTimes = true }
    }

    /// How many panels stand in a row where each has at least this width: a number by which 24 columns divide.
    private static func count(ofWidth width: Int) -> Int {
        [24, 12, 8, 6, 4, 3, 2].first { $0 * max(1, width) <= 24 } ?? 1
    }

    // MARK: Kinds of today

    /// Kinds that are drawn, some in the way of another one.
    private static let kinds: [String: Panel.Kind] = [
        "timeseries": .timeseries, "stat": .stat, "gauge": .gauge, "bargauge": .bargauge, "table": .table,
        "text": .text, "logs": .logs, "piechart": .piechart,
        "state-timeline": .stateTimeline,
    ]

    private func readToday(_ type: String, into panel: inout Panel) {
        guard let kind = Self.kinds[type] else {
            if type.isEmpty, let library = node["libraryPanel"] {
                panel.notDrawn = library["name"]?.words ?? "library panel"
                losses.add("panel \"\(title)\" is a library panel, which is not in the file", node)
                return
            }
            panel.notDrawn = type.isEmpty ? "?" : type
            losses.add("panel \"\(title)\" has type \"\(type)\", which is not drawn here", node)
            return
        }
        panel.type = kind
        let options = node["options"]
        // Gauges and stats of Grafana 6 had their fields below their options.
        let old = options?["fieldOptions"]
        let fields = node["fieldConfig"] ?? old
        panel.field = FieldReader.style(fields?["defaults"])
        panel.overrides = FieldReader.overrides(fields?["overrides"], losses)
        if let old { readOld(old, into: &panel) }
        panel.options.legend = legend(options?["legend"], of: kind)
        let reduce = options?["reduceOptions"] ?? old
        panel.options.calcs = (reduce?["calcs"]?.texts ?? []).map(Self.calculation)
        panel.options.showsAll = reduce?["values"]?.bool ?? false
        if let options, reduce == nil, options["valueOptions"] != nil || options["stat"] != nil {
            readFirst(options, into: &panel)
        }
        panel.options.limit = reduce?["limit"]?.whole
        panel.options.fields = reduce?["fields"]?.text ?? ""
        panel.options.colorMode = options?["colorMode"]?.text ?? (kind == .stat ? "value" : nil)
        panel.options.graphMode = options?["graphMode"]?.text ?? (kind == .stat ? "area" : nil)
        panel.options.textMode = options?["textMode"]?.text
        panel.options.orientation = options?["orientation"]?.text
        panel.options.displayMode = options?["displayMode"]?.text
        panel.options.valueMode = options?["valueMode"]?.text
        panel.options.namePlacement = options?["namePlacement"]?.text
        panel.options.hidesUnfilled = options?["showUnfilled"]?.bool == false ? true : nil
        panel.options.titleSize = options?["text"]?["titleSize"]?.number
        panel.options.valueSize = options?["text"]?["valueSize"]?.number
        panel.options.pie = options?["pieType"]?.text
        panel.options.pieLabels = options?["displayLabels"]?.texts ?? []
        panel.options.pieSort = options?["sort"]?.text
        panel.options.footer = Self.footer(options?["footer"])
        panel.options.frame = options?["frameIndex"]?.whole.flatMap { $0 > 0 ? $0 : nil }
        panel.options.hidesMarks = options?["showThresholdMarkers"]?.bool == false ? true : nil
        panel.options.labelsMarks = options?["showThresholdLabels"]?.bool == true ? true : nil
        panel.options.hidesHead = options?["showHeader"]?.bool == false
        if let sort = options?["sortBy"]?.list?.first {
            panel.options.sortBy = (sort["displayName"] ?? sort["id"])?.text
            panel.options.sortsDown = sort["desc"]?.bool ?? false
        }
        if kind == .stateTimeline {
            panel.options.merge = options?["mergeValues"]?.bool ?? true
            panel.options.stateTexts = options?["showValue"]?.text
        }
        switch kind {
        case .text: readText(options, into: &panel)
        case .logs: readLogs(into: &panel)
        default: tellSources(&panel)
        }
    }

    private func readOld(_ old: JSONNode, into panel: inout Panel) {
        if let thresholds = old["thresholds"]?.list, panel.field.thresholds == nil {
            panel.field.thresholds = FieldReader.steps(thresholds)
        }
        if let mappings = old["mappings"], panel.field.mappings == nil {
            panel.field.mappings = FieldReader.mappings(mappings)
        }
        // What a field was called by before Grafana 7.
        panel.field.displayName = panel.field.displayName?.replacing("$__field_name", with: "${__field.name}")
            .replacing("$__series_name", with: "${__series.name}")
    }

    /// The first gauges had what they show among their own options.
    private func readFirst(_ options: JSONNode, into panel: inout Panel) {
        let value = options["valueOptions"] ?? options
        panel.field.unit = value["unit"]?.words
        panel.field.decimals = FieldReader.decimals(value["decimals"])
        panel.field.min = options["minValue"]?.number
        panel.field.max = options["maxValue"]?.number
        panel.field.thresholds = options["thresholds"].map { FieldReader.steps($0.list ?? []) }
        panel.field.mappings = options["valueMappings"].map(FieldReader.mappings)
        panel.options.calcs = [Self.calculation(value["stat"]?.words ?? "avg")]
        panel.options.prefix = value["prefix"]?.words
        panel.options.suffix = value["suffix"]?.words
    }

    private func legend(_ node: JSONNode?, of kind: Panel.Kind) -> Panel.Options.Legend {
        var legend = Panel.Options.Legend()
        guard let node else { return legend }
        let mode = node["displayMode"]?.text
        legend.isShown = node["showLegend"]?.bool ?? (mode != "hidden" && node["isVisible"]?.bool != false)
        legend.isTable = mode == "table"
        legend.isRight = node["placement"]?.text == "right"
        // A pie's legend has values; the calculations beside them are of another kind that the panel had been.
        let (values, calcs) = (node["values"]?.texts, node["calcs"]?.texts)
        legend.calcs = ((kind == .piechart ? values ?? calcs : calcs ?? values) ?? []).map(Self.calculation)
        legend.sortBy = node["sortBy"]?.words.map { Self.names[$0] ?? Self.calculation($0) }
        legend.sortsDown = node["sortDesc"]?.bool ?? false
        return legend
    }

    private static func footer(_ node: JSONNode?) -> Panel.Options.Footer? {
        guard let node, node["show"]?.bool == true, let calc = node["reducer"]?.texts.first else { return nil }
        return .init(
            calc: calculation(calc), fields: (node["fields"]?.texts ?? []).filter { !$0.isEmpty },
            countsRows: node["countRows"]?.bool ?? false)
    }

    /// Names of calculations that were called otherwise before.
    static func calculation(_ name: String) -> String {
        ["avg": "mean", "current": "lastNotNull", "total": "sum", "percent": "percent"][name] ?? name
    }

    /// What calculations are called in the head of a legend.
    private static let names = [
        "Last *": "lastNotNull", "Last": "last", "First *": "firstNotNull", "First": "first", "Min": "min",
        "Max": "max", "Mean": "mean", "Median": "median", "Total": "sum", "Count": "count", "Range": "range",
        "Delta": "delta", "Step": "step", "Difference": "diff", "Difference percent": "diffperc", "Name": "name",
        "StdDev": "stdDev", "Variance": "variance",
    ]

    private func readText(_ options: JSONNode?, into panel: inout Panel) {
        let content = (options?["content"] ?? node["content"])?.text ?? ""
        let mode = (options?["mode"] ?? node["mode"])?.text ?? "markdown"
        var dropped: Set<String> = []
        panel.options.html = TextPanel.html(content, mode: mode) { dropped.insert(String($0)) }
        if !dropped.isEmpty {
            let tags = dropped.sorted().map { "<\($0)>" }.joined(separator: ", ")
            losses.add("panel \"\(title)\": \(tags) of its text are not shown", node)
        }
        if mode != "code", content.contains(/<img\b|!\[[^\]]*\]\(/) {
            losses.add("panel \"\(title)\": pictures of other servers are not shown", node)
        }
    }

    // MARK: Queries

    /// Data sources whose queries are PromQL.
    static let ours: Set = [
        "prometheus", "watchpost", "victoriametrics-metrics-datasource", "mimir", "thanos",
        "grafana-amazonprometheus-datasource",
    ]

    private func targets() -> [Panel.Target] {
        (node["targets"]?.list ?? []).compactMap { target in
            guard target.isObject, target["hide"]?.bool != true, let expr = target["expr"]?.words,
                expr.contains(where: { !$0.isWhitespace })
            else { return nil }
            if let source = source(target), !Self.ours.contains(source) { return nil }
            let legend = target["legendFormat"]?.text ?? "__auto"
            var read = Panel.Target(expr: expr, legendFormat: legend)
            read.refId = target["refId"]?.words ?? "A"
            let isRange = target["range"]?.bool ?? false
            read.isInstant = (target["instant"]?.bool ?? false) && !isRange
            read.format = target["format"]?.text ?? "time_series"
            read.interval = (target["interval"] ?? node["interval"])?.words
            read.intervalFactor = target["intervalFactor"]?.number.flatMap { $0 > 1 ? $0 : nil }
            return read
        }
    }

    /// The kind of the data source that a query or the whole panel names; `nil` where it names one by its name alone.
    private func source(_ target: JSONNode) -> String? {
        let own = target["datasource"]
        // A calculation of the answers of other queries.
        if Self.expressions == own?.text || Self.expressions == own?["uid"]?.text { return Self.expressions }
        let source = own?["type"]?.words ?? node["datasource"]?["type"]?.words
        return source.flatMap { $0 == "datasource" || $0 == "-- Mixed --" ? nil : $0 } ?? foreignName(target)
    }

    /// Old files name data sources by their names alone: what is asked tells whether it is another one's query.
    private func foreignName(_ target: JSONNode) -> String? {
        guard target["expr"] == nil else { return nil }
        let isAsked = ["measurement", "rawSql", "rawQuery", "target", "query", "queryText"].contains { key in
            target[key]?.words != nil
        }
        return isAsked ? (target["datasource"] ?? node["datasource"])?.words ?? "?" : nil
    }

    private static let expressions = "__expr__"

    /// What Grafana itself answers: test data, a saved state, another panel that is not in the file.
    private func ownSource(_ target: JSONNode) -> String? {
        guard target.isObject, target["hide"]?.bool != true, target["expr"] == nil else { return nil }
        let source = target["datasource"] ?? node["datasource"]
        if let name = source?.text ?? source?["uid"]?.text,
            ["-- Grafana --", "grafana", "-- Dashboard --"].contains(name)
        {
            return name
        }
        if target["panelId"]?.whole != nil { return "-- Dashboard --" }
        return (target["queryType"] ?? target["scenarioId"])?.words
    }

    private func tellSources(_ panel: inout Panel) {
        let all = node["targets"]?.list ?? []
        let foreign = all.compactMap { target in source(target).flatMap { Self.ours.contains($0) ? nil : $0 } }
        guard let first = foreign.first ?? (panel.targets.isEmpty ? all.compactMap(ownSource).first : nil) else {
            return
        }
        if panel.targets.isEmpty {
            panel.type = .placeholder
            panel.notDrawn = first
        }
        losses.add("panel \"\(title)\" asks the data source \"\(first)\", which is not had here", node)
    }

    private func readLogs(into panel: inout Panel) {
        for target in node["targets"]?.list ?? [] {
            switch target["datasource"]?["type"]?.text ?? node["datasource"]?["type"]?.text {
            case "elasticsearch", "opensearch", "grafana-opensearch-datasource", "watchpost-logs":
                panel.options.logQuery = target["query"]?.text ?? ""
                return
            case "loki"?:
                panel.type = .placeholder
                panel.notDrawn = "loki"
                losses.add(
                    "panel \"\(title)\" asks Loki by LogQL, which is not read here; ask by the page of logs", node)
                return
            default: continue
            }
        }
        // A query of words, without anything that says whose it is.
        let query = (node["targets"]?.list ?? []).compactMap { $0["query"]?.text }.first
        if query == nil, !panel.targets.isEmpty {
            panel.type = .placeholder
            panel.notDrawn = "logs"
            losses.add("panel \"\(title)\" shows logs and asks for metrics", node)
        } else {
            panel.options.logQuery = query ?? ""
        }
    }

    // MARK: Transformations

    private static let transformations: Set = [
        "organize", "joinByField", "seriesToColumns", "merge", "groupBy", "calculateField", "sortBy", "reduce",
        "filterFieldsByName", "labelsToFields", "renameByRegex", "limit", "seriesToRows", "timeSeriesTable",
        "filterByValue", "groupingToMatrix", "concatenate", "convertFieldType", "filterByRefId", "prepareTimeSeries",
    ]

    private func readTransformations(into panel: inout Panel) {
        for step in node["transformations"]?.list ?? [] where step["disabled"]?.bool != true {
            guard let id = step["id"]?.text else { continue }
            guard Self.transformations.contains(id) else {
                losses.add("panel \"\(title)\": the transformation \"\(id)\" is not done here", step)
                continue
            }
            panel.transformations.append(
                .init(id: id, options: step["options"], refId: step["filter"]?["options"]?.text))
        }
    }
}
