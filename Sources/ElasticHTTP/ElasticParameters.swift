internal import LogDocuments
internal import Model

/// The parameters of an address.
struct ElasticParameters {
    private let fields: FormFields
    /// How the same may be asked for in other words.
    private static let common: Set<String> = [
        "pretty", "human", "error_trace", "filter_path", "format", "source", "source_content_type", "v",
        "master_timeout",
        "timeout", "local", "flat_settings", "include_type_name", "cluster_manager_timeout",
    ]

    init(_ query: String) { fields = FormFields(query) }

    subscript(name: String) -> String? { fields[name] }

    /// - Throws: ``ElasticError`` for a parameter that is not among those that are known.
    func allow(only known: Set<String>, at path: String) throws {
        for name in fields.names where !known.contains(name) && !Self.common.contains(name) {
            throw ElasticError.illegal("request [\(path)] contains unrecognized parameter: [\(name.prefix(80))]")
        }
    }

    func whole(_ name: String) throws -> Int? {
        guard let text = fields[name], !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw ElasticError.illegal("Failed to parse int parameter [\(name)] with value [\(text.prefix(80))]")
        }
        return number
    }

    func flag(_ name: String) throws -> Bool? {
        switch fields[name] {
        case nil: return nil
        case "", "true": return true
        case "false": return false
        case let other?:
            throw ElasticError.illegal(
                "Failed to parse value [\(other.prefix(80))] as only [true] or [false] are allowed.")
        }
    }

    func list(_ name: String) -> [String]? { fields[name]?.split(separator: ",").map(String.init) }
}
