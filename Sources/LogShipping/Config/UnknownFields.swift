/// Fields that processors would make which are not done. What takes something away by such a field would miss it.
struct UnknownFields {
    /// A name, with those below it, and the processor that would make it.
    private var makers: [(field: String, processor: String)] = []
    /// A processor that may change any field.
    private var ofAll: String?

    mutating func add(_ fields: [String], by processor: String) {
        makers += fields.map { ($0, processor) }
        if fields.isEmpty { ofAll = ofAll ?? processor }
    }

    mutating func add(_ other: UnknownFields) {
        makers += other.makers
        ofAll = ofAll ?? other.ofAll
    }

    /// The processor that would make a field.
    func maker(of field: String) -> String? {
        ofAll
            ?? makers.first {
                field == $0.field || field.hasPrefix($0.field + ".") || $0.field.hasPrefix(field + ".")
            }?.processor
    }
}

extension FilebeatCondition {
    /// The fields at which the condition looks.
    var fields: [String] {
        switch self {
        case .equals(let wanted): wanted.map(\.field)
        case .contains(let wanted): wanted.map(\.field)
        case .regexp(let wanted): wanted.map(\.field)
        case .range(let wanted): wanted.map(\.field)
        case .network(let wanted): wanted.map(\.field)
        case .hasFields(let names): names
        case .and(let conditions), .or(let conditions): conditions.flatMap(\.fields)
        case .not(let condition): condition.fields
        }
    }
}
