/// The panels of a file below their headings, each with its place.
enum DashboardSections {
    static func read(_ root: JSONNode, _ losses: Losses) -> [Dashboard.Section] {
        let nodes = (root["panels"]?.list ?? []) + OldRows.panels(of: root)
        let named = nodes.flatMap { [$0] + ($0["panels"]?.list ?? []) }.compactMap { $0["id"]?.whole }
        var (used, free) = (Set<Int>(), (named.max() ?? 0) + 1)
        var number = 0
        var sections = [Dashboard.Section(panels: [])]
        // A heading holds what stands below it, whatever the order of the file.
        let ordered = nodes.enumerated().sorted { left, right in
            let (first, second) = (place(left.element), place(right.element))
            return (first.y, first.x, left.offset) < (second.y, second.x, right.offset)
        }.map(\.element)
        func add(_ node: JSONNode, below top: Double) {
            guard number < Dashboard.panelsMax else { return }
            number += 1
            guard node.isObject else {
                losses.add("a panel is left out: it is no object", node)
                return
            }
            var panel = PanelReader(node, losses).panel()
            // Numbers of panels must differ, as forms and addresses name them.
            if node["id"]?.whole == nil || used.contains(panel.id) {
                panel.id = free
                free += 1
            }
            used.insert(panel.id)
            panel.y = max(0, panel.y - Int(top.rounded()))
            sections[sections.count - 1].panels.append(panel)
        }
        var (top, isBehindClosed) = (0.0, false)
        for node in ordered {
            guard node["type"]?.text == "row" else {
                // A closed heading of today holds its panels inside; what follows stands by itself.
                if isBehindClosed { sections.append(Dashboard.Section(panels: [])) }
                isBehindClosed = false
                add(node, below: top)
                continue
            }
            let inner = node["panels"]?.list ?? []
            let isClosed = node["collapsed"]?.bool ?? node["isClosed"]?.bool ?? false
            top = place(node).y + 1
            sections.append(
                Dashboard.Section(
                    title: node["title"]?.text ?? "", isClosed: isClosed, repeats: node["repeat"]?.words, panels: []))
            let below = inner.sorted { (place($0).y, place($0).x) < (place($1).y, place($1).x) }
            let first = below.first.map { place($0).y } ?? top
            for panel in below { add(panel, below: first) }
            isBehindClosed = isClosed && !below.isEmpty
        }
        if number >= Dashboard.panelsMax {
            losses.add("only the first \(Dashboard.panelsMax) panels are shown", root)
        }
        return sections.filter { $0.title != nil || !$0.panels.isEmpty }
    }

    private static func place(_ node: JSONNode) -> (x: Double, y: Double) {
        let grid = node["gridPos"]
        return (grid?["x"]?.number ?? 0, grid?["y"]?.number ?? 0)
    }
}

/// Rows of files from before Grafana 5, whose panels have a share of twelve columns and the height of their row.
enum OldRows {
    /// The panels with places of today, and the headings of rows that show one.
    static func panels(of root: JSONNode) -> [JSONNode] {
        let rows = root["rows"]?.list ?? []
        // Behind the panels that have places already.
        var top =
            (root["panels"]?.list ?? []).map { node in
                (node["gridPos"]?["y"]?.number ?? 0) + (node["gridPos"]?["h"]?.number ?? 0)
            }.max() ?? 0
        let showsHeadings = rows.contains { row in
            row["collapse"]?.bool == true || row["showTitle"]?.bool == true || row["repeat"]?.words != nil
        }
        var panels: [JSONNode] = []
        for row in rows {
            if showsHeadings {
                panels.append(
                    row.object([
                        ("type", row.text("row")), ("title", row["title"] ?? row.text("")),
                        ("collapsed", row.bool(row["collapse"]?.bool ?? false)), ("repeat", row["repeat"]),
                        ("gridPos", grid(row, x: 0, y: top, w: 24, h: 1)),
                    ]))
                top += 1
            }
            var (left, height) = (0.0, 0.0)
            for panel in row["panels"]?.list ?? [] {
                let width = min(24, max(1, (panel["span"]?.number ?? 4).rounded() * 2))
                let own = rowsHigh(panel["height"] ?? row["height"])
                if left + width > 24 {
                    top += height
                    (left, height) = (0, 0)
                }
                panels.append(panel.setting("gridPos", grid(panel, x: left, y: top, w: width, h: own)))
                left += width
                height = max(height, own)
            }
            top += height
        }
        return panels
    }

    private static func grid(_ node: JSONNode, x: Double, y: Double, w: Double, h: Double) -> JSONNode {
        node.object([("x", node.number(x)), ("y", node.number(y)), ("w", node.number(w)), ("h", node.number(h))])
    }

    /// `250px`, or a number of pixels; a row of today's grid has 30 with 8 between.
    private static func rowsHigh(_ height: JSONNode?) -> Double {
        let pixels = height?.number ?? height?.text.flatMap { Double($0.prefix { $0.isNumber }) } ?? 250
        return (max(90, pixels) / 38).rounded(.up)
    }
}
