import LogDocuments

/// What `convert` makes of a value.
enum ValueConversion: String, CaseIterable, Sendable {
    case integer
    case integerEU = "integer_eu"
    case float
    case floatEU = "float_eu"
    case string
    case boolean

    /// - Returns: `nil` where there is nothing to convert: objects and null stay. A list is converted value by value.
    func convert(_ value: DocumentValue) -> DocumentValue? {
        switch value {
        case .object, .null: nil
        case .array(let values): .array(values.map { convert($0) ?? $0 })
        default: single(value)
        }
    }

    private func single(_ value: DocumentValue) -> DocumentValue {
        switch self {
        case .integer: integer(value) { $0.replacing(",", with: "") }
        case .integerEU: integer(value) { $0.replacing(".", with: "").replacing(",", with: ".") }
        case .float: real(value) { $0.replacing(",", with: "") }
        case .floatEU: real(value) { $0.replacing(".", with: "").replacing(",", with: ".") }
        case .string: .string(value.fieldText)
        case .boolean: boolean(value)
        }
    }

    private func integer(_ value: DocumentValue, _ plain: (String) -> String) -> DocumentValue {
        switch value {
        case .boolean(let value): .integer(value ? 1 : 0)
        case .number(let value): .integer(Int64(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max))
        case .string(let text): .integer(RubyNumbers.integer(plain(text)))
        default: value
        }
    }

    private func real(_ value: DocumentValue, _ plain: (String) -> String) -> DocumentValue {
        switch value {
        case .boolean(let value): .number(value ? 1 : 0)
        case .integer(let value): .number(Double(value))
        case .string(let text): .number(RubyNumbers.real(plain(text)))
        default: value
        }
    }

    /// What is neither true nor false stays.
    private func boolean(_ value: DocumentValue) -> DocumentValue {
        switch value.fieldText.lowercased() {
        case "true", "t", "yes", "y", "1", "1.0": .boolean(true)
        case "false", "f", "no", "n", "0", "0.0", "": .boolean(false)
        default: value
        }
    }
}

/// A change of a text's letters, or of those of each text in a list.
enum TextChange: String, Sendable {
    case uppercase, capitalize, lowercase, strip

    /// In the order in which `mutate` does them; ``strip`` comes next.
    static let beforeStrip: [TextChange] = [.uppercase, .capitalize, .lowercase]

    /// - Returns: `nil` where nothing of the value is a text.
    func apply(to value: DocumentValue) -> DocumentValue? {
        switch value {
        case .string(let text): .string(apply(to: text))
        case .array(let values): .array(values.map { apply(to: $0) ?? $0 })
        default: nil
        }
    }

    private func apply(to text: String) -> String {
        switch self {
        case .uppercase: return text.uppercased()
        case .lowercase: return text.lowercased()
        case .capitalize: return text.prefix(1).uppercased() + text.dropFirst().lowercased()
        case .strip:
            // Blanks of ASCII and NUL, as Ruby has it; a blank that does not break stays.
            var rest = text.utf8[...]
            while let first = rest.first, Self.isBlank(first) { rest.removeFirst() }
            while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
            return String(Substring(rest))
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0 || byte == 32 || (9...13).contains(byte) }
}
