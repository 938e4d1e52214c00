/// The panels of a file below their headings, each with its place.
enum DashboardSections {
    static func read(_ root: JSONNode, _ losses: Losses) -> [Dashboard.Section] {
        let nodes = ((root["panels"]?.list ?? []) + OldRows.panels(of: root)).filter { !Clones.isOne($0) }
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
            let below = inner.filter { !Clones.isOne($0) }.sorted {
                (place($0).y, place($0).x) < (place($1).y, place($1).x)
            }
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
        for row in rows where !Clones.isOne(row) {
            if showsHeadings {
                panels.append(
                    row.object([
                        ("type", row.text("row")), ("title", row["title"] ?? row.text("")),
                        ("collapsed", row.bool(row["collapse"]?.bool ?? false)), ("repeat", row["repeat"]),
                        ("gridPos", grid(row, x: 0, y: top, w: 24, h: 1)),
                    ]))
                top += 1
            }
            let usual = rowsHigh(row["height"]) ?? rowsHigh(pixels: 250)
            var area = RowArea(height: usual)
            for panel in row["panels"]?.list ?? [] where !Clones.isOne(panel) {
                // A part of a column is none.
                let span = panel["span"]?.number.flatMap { $0 > 0 ? $0 : nil } ?? 4
                let width = min(24, max(1, span.rounded(.down) * 2))
                let height = rowsHigh(panel["height"]) ?? usual
                let place = area.place(width: Int(width), height: height)
                var placed = panel.setting(
                    "gridPos", grid(panel, x: Double(place.x), y: top + place.y, w: width, h: height))
                // Of twelve columns, too.
                if let least = panel["minSpan"]?.number {
                    placed = placed.setting("minSpan", panel.number(min(24, least * 2)))
                }
                panels.append(placed)
            }
            top += area.top + usual
        }
        return panels
    }

    private static func grid(_ node: JSONNode, x: Double, y: Double, w: Double, h: Double) -> JSONNode {
        node.object([("x", node.number(x)), ("y", node.number(y)), ("w", node.number(w)), ("h", node.number(h))])
    }

    /// `250px`, or a number of pixels; nothing where it is not said.
    private static func rowsHigh(_ height: JSONNode?) -> Double? {
        let pixels = height?.number ?? height?.text.flatMap { Double($0.prefix { $0.isNumber }) }
        return pixels.flatMap { $0 > 0 ? rowsHigh(pixels: $0) : nil }
    }

    /// A row of today's grid has 30 with 8 between.
    private static func rowsHigh(pixels: Double) -> Double { (min(8_000, max(90, pixels)) / 38).rounded(.up) }
}

/// The space of an old row, filled from the left: low panels stand below each other where the row is high enough, and
/// what has no room any more begins a new line.
private struct RowArea {
    let height: Double
    /// Where its last line begins.
    private(set) var top = 0.0
    /// How far each column is filled.
    private var filled = [Double](repeating: 0, count: 24)

    init(height: Double) { self.height = height }

    mutating func place(width: Int, height: Double) -> (x: Int, y: Double) {
        var first = room(for: width)
        if first == nil {
            top += self.height
            filled = [Double](repeating: 0, count: 24)
            first = 0
        }
        let x = first ?? 0
        let y = filled[x...].max() ?? 0
        for column in x..<min(24, x + width) { filled[column] = max(filled[column], y + height) }
        return (x, top + y)
    }

    /// From the right, as far as columns have room and are no fuller than their neighbour.
    private func room(for width: Int) -> Int? {
        var first: Int?
        for column in filled.indices.reversed() {
            guard filled[column] < height, column == 23 || filled[column] <= filled[column + 1] else { break }
            first = column
        }
        return first.flatMap { 24 - $0 >= width ? $0 : nil }
    }
}

/// Copies that Grafana had made of what repeats and left in the file; they are made anew.
enum Clones {
    static func isOne(_ node: JSONNode) -> Bool {
        guard node["repeat"]?.words == nil else { return false }
        return node["repeatPanelId"]?.number != nil || node["repeatedByRow"]?.bool == true
            || node["repeatIteration"]?.number != nil && node["repeatRowId"]?.number != nil
    }
}
