internal import HTTPKit
internal import PromQL

extension JSONBytes {
    /// An expression taken apart, as `parse_query` answers it.
    mutating func tree(_ tree: SyntaxTree) {
        switch tree {
        case .object(let fields):
            raw("{")
            var isFirst = true
            for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
                comma(unlessFirst: &isFirst)
                string(name)
                raw(":")
                self.tree(value)
            }
            raw("}")
        case .list(let elements): list(elements) { $0.tree($1) }
        case .text(let text): string(text)
        case .whole(let value): number(value)
        case .boolean(let value): boolean(value)
        case .null: raw("null")
        }
    }
}
