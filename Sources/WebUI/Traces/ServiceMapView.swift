internal import Foundation
internal import Model
internal import TraceSearch

/// A map of services, drawn.
struct ServiceMapView: Sendable {
    struct Box: Sendable {
        let x: Int
        let y: Int
        let style: String
        /// Cut where it is long.
        let name: String
        let note: String
        /// All of it in words.
        let words: String
        /// `nil` for what tells nothing itself.
        let link: String?
        let textX: Int
        let nameY: Int
        let noteY: Int
    }

    struct Line: Sendable {
        let path: String
        let style: String
        /// How wide it is: the more calls the wider.
        let weight: String
        let words: String
        let link: String
        let label: Label?
    }

    struct Label: Sendable {
        let x: Int
        let y: Int
        let text: String
    }

    let width: Int
    let height: Int
    let boxWidth = ServiceMapLayout.boxWidth
    let boxHeight = ServiceMapLayout.boxHeight
    let boxes: [Box]
    let lines: [Line]

    /// With more lines than that their labels would cover them; the table has what they say.
    private static let labelledMax = 40
    private static let nameMax = 22

    /// A service, or what tells nothing itself: those may have the name of a service.
    private struct Node: Hashable, Comparable {
        let name: String
        let connection: ServiceLink.Connection?

        static func < (first: Node, second: Node) -> Bool {
            (first.name, first.connection?.rawValue ?? "") < (second.name, second.connection?.rawValue ?? "")
        }
    }

    private static func called(_ link: ServiceLink) -> Node {
        let isPeer = link.connection == .database || link.connection == .virtualNode
        return Node(name: link.server, connection: isPeer ? link.connection : nil)
    }

    /// - Returns: `nil` where there is nothing to draw.
    init?(_ graph: ServiceGraph, _ address: ServiceMapAddress) {
        var nodes: Set<Node> = []
        for link in graph.links {
            nodes.insert(Node(name: link.client, connection: nil))
            nodes.insert(Self.called(link))
        }
        for name in graph.services.keys { nodes.insert(Node(name: name, connection: nil)) }
        if nodes.isEmpty { return nil }
        let all = nodes.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
        let calls = graph.links.map { link in
            (
                from: numbers[Node(name: link.client, connection: nil)] ?? 0,
                to: numbers[Self.called(link)] ?? 0
            )
        }
        let layout = ServiceMapLayout(count: all.count, calls: calls)
        width = layout.width
        height = layout.height
        boxes = zip(all, layout.boxes).map { node, place in Self.box(node, place, graph, address) }
        let isLabelled = graph.links.count <= Self.labelledMax
        lines = graph.links.indices.map { index in
            let place = layout.boxes[calls[index].from]
            return Self.line(graph.links[index], layout.lines[index], from: place, isLabelled, address)
        }
    }

    private static func box(
        _ node: Node, _ place: ServiceMapLayout.Place, _ graph: ServiceGraph, _ address: ServiceMapAddress
    ) -> Box {
        let figures = node.connection == nil ? graph.services[node.name] : nil
        let note =
            switch node.connection {
            case .database: say("serviceMap.database")
            case .virtualNode: say("serviceMap.silent")
            default: figures.map { address.words($0, short: true) } ?? say("serviceMap.uncalled")
            }
        let name = node.name.count > nameMax ? node.name.prefix(nameMax - 1) + "…" : node.name[...]
        return Box(
            x: place.x, y: place.y,
            style: node.connection == nil ? ServiceMapAddress.style(figures) : "peer",
            name: VisibleText.short(String(name)), note: note,
            words: VisibleText.short(node.name) + ": " + (figures.map { address.words($0) } ?? note),
            link: node.connection == nil ? address.traces(ofService: node.name) : nil,
            textX: place.x + 12, nameY: place.y + 20, noteY: place.y + 38)
    }

    private static func line(
        _ link: ServiceLink, _ points: [ServiceMapLayout.Place], from box: ServiceMapLayout.Place, _ isLabelled: Bool,
        _ address: ServiceMapAddress
    ) -> Line {
        let rate = address.rate(link.figures.calls)
        let figures = link.figures
        var label: Label?
        var path: String
        if let first = points.first, points.count > 1 {
            path = "M\(first.x) \(first.y)"
            for (start, end) in zip(points, points.dropFirst()) {
                let middle = (start.x + end.x) / 2
                path += "C\(middle) \(start.y) \(middle) \(end.y) \(end.x) \(end.y)"
            }
            label = Label(
                x: (first.x + points[1].x) / 2, y: (first.y + points[1].y) / 2 - 4,
                text: address.label(figures))
        } else {
            let (left, right) = (box.x + ServiceMapLayout.boxWidth / 3, box.x + ServiceMapLayout.boxWidth * 2 / 3)
            path = "M\(right) \(box.y)C\(right) \(box.y - 24) \(left) \(box.y - 24) \(left) \(box.y)"
            label = Label(x: (left + right) / 2, y: box.y - 20, text: address.label(figures))
        }
        return Line(
            path: path, style: ServiceMapAddress.style(figures),
            weight: Shown.decimal(min(6, max(1, 1 + log10(max(1, rate * 10))))),
            words:
                say(
                    "serviceMap.callsWords",
                    [
                        "client": .text(VisibleText.short(link.client)),
                        "server": .text(VisibleText.short(link.server)),
                        "figures": .text(address.words(figures)),
                    ]),
            link: address.traces(of: link), label: isLabelled ? label : nil)
    }
}
