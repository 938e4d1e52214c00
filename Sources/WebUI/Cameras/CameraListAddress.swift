internal import Model

/// What a list of cameras shows, as its address has it: the whole of it, so that a link shows another person the same.
struct CameraListAddress: Sendable, Equatable {
    static let path = "/cameras"

    enum View: String, CaseIterable, Sendable { case grid, table, wall }
    enum Order: String, CaseIterable, Sendable { case worst, name, since }

    var view = View.grid
    var order = Order.name
    /// What cameras stand together by: `site`, `node`, `state`, or `label:NAME`; empty for none.
    var group = ""
    /// Styles of states, as ``CameraState/style`` has them; all where none is named.
    var states: [String] = []
    /// Names of nodes; all where none is named. This host has the name of an empty text.
    var nodes: [String] = []
    /// Labels that a camera must have, as `name=value`.
    var labels: [String] = []
    /// Words that all must stand somewhere in a camera's name, node, reason or labels.
    var query = ""
    /// How many of the list come before, where it is too long for one page without a script.
    var from = 0
    /// Whether the page has rows; one that draws them itself wants none.
    var hasRows = true

    private static let choicesMax = 50
    private static let queryMax = 200

    init() {}

    init(_ fields: FormFields) {
        view = fields["view"].flatMap(View.init) ?? .grid
        order = fields["sort"].flatMap(Order.init) ?? .name
        let group = fields["group"] ?? ""
        if ["site", "node", "state"].contains(group) || group.hasPrefix("label:") && group.utf8.count < Self.queryMax {
            self.group = group
        }
        let known = Set(CameraState.allCases.map(\.style))
        states = Self.names(fields.all("state")).filter { known.contains($0) || $0 == "wrong" }
        nodes = Self.names(fields.all("node")).map { $0 == Self.thisHost ? "" : $0 }
        labels = Self.names(fields.all("label")).filter { $0.contains("=") }
        query = String((fields["q"] ?? "").prefix(Self.queryMax))
        hasRows = fields["rows"] != "0"
        from = fields["from"].flatMap { Int($0) }.map { max(0, min($0, 1_000_000)) } ?? 0
    }

    /// How the address names this host, which has no name among the nodes.
    static let thisHost = "-"

    private static func names(_ values: [String]) -> [String] {
        var seen: Set<String> = []
        return values.filter { !$0.isEmpty && seen.insert($0).inserted }.prefix(choicesMax).map(\.self)
    }

    /// What differs from the usual, in its order.
    var parameters: [(name: String, value: String?)] {
        [
            ("view", view == .grid ? nil : view.rawValue), ("sort", order == .name ? nil : order.rawValue),
            ("group", group.isEmpty ? nil : group), ("q", query.isEmpty ? nil : query),
        ] + states.map { ("state", $0) } + nodes.map { ("node", $0.isEmpty ? Self.thisHost : $0) }
            + labels.map { ("label", $0) } + [("from", from == 0 ? nil : String(from)), ("rows", hasRows ? nil : "0")]
    }

    func link(_ path: String = path) -> String {
        let text = FormFields.text(parameters)
        return text.isEmpty ? path : "\(path)?\(text)"
    }

    func changed(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        copy.from = 0
        copy.hasRows = true
        change(&copy)
        return copy
    }
}
