internal import Model
internal import Yams

/// A configuration file as it may be shown: its keys and values, without the secrets among them.
enum RedactedYAML {
    /// Keys whose values are secrets wherever they stand; as Prometheus, `…_file` is none.
    private static let secretKeys: Set<String> = [
        "password", "credentials", "bearer_token", "client_secret", "secret_key", "secret", "token", "api_key",
        "application_secret", "auth_token", "key",
    ]

    private static var hidden: Node { Node("<secret>") }

    /// - Returns: the text; `nil` where it is not YAML.
    static func text(of yaml: String) -> String? {
        guard let root = try? Yams.compose(yaml: yaml) else { return nil }
        return try? Yams.serialize(node: redacted(root))
    }

    private static func redacted(_ node: Node) -> Node {
        switch node {
        case .mapping(var mapping):
            for (key, value) in mapping {
                let isSecret = key.string.map { secretKeys.contains($0) || $0.hasSuffix("_password") } ?? false
                // A header may carry anything, and often a token.
                let isHeader = key.string == "headers" || key.string == "http_headers"
                mapping[key] = isSecret ? hidden : isHeader ? withoutLeaves(value) : redacted(value)
            }
            return .mapping(mapping)
        case .sequence(var sequence):
            for index in sequence.indices { sequence[index] = redacted(sequence[index]) }
            return .sequence(sequence)
        case .scalar(var scalar):
            scalar.string = Redaction.urls(in: scalar.string)
            return .scalar(scalar)
        default: return node
        }
    }

    private static func withoutLeaves(_ node: Node) -> Node {
        switch node {
        case .mapping(var mapping):
            for (key, value) in mapping { mapping[key] = withoutLeaves(value) }
            return .mapping(mapping)
        case .sequence(var sequence):
            for index in sequence.indices { sequence[index] = withoutLeaves(sequence[index]) }
            return .sequence(sequence)
        default: return hidden
        }
    }
}
