/// A value of a database of addresses.
package enum IPValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    /// Also a whole number beyond 64 bits.
    case number(Double)
    case flag(Bool)
    case bytes([UInt8])
    case list([IPValue])
    case fields([String: IPValue])

    /// What stands in a field of fields.
    package subscript(_ path: String...) -> IPValue? {
        var value = self
        for name in path {
            guard case .fields(let fields) = value, let next = fields[name] else { return nil }
            value = next
        }
        return value
    }

    package var asText: String? { if case .text(let text) = self { text } else { nil } }

    package var asNumber: Double? {
        switch self {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        default: nil
        }
    }
}
