internal import Model
internal import Yams

/// A configuration file as it may be shown: its keys and values, without the secrets among them.
package enum RedactedYAML {
    /// Keys whose values are secrets wherever they stand; as Prometheus, `…_file` is none.
    private static let secretKeys: Set<String> = [
        "password", "credentials", "bearer_token", "client_secret", "secret_key", "secret", "token", "api_key",
        "application_secret", "auth_token", "key",
    ]

    private static var hidden: Node { Node("<secret>") }

    /// - Parameters:
    ///   - more: keys whose values are secrets beside those that always are.
    ///   - addressKeys: keys of addresses that hold a credential behind the host, which alone is shown.
    /// - Returns: the text; `nil` where it is not YAML.
    package static func text(
        of yaml: String, alsoHiding more: Set<String> = [], showingHostsOf addressKeys: Set<String> = []
    ) -> String? {
        guard let root = try? Yams.compose(yaml: yaml) else { return nil }
        return try? Yams.serialize(node: redacted(root, secretKeys.union(more), addressKeys))
    }

    private static func redacted(_ node: Node, _ secretKeys: Set<String>, _ addressKeys: Set<String>) -> Node {
        switch node {
        case .mapping(var mapping):
            for (key, value) in mapping {
                let isSecret = key.string.map { secretKeys.contains($0) || $0.hasSuffix("_password") } ?? false
                // A header may carry anything, and often a token.
                let isHeader = key.string == "headers" || key.string == "http_headers"
                // What stands behind the host of a webhook's address is a credential; amtool wants an address.
                if addressKeys.contains(key.string ?? ""), case .scalar(var address) = value {
                    address.string = origin(of: address.string)
                    mapping[key] = .scalar(address)
                    continue
                }
                let isParameter = key.string == "params" || key.string?.hasPrefix("__param_") == true
                mapping[key] =
                    isSecret
                    ? hidden
                    : isHeader
                        ? withoutLeaves(value)
                        : redacted(isParameter ? parameters(key, value) : value, secretKeys, addressKeys)
            }
            if let label = mapping["target_label"]?.string, namesSecretLabel(label), mapping["replacement"] != nil {
                mapping["replacement"] = hidden
            }
            return .mapping(mapping)
        case .sequence(var sequence):
            for index in sequence.indices { sequence[index] = redacted(sequence[index], secretKeys, addressKeys) }
            return .sequence(sequence)
        case .scalar(var scalar):
            scalar.string = Redaction.urls(in: scalar.string)
            return .scalar(scalar)
        default: return node
        }
    }

    /// The parameters of a scrape's address without those that are credentials, as a mapping or as one label of it.
    private static func parameters(_ key: Node, _ value: Node) -> Node {
        guard key.string == "params", case .mapping(var mapping) = value else {
            return key.string.map(namesSecretLabel) == true ? withoutLeaves(value) : value
        }
        for (name, values) in mapping where name.string.map(Redaction.namesSecret) == true {
            mapping[name] = withoutLeaves(values)
        }
        return .mapping(mapping)
    }

    private static func namesSecretLabel(_ label: String) -> Bool {
        label.hasPrefix("__param_") && Redaction.namesSecret(String(label.dropFirst("__param_".count)))
    }

    private static func origin(of address: String) -> String {
        let parts = Redaction.urls(in: address).split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 3 ? parts.prefix(3).joined(separator: "/") + "/" : parts.joined(separator: "/")
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
