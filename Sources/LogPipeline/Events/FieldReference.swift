/// Where in an event a value stands: `[http][response][status_code]`, or `status` for a field of the event itself.
package struct FieldReference: Sendable, Hashable, CustomStringConvertible {
    package enum Root: Sendable, Hashable {
        case event
        /// `@timestamp`.
        case timestamp
        /// Below `[@metadata]`, which no output ships.
        case metadata
    }

    package let root: Root
    /// Names from the outside in; none for the root itself. Numbers are also places in arrays.
    package let path: [String]
    /// As it was written.
    package let description: String

    /// The field of a text between brackets, or of the text itself.
    package init(_ text: String) {
        description = text
        let names = Self.names(text)
        switch names.first {
        case "@timestamp" where names.count == 1: (root, path) = (.timestamp, [])
        case "@metadata": (root, path) = (.metadata, Array(names.dropFirst()))
        default: (root, path) = (.event, names)
        }
    }

    init(root: Root, path: [String], description: String) {
        self.root = root
        self.path = path
        self.description = description
    }

    /// Names that stand in each other: what an event calls a field may be anything, and deeper ones no reader of JSON takes.
    private static let namesMax = 64

    private static func names(_ text: String) -> [String] {
        guard text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]"),
            text.utf8.count(where: { $0 == UInt8(ascii: "[") }) <= namesMax
        else { return [text] }
        var names: [String] = []
        var name = ""
        for character in text {
            switch character {
            case "[": name = ""
            case "]":
                if !name.isEmpty { names.append(name) }
                name = ""
            default: name.append(character)
            }
        }
        return names.isEmpty ? [text] : names
    }

    /// The name with dots, as the field is called when it is searched for.
    package var dotted: String {
        switch root {
        case .event: path.joined(separator: ".")
        case .timestamp: "@timestamp"
        case .metadata: (["@metadata"] + path).joined(separator: ".")
        }
    }
}
