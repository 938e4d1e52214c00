/// A value of a YAML file and where it stands: aliases followed, merge keys merged.
package struct YAMLNode {
    package struct Entry {
        package let key: String
        package let keyPosition: SourcePosition
        package let value: YAMLNode

        package init(key: String, keyPosition: SourcePosition, value: YAMLNode) {
            self.key = key
            self.keyPosition = keyPosition
            self.value = value
        }
    }

    package enum Content {
        case null
        /// `isPlain` where the text stands without quotes, so that `true` may be a truth value.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    package let content: Content
    /// Where the value begins: its quote, its `|`, its first letter.
    package let position: SourcePosition
    /// Where the text itself begins: behind the quote, or on the first line of a block.
    package let textPosition: SourcePosition

    package init(_ content: Content, at position: SourcePosition, textAt textPosition: SourcePosition? = nil) {
        self.content = content
        self.position = position
        self.textPosition = textPosition ?? position
    }

    /// What the value is, for messages.
    package var kind: String {
        switch content {
        case .null: "nothing"
        case .scalar: "a text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The value with keys such as `json.keys_under_root` taken apart into mappings, as Beats read them.
    package var expandingDottedKeys: YAMLNode {
        switch content {
        case .null, .scalar: return self
        case .sequence(let items):
            return YAMLNode(.sequence(items.map(\.expandingDottedKeys)), at: position)
        case .mapping(let entries):
            var merged: [Entry] = []
            for entry in entries {
                let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
                var value = entry.value.expandingDottedKeys
                for part in parts.dropFirst().reversed() {
                    value = YAMLNode(
                        .mapping([Entry(key: part, keyPosition: entry.keyPosition, value: value)]),
                        at: entry.keyPosition)
                }
                Self.merge(Entry(key: parts[0], keyPosition: entry.keyPosition, value: value), into: &merged)
            }
            return YAMLNode(.mapping(merged), at: position)
        }
    }

    private static func merge(_ entry: Entry, into entries: inout [Entry]) {
        guard let index = entries.firstIndex(where: { $0.key == entry.key }),
            case .mapping(var present) = entries[index].value.content, case .mapping(let more) = entry.value.content
        else {
            entries.append(entry)
            return
        }
        for inner in more { merge(inner, into: &present) }
        entries[index] = Entry(
            key: entry.key, keyPosition: entries[index].keyPosition,
            value: YAMLNode(.mapping(present), at: entries[index].value.position))
    }
}
