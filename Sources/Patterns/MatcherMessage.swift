public import Model

/// A matcher as Alertmanager's API has it: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
public struct MatcherMessage: Codable, Sendable {
    public let name: String
    public let value: String
    public let isRegex: Bool
    /// Older clients do not send it: then it is true.
    public let isEqual: Bool?

    public init(_ matcher: Matcher) {
        name = matcher.name
        value = matcher.value
        isRegex = matcher.operation == .regex || matcher.operation == .notRegex
        isEqual = matcher.operation == .equal || matcher.operation == .regex
    }

    public var operation: Matcher.Operation {
        let isEqual = isEqual ?? true
        return isRegex ? (isEqual ? .regex : .notRegex) : (isEqual ? .equal : .notEqual)
    }

    /// - Throws: ``PatternError`` for a pattern that RE2 does not accept.
    public func matcher() throws -> Matcher { try Matcher(name, operation, value) }
}
