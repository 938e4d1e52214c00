internal import Base
internal import Foundation
internal import PromQL

extension JSONBytes {
    /// A number; JSON has none for infinities.
    mutating func real(_ value: Double) {
        append(text: value.isFinite ? FloatText.general(value) : "0")
    }

    /// A time as RFC 3339; the zero time of Go where there is none.
    mutating func moment(_ milliseconds: Int64?) {
        guard let milliseconds else {
            string("0001-01-01T00:00:00Z")
            return
        }
        // The format cuts off, and a double may lie just under its millisecond.
        let date = Date(timeIntervalSince1970: (Double(milliseconds) + 0.1) / 1_000)
        string(
            date.formatted(
                .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted)))
    }

    mutating func dictionary(_ texts: [String: String]) {
        raw("{")
        var isFirst = true
        for (name, value) in texts.sorted(by: { $0.key < $1.key }) {
            comma(unlessFirst: &isFirst)
            string(name)
            raw(":")
            string(value)
        }
        raw("}")
    }

    mutating func boolean(_ value: Bool) { if value { raw("true") } else { raw("false") } }

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
