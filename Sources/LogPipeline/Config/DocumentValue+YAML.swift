import ConfigText
import LogDocuments

extension DocumentValue {
    /// A value of YAML: plain numbers and truth values are such.
    init(_ node: YAMLNode) {
        switch node.content {
        case .null: self = .null
        case .scalar(let text, let isPlain):
            if isPlain, let value = Int64(text) {
                self = .integer(value)
            } else if isPlain, let value = Double(text), value.isFinite {
                self = .number(value)
            } else if isPlain, text == "true" || text == "false" {
                self = .boolean(text == "true")
            } else {
                self = .string(text)
            }
        case .sequence(let items): self = .array(items.map(DocumentValue.init))
        case .mapping(let entries): self = .object(Document(entries.map { ($0.key, DocumentValue($0.value)) }))
        }
    }
}
