/// The shapes in which a dashboard comes: its classic model, wrapped by the API or by its resources, and schema 2.
enum GrafanaShape {
    /// The classic model; `nil` where the file is no dashboard.
    static func classic(_ file: JSONNode) -> JSONNode? {
        if let spec = file["spec"], spec["elements"]?.isObject == true { return SchemaTwo.classic(spec, of: file) }
        if file["elements"]?.isObject == true, file["layout"] != nil { return SchemaTwo.classic(file, of: file) }
        for root in [file, file["dashboard"], file["spec"], file["data"]].compactMap({ $0 }) where isClassic(root) {
            return root["uid"] == nil ? root.setting("uid", file["metadata"]?["name"]) : root
        }
        return nil
    }

    private static func isClassic(_ root: JSONNode) -> Bool {
        root["panels"]?.list != nil || root["rows"]?.list != nil
            || root["schemaVersion"] != nil && root["title"] != nil || root["templating"]?["list"] != nil
    }
}

/// Schema 2 of dashboards (`dashboard.grafana.app/v2…`) in words of the classic model.
enum SchemaTwo {
    static func classic(_ spec: JSONNode, of file: JSONNode) -> JSONNode {
        let elements = spec["elements"] ?? spec
        var (panels, top) = ([JSONNode](), 0.0)
        if let layout = spec["layout"] { place(layout, elements, &panels, &top) }
        let time = spec["timeSettings"]
        return spec.object([
            ("uid", file["metadata"]?["name"]), ("title", spec["title"]), ("description", spec["description"]),
            ("tags", spec["tags"]), ("links", spec["links"]), ("refresh", time?["autoRefresh"]),
            ("timezone", time?["timezone"]),
            ("time", time.map { $0.object([("from", $0["from"]), ("to", $0["to"])]) }), ("panels", spec.list(panels)),
            (
                "templating",
                spec["variables"]?.list.map { list in
                    spec.object([("list", spec.list(list.compactMap(variable)))])
                }
            ),
            (
                "annotations",
                spec["annotations"]?.list.map { list in spec.object([("list", spec.list(list.compactMap(annotation)))])
                }
            ),
        ])
    }

    private static func place(
        _ layout: JSONNode, _ elements: JSONNode, _ panels: inout [JSONNode], _ top: inout Double
    ) {
        let inner = layout["spec"] ?? layout
        let begin = top
        var count = 0
        for item in inner["items"]?.list ?? [] {
            let own = item["spec"] ?? item
            if let inside = own["elements"]?.list {
                let row = row(own, inside, elements, below: begin)
                panels.append(row.heading)
                top = max(top, row.end)
                continue
            }
            guard let panel = panel(own, elements) else { continue }
            let y = begin + (own["y"]?.number ?? 0)
            let size = (width: own["width"]?.number ?? 12, height: own["height"]?.number ?? 8)
            let isGrid = own["width"] != nil
            // Cells of a grid that places them by itself stand two in a row.
            let index = Double(count)
            count += 1
            let grid = own.object([
                ("x", own["x"] ?? own.number(index.truncatingRemainder(dividingBy: 2) * 12)),
                ("y", own.number(isGrid ? y : begin + (index / 2).rounded(.down) * 8)), ("w", own.number(size.width)),
                ("h", own.number(size.height)),
            ])
            panels.append(panel.setting("gridPos", grid))
            top = max(top, (grid["y"]?.number ?? y) + size.height)
        }
        for row in (inner["rows"]?.list ?? []) + (inner["tabs"]?.list ?? []) {
            let own = row["spec"] ?? row
            panels.append(
                own.object([
                    ("type", own.text("row")), ("title", own["title"] ?? own.text("")),
                    ("repeat", own["repeat"]?["value"]), ("gridPos", own.object([("y", own.number(top))])),
                    ("isClosed", own["collapse"]),
                ]))
            top += 1
            if let layout = own["layout"] { place(layout, elements, &panels, &top) }
        }
    }

    /// A heading of a grid with what it holds, whose places count from it.
    private static func row(
        _ own: JSONNode, _ inside: [JSONNode], _ elements: JSONNode, below begin: Double
    ) -> (heading: JSONNode, end: Double) {
        let top = begin + (own["y"]?.number ?? 0)
        var end = top + 1
        let panels = inside.compactMap { item -> JSONNode? in
            let place = item["spec"] ?? item
            let (y, height) = (top + 1 + (place["y"]?.number ?? 0), place["height"]?.number ?? 8)
            end = max(end, y + height)
            return panel(place, elements)?.setting(
                "gridPos",
                place.object([
                    ("x", place["x"]), ("y", place.number(y)), ("w", place["width"]), ("h", place.number(height)),
                ]))
        }
        let heading = own.object([
            ("type", own.text("row")), ("title", own["title"] ?? own.text("")), ("repeat", own["repeat"]?["value"]),
            ("gridPos", own.object([("y", own.number(top))])), ("collapsed", own["collapsed"]),
            ("panels", own.list(panels)),
        ])
        return (heading, end)
    }

    private static func panel(_ item: JSONNode, _ elements: JSONNode) -> JSONNode? {
        guard let name = item["element"]?["name"]?.text, let element = elements[name] else { return nil }
        let spec = element["spec"] ?? element
        let drawing = spec["vizConfig"]
        let queries = spec["data"]?["spec"]?["queries"]?.list ?? []
        let targets = queries.compactMap { query -> JSONNode? in
            let own = query["spec"]
            let inner = own?["query"]
            let target = inner?["spec"] ?? inner
            guard let target, target.isObject else { return nil }
            let name = inner?["datasource"]?["name"] ?? own?["datasource"]?["uid"]
            return target.setting("refId", own?["refId"]).setting("hide", own?["hidden"])
                .setting("datasource", target.object([("type", source(inner)), ("uid", name)]))
        }
        let type = drawing?["group"] ?? drawing?["kind"]
        return spec.object([
            ("id", spec["id"]), ("title", spec["title"]), ("description", spec["description"]),
            ("links", spec["links"]),
            ("type", type), ("options", drawing?["spec"]?["options"]),
            ("fieldConfig", drawing?["spec"]?["fieldConfig"]),
            ("targets", spec.list(targets)), ("repeat", item["repeat"]?["value"]),
            ("repeatDirection", item["repeat"]?["direction"]), ("maxPerRow", item["repeat"]?["maxPerRow"]),
            (
                "transformations",
                spec["data"]?["spec"]?["transformations"]?.list.map { list in
                    spec.list(
                        list.map {
                            $0.object([
                                ("id", $0["group"] ?? $0["kind"]), ("options", $0["spec"]?["options"]),
                                ("disabled", $0["spec"]?["disabled"]), ("filter", $0["spec"]?["filter"]),
                            ])
                        })
                }
            ),
            ("timeFrom", spec["data"]?["spec"]?["queryOptions"]?["timeFrom"]),
            ("timeShift", spec["data"]?["spec"]?["queryOptions"]?["timeShift"]),
            ("interval", spec["data"]?["spec"]?["queryOptions"]?["interval"]),
            ("maxDataPoints", spec["data"]?["spec"]?["queryOptions"]?["maxDataPoints"]),
            ("hideTimeOverride", spec["data"]?["spec"]?["queryOptions"]?["hideTimeOverride"]),
            ("transparent", spec["transparent"]),
        ])
    }

    /// The kind of the data source that a query is for, in words of both versions; nothing where it says none.
    private static func source(_ query: JSONNode?) -> JSONNode? {
        [query?["group"], query?["kind"]].compactMap { $0 }.first { ($0.words ?? "DataQuery") != "DataQuery" }
    }

    /// The orders of options, each at its number of before.
    private static let orders = [
        "disabled", "alphabeticalAsc", "alphabeticalDesc", "numericalAsc", "numericalDesc",
        "alphabeticalCaseInsensitiveAsc", "alphabeticalCaseInsensitiveDesc", "naturalAsc", "naturalDesc",
    ]

    private static func variable(_ node: JSONNode) -> JSONNode? {
        guard let spec = node["spec"], let kind = node["kind"]?.text, kind.hasSuffix("Variable") else { return nil }
        let name = String(kind.dropLast("Variable".count)).lowercased()
        let type = name == "text" ? "textbox" : name
        let query = spec["query"]?["spec"]?["query"] ?? spec["query"]?["spec"]?["expr"] ?? spec["query"]
        let kindOfSource = source(spec["query"]).map { spec.object([("type", $0)]) }
        let hide: Double = ["hideLabel": 1, "hideVariable": 2][spec["hide"]?.text ?? ""] ?? 0
        let sort = spec["sort"]?.text.flatMap { Self.orders.firstIndex(of: $0) }.map { spec.number(Double($0)) }
        return spec.setting("type", spec.text(type)).setting("query", query).setting("hide", spec.number(hide))
            .setting("sort", sort ?? spec["sort"]).setting("datasource", kindOfSource ?? spec["datasource"])
    }

    private static func annotation(_ node: JSONNode) -> JSONNode? {
        guard let spec = node["spec"] else { return nil }
        let query = spec["query"]
        let kind = source(query).map { spec.object([("type", $0)]) }
        return spec.filling(from: query?["spec"]).filling(from: spec["legacyOptions"])
            .setting("datasource", kind ?? spec["datasource"])
    }
}
