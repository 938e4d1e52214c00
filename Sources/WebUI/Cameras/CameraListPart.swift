internal import Base
internal import Foundation
internal import Model
internal import SiteView

/// The cameras of the site: filters, and a list of which a script draws what is in sight.
struct CameraListContent: PageContent {
    static let template = PageTemplate.cameraList

    struct Choice: Sendable {
        let value: String
        let name: String
        let selected: Bool
    }

    struct Link: Sendable {
        let link: String
        let name: String
        let current: Bool
    }

    struct Group: Sendable {
        /// `nil` where nothing is grouped.
        let heading: String?
        let cameras: [CameraRow]
    }

    /// Whether the page has more than this.
    let isPart: Bool
    /// Where the form leads.
    let path: String
    let query: String
    let view: String
    let states: [Choice]
    let nodes: [Choice]
    let hasNodes: Bool
    let labels: [Choice]
    let hasLabels: Bool
    let groupings: [Choice]
    let orders: [Choice]
    let views: [Link]
    let saved: [Link]
    /// Where this view is kept, and what of it.
    let keep: String
    let count: String
    let total: String
    let isEmpty: Bool
    /// That there are cameras, and none as wanted.
    let nothing: String?
    let groups: [Group]
    let moves: [Link]
}

extension WebUI {
    /// As many of a long list stand on a page without a script; of a list that is short enough all do.
    private static let rowsMax = 100
    private static let shortMax = 200
    /// More labels and nodes to choose from would be no choice.
    private static let choicesMax = 300

    /// The list of cameras, rendered.
    func cameraList(
        of overview: Overview, _ address: CameraListAddress = .init(), path: String = "/", saved: [SavedView] = []
    ) -> String {
        let list = CameraList(overview.cameras, address)
        let count = list.found <= Self.shortMax ? Self.shortMax : Self.rowsMax
        let from = min(address.from, max(0, list.found - 1) / count * count)
        let part = address.hasRows ? list.part(from: from, count: count) : []
        let nodes = Set(overview.cameras.map { $0.node?.name ?? "" })
        let labels = Set(overview.cameras.lazy.flatMap { $0.labels.map { "\($0.key)=\($0.value)" } })
        let labelNames = Set(overview.cameras.lazy.flatMap(\.labels.keys))
        let content = CameraListContent(
            isPart: path == "/" || address.view == .wall, path: path, query: address.query, view: address.view.rawValue,
            states: Self.states(address),
            nodes: Self.choices(nodes, chosen: address.nodes) {
                ($0.isEmpty ? CameraListAddress.thisHost : $0, $0.isEmpty ? say("cameras.thisHost") : $0)
            }, hasNodes: nodes.count > 1,
            labels: Self.choices(labels, chosen: address.labels) { ($0, $0) }, hasLabels: !labels.isEmpty,
            groupings: Self.groupings(address, overview.cameras, labelNames: labelNames),
            orders: CameraListAddress.Order.allCases.map {
                .init(value: $0.rawValue, name: say("cameras.sort." + $0.rawValue), selected: $0 == address.order)
            },
            views: CameraListAddress.View.allCases.map { view in
                .init(
                    link: address.changed { $0.view = view }.link(view == .wall ? CameraListAddress.path : path),
                    name: say("cameras.view." + view.rawValue), current: view == address.view)
            },
            saved: saved.map { view in
                .init(
                    link: CameraListAddress(FormFields(view.address)).link(), name: VisibleText.short(view.name),
                    current: CameraListAddress(FormFields(view.address)) == address)
            },
            keep: "/views?" + FormFields.text([("address", FormFields.text(address.changed { _ in }.parameters))]),
            count: Self.count(list), total: String(list.total), isEmpty: overview.cameras.isEmpty,
            nothing: list.found == 0 && list.total > 0 ? say("cameras.nothing") : nil,
            groups: part.map { group in
                .init(
                    heading: address.group.isEmpty
                        ? nil : Self.heading(group, in: list, isByState: address.group == "state"),
                    cameras: group.cameras.map { CameraRow($0, now: overview.now) })
            }, moves: Self.moves(list, address, from: from, count: count, path: path))
        return pages.part(content)
    }

    private static func count(_ list: CameraList) -> String {
        list.found == list.total
            ? say("cameras.all", ["count": .number(list.total)])
            : say("cameras.found", ["count": .number(list.found), "total": .number(list.total)])
    }

    private static func heading(_ group: CameraList.Group, in list: CameraList, isByState: Bool) -> String {
        let whole = list.groups.first { $0.name == group.name }?.cameras ?? group.cameras
        let wrong = whole.count { $0.state != .online }
        let name =
            group.name.isEmpty
            ? say("cameras.noGroup")
            : isByState
                ? CameraState(rawValue: group.name)?.words ?? group.name : VisibleText.short(group.name)
        return wrong == 0
            ? say("cameras.group", ["name": .text(name), "count": .number(whole.count)])
            : say("cameras.groupWrong", ["name": .text(name), "count": .number(whole.count), "wrong": .number(wrong)])
    }

    private static func states(_ address: CameraListAddress) -> [CameraListContent.Choice] {
        [.init(value: "wrong", name: say("cameras.wrong"), selected: address.states.contains("wrong"))]
            + CameraState.allCases.map {
                .init(value: $0.style, name: $0.words, selected: address.states.contains($0.style))
            }
    }

    private static func choices(
        _ values: Set<String>, chosen: [String], _ text: (String) -> (value: String, name: String)
    ) -> [CameraListContent.Choice] {
        values.union(chosen).map { ($0, NaturalOrder($0)) }.sorted { $0.1 < $1.1 }.prefix(choicesMax).map { value, _ in
            let text = text(value)
            return .init(value: text.value, name: VisibleText.short(text.name), selected: chosen.contains(value))
        }
    }

    private static func groupings(
        _ address: CameraListAddress, _ cameras: [CameraStatus], labelNames: Set<String>
    ) -> [CameraListContent.Choice] {
        var names = ["", "state"]
        if cameras.contains(where: { $0.node != nil }) { names += ["node", "site"] }
        names += labelNames.sorted().prefix(choicesMax).map { "label:\($0)" }
        if !names.contains(address.group) { names.append(address.group) }
        return names.map { name in
            let text =
                switch name {
                case "": say("cameras.group.none")
                case "state": say("cameras.group.state")
                case "node": say("cameras.group.node")
                case "site": say("cameras.group.site")
                default: say("cameras.group.label", ["name": .text(String(name.dropFirst("label:".count)))])
                }
            return .init(value: name, name: VisibleText.short(text), selected: name == address.group)
        }
    }

    /// To the parts before and behind.
    private static func moves(
        _ list: CameraList, _ address: CameraListAddress, from: Int, count: Int, path: String
    ) -> [CameraListContent.Link] {
        guard list.found > count else { return [] }
        return stride(from: 0, to: list.found, by: count).map { start in
            .init(
                link: address.changed { $0.from = start }.link(path) + "#cameras",
                name: say(
                    "cameras.part", ["first": .number(start + 1), "last": .number(min(start + count, list.found))]),
                current: start == from)
        }
    }
}
