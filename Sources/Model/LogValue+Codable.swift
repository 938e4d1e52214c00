/// As JSON has values: texts, numbers, truth values, arrays and null stay what they are.
extension LogValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Texts first, as most values are: each kind that is tried in vain costs more than one that fits.
        if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let number = try? container.decode(Int64.self) {
            self = .integer(number)
        } else if let number = try? container.decode(Double.self) {
            self = .double(number)
        } else if let truth = try? container.decode(Bool.self) {
            self = .boolean(truth)
        } else if container.decodeNil() {
            self = .null
        } else {
            self = .array(try container.decode([LogValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let text): try container.encode(text)
        case .integer(let number): try container.encode(number)
        // JSON has no infinities.
        case .double(let number):
            if number.isFinite { try container.encode(number) } else { try container.encode("\(number)") }
        case .boolean(let truth): try container.encode(truth)
        case .array(let values): try container.encode(values)
        case .null: try container.encodeNil()
        }
    }
}
