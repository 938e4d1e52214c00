import Base
import Dashboards
import Foundation

/// The text of a dashboard, whoever wrote it.
enum DashboardText {
    /// The text of a file.
    static func read(_ path: String) throws -> String {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.contents(path, atMost: Dashboard.bytesMax)
        } catch {
            throw CommandFailure("\(error)")
        }
        return try text(of: bytes, from: path)
    }

    /// Without the mark that editors of Windows begin with, which Grafana does not read.
    static func text(of bytes: [UInt8], from name: String) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("cannot read \(name): it is not UTF-8; save it as UTF-8")
        }
        return text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
    }

    /// A dashboard without what Grafana's API, or its resources, wrap it in.
    struct Unwrapped {
        /// Nothing is changed of a text that is not wrapped; any other has its keys in order, a line each.
        let text: String
        /// The title of the folder in which that Grafana has it; `nil` for none.
        let folder: String?
    }

    static func unwrapped(_ text: String) -> Unwrapped {
        guard let object = object(text), object["panels"] == nil, object["rows"] == nil,
            let inner = object["dashboard"] as? [String: Any],
            let data = try? JSONSerialization.data(
                withJSONObject: inner, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        else { return Unwrapped(text: text, folder: nil) }
        return Unwrapped(
            text: String(decoding: data, as: UTF8.self) + "\n",
            folder: (object["meta"] as? [String: Any]).flatMap(folder))
    }

    private static func folder(of meta: [String: Any]) -> String? {
        guard let title = meta["folderTitle"] as? String, !title.isEmpty else { return nil }
        // The top of all has a title, too, and neither identifier.
        if let uid = meta["folderUid"] as? String { return uid.isEmpty ? nil : title }
        return (meta["folderId"] as? Int ?? 0) > 0 ? title : nil
    }

    /// What Grafana's API is given: the classic model without a wrapper.
    /// - Returns: `nil` for what is none.
    static func classic(_ text: String) -> [String: Any]? {
        guard let object = object(unwrapped(text).text) else { return nil }
        // A resource of Grafana 12.
        let spec = object["spec"] as? [String: Any]
        let root = spec ?? object
        return root["elements"] == nil ? root : nil
    }

    /// Whether two texts are the same dashboard: each Grafana gives numbers of its own to one and to its versions.
    static func areSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard var first = members(of: one), var second = members(of: other) else { return false }
        // One without an identifier was given that of its file's name.
        let isNamed = [first, second].allSatisfy { $0["uid"] != nil && $0["uid"] != .text("") }
        for key in ["id", "version", "iteration"] + (isNamed ? [] : ["uid"]) {
            first[key] = nil
            second[key] = nil
        }
        return first == second
    }

    private static func members(of text: String) -> [String: Value]? {
        guard let classic = classic(text), let data = try? JSONSerialization.data(withJSONObject: classic) else {
            return nil
        }
        return try? JSONDecoder().decode([String: Value].self, from: data)
    }

    /// A value of JSON that can be compared: how a number is written makes no difference.
    private enum Value: Decodable, Equatable {
        case null
        case bool(Bool)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let bool = try? container.decode(Bool.self) {
                self = .bool(bool)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }
    }

    /// The identifier that a dashboard has in a Grafana: its own, or the name of its file in 40 letters that Grafana takes.
    /// - Parameter name: what stands for it here where it has none.
    static func uid(of dashboard: [String: Any], or name: String) -> String {
        if let uid = dashboard["uid"] as? String, !uid.isEmpty { return uid }
        let letters = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" }
        return String(letters.prefix(40))
    }

    private static func object(_ text: String) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }
}
