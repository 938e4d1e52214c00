internal import Base
internal import Model

/// A node of the routing tree, ready for use. Times are in milliseconds.
struct Route: Sendable {
    let index: Int
    /// The route above; `nil` for the root.
    let parent: Int?
    /// The way from the root, which names the route in group keys: `{}/{severity="critical"}`.
    let key: String
    let receiver: String
    /// `nil` groups by all labels.
    let groupBy: Set<String>?
    let groupWait: Int64
    let groupInterval: Int64
    let repeatInterval: Int64
    let matchers: [Matcher]
    let continues: Bool
    let muteTimeIntervals: [String]
    let activeTimeIntervals: [String]
    fileprivate(set) var children: [Int] = []

    func groupLabels(of labels: Labels) -> Labels { groupBy.map { LabelNames($0).kept(of: labels) } ?? labels }
}

/// The routing tree as a list: a child stands after its parent.
struct RoutingTree: Sendable {
    private(set) var routes: [Route] = []

    init(_ root: RouteConfig) { _ = add(root, under: nil) }

    private mutating func add(_ config: RouteConfig, under parent: Int?) -> Int {
        let own = "{" + config.matchers.map(\.description).sorted().joined(separator: ",") + "}"
        let key = parent.map { routes[$0].key + "/" + own } ?? "{}"
        let index = routes.count
        routes.append(
            Route(
                index: index, parent: parent, key: key, receiver: config.receiver,
                groupBy: config.groupBy.map { Set($0) },
                groupWait: config.groupWait.milliseconds, groupInterval: config.groupInterval.milliseconds,
                repeatInterval: config.repeatInterval.milliseconds, matchers: config.matchers,
                continues: config.continues, muteTimeIntervals: config.muteTimeIntervals,
                activeTimeIntervals: config.activeTimeIntervals))
        for child in config.routes {
            let childIndex = add(child, under: index)
            routes[index].children.append(childIndex)
        }
        return index
    }

    /// The matchers of every route from the root to this one; the root's are `{}`.
    func path(to route: Route) -> [String] {
        var path: [String] = []
        var next: Int? = route.index
        while let index = next {
            let matchers = routes[index].matchers.map(\.description)
            path.insert("{" + matchers.joined(separator: ", ") + "}", at: 0)
            next = routes[index].parent
        }
        return path
    }

    /// The routes that take an alert with these labels: the deepest of the first branch that matches, and of the
    /// next ones as long as a branch says `continue`.
    func routes(for labels: Labels) -> [Route] { matches(0, labels).map { routes[$0] } }

    private func matches(_ index: Int, _ labels: Labels) -> [Int] {
        let route = routes[index]
        guard route.matchers.allSatisfy({ $0.matches(labels) }) else { return [] }
        var found: [Int] = []
        for child in route.children {
            let below = matches(child, labels)
            found += below
            if !below.isEmpty, !routes[child].continues { break }
        }
        return found.isEmpty ? [index] : found
    }
}
