internal import Foundation

/// What of an exported file stands elsewhere in it: constants and data sources that are asked for at import, library
/// panels, and panels that show the answer of another one.
struct ExportedParts {
    private let root: JSONNode
    private let constants: [String: String]
    /// The kinds of data sources by the names of inputs and variables that stand for them.
    private let sources: [String: String]
    /// By how many bytes constants may lengthen a file.
    private let room = Room()

    private final class Room {
        var left = 1 << 20
    }

    /// Longer texts and constants are none that people would type.
    private static let bytesMax = 10_000
    /// Where data sources are named.
    private static let sourced: Set = ["panels", "rows", "targets", "list", "datasource"]

    init(_ root: JSONNode) {
        self.root = root
        var (constants, sources) = ([String: String](), [String: String]())
        for input in root["__inputs"]?.list ?? [] {
            guard let name = input["name"]?.words else { continue }
            if input["type"]?.text == "constant", let value = input["value"]?.written, value.utf8.count <= Self.bytesMax
            {
                constants[name] = value
            }
            if input["type"]?.text == "datasource", let kind = input["pluginId"]?.words { sources[name] = kind }
        }
        for variable in root["templating"]?["list"]?.list ?? [] where variable["type"]?.text == "datasource" {
            if let name = variable["name"]?.words, let kind = variable["query"]?.words { sources[name] = kind }
        }
        self.constants = constants
        self.sources = sources
    }

    /// The dashboard with all of it in its place.
    func resolved() -> JSONNode {
        var result = root
        for key in ["panels", "rows"] {
            if let list = root[key]?.list { result = result.setting(key, root.list(list.map(withLibrary))) }
        }
        let shared = Self.panels(of: result)
        for key in ["panels", "rows"] {
            guard let list = result[key]?.list else { continue }
            result = result.setting(key, root.list(list.map { withAnswers($0, of: shared) }))
        }
        for key in ["panels", "rows", "templating", "annotations"] {
            if let part = result[key] { result = result.setting(key, filled(part)) }
        }
        return result
    }

    /// - Parameter inside: what becomes of panels in a row.
    private func inRow(_ node: JSONNode, _ inside: (JSONNode) -> JSONNode) -> JSONNode {
        guard let panels = node["panels"]?.list else { return node }
        return node.setting("panels", node.list(panels.map(inside)))
    }

    private func withLibrary(_ panel: JSONNode) -> JSONNode {
        guard let uid = panel["libraryPanel"]?["uid"]?.words, panel["type"]?.words == nil else {
            return inRow(panel, withLibrary)
        }
        let element = root["__elements"]?[uid] ?? root["__elements"]?.list?.first { $0["uid"]?.text == uid }
        guard let model = element?["model"] else { return panel }
        return panel.filling(from: model)
    }

    private static func panels(of root: JSONNode) -> [Int: JSONNode] {
        let all = (root["panels"]?.list ?? []) + (root["rows"]?.list ?? [])
        var found: [Int: JSONNode] = [:]
        for panel in all + all.flatMap({ $0["panels"]?.list ?? [] }) {
            if let id = panel["id"]?.whole, found[id] == nil { found[id] = panel }
        }
        return found
    }

    /// A panel of the data source "-- Dashboard --" has the queries of the one that it names.
    private func withAnswers(_ panel: JSONNode, of shared: [Int: JSONNode]) -> JSONNode {
        let source = panel["datasource"]?.text ?? panel["datasource"]?["uid"]?.text
        let target = panel["targets"]?.list?.first
        let own = target?["datasource"]?["uid"]?.text ?? target?["datasource"]?.text
        guard source == "-- Dashboard --" || own == "-- Dashboard --",
            let id = target?["panelId"]?.whole, let other = shared[id], other["id"]?.whole != panel["id"]?.whole
        else { return inRow(panel) { withAnswers($0, of: shared) } }
        var result = panel.setting("targets", other["targets"]).setting("datasource", other["datasource"])
        if target?["withTransforms"]?.bool == true {
            let steps = (other["transformations"]?.list ?? []) + (panel["transformations"]?.list ?? [])
            result = result.setting("transformations", panel.list(steps))
        }
        return result
    }

    /// Constants in texts, and the kind of a data source where only a name stands for it.
    private func filled(_ node: JSONNode) -> JSONNode {
        if let members = node.members {
            return node.object(
                members.map { key, value in
                    if constants.isEmpty, !Self.sourced.contains(key) { return (key, value) }
                    return (key, key == "datasource" ? self.source(value) ?? filled(value) : filled(value))
                })
        }
        if let list = node.list { return node.list(list.map(filled)) }
        guard !constants.isEmpty, let text = node.text, text.utf8.count <= Self.bytesMax, text.contains("${") else {
            return node
        }
        var result = text
        for (name, value) in constants where room.left > 0 {
            let filled = result.replacing("${\(name)}", with: value)
            room.left -= max(0, filled.utf8.count - result.utf8.count)
            if room.left > 0 { result = filled }
        }
        return node.text(result)
    }

    private func source(_ node: JSONNode) -> JSONNode? {
        guard let name = node.text ?? node["uid"]?.text, node["type"]?.words == nil, name.hasPrefix("$") else {
            return nil
        }
        let bare = name.trimmingCharacters(in: CharacterSet(charactersIn: "${}"))
        return sources[bare].map { node.object([("type", node.text($0)), ("uid", node.text(name))]) }
    }
}
