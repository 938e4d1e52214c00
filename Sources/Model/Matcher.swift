public import Base

/// A condition on one label of a series, alert or silence.
public struct Matcher: Sendable, Hashable, CustomStringConvertible {
    public enum Operation: String, Sendable, Hashable {
        case equal = "="
        case notEqual = "!="
        case regex = "=~"
        case notRegex = "!~"
    }

    public let name: String
    public let operation: Operation
    public let value: String
    private let pattern: Pattern?

    /// Makes a matcher; a pattern must match the whole value, and its dot matches line feeds too, as in Prometheus.
    /// - Throws: ``PatternError`` for a pattern that RE2 does not accept.
    public init(_ name: String, _ operation: Operation, _ value: String) throws(PatternError) {
        self.name = name
        self.operation = operation
        self.value = value
        switch operation {
        case .equal, .notEqual: pattern = nil
        case .regex, .notRegex: pattern = try Pattern(value, dotMatchesNewline: true)
        }
    }

    /// A matcher for exactly `value`.
    public static func equal(_ name: String, _ value: String) -> Matcher {
        Matcher(equal: name, value)
    }

    private init(equal name: String, _ value: String) {
        self.name = name
        self.value = value
        operation = .equal
        pattern = nil
    }

    /// Whether a label with this value matches; a label that is absent has an empty value.
    public func matches(_ candidate: String) -> Bool {
        switch operation {
        case .equal: candidate == value
        case .notEqual: candidate != value
        case .regex: pattern?.matchesWhole(candidate) ?? false
        case .notRegex: !(pattern?.matchesWhole(candidate) ?? false)
        }
    }

    /// Whether `labels` fulfil the condition.
    public func matches(_ labels: Labels) -> Bool { matches(labels[name]) }

    /// Whether a series without the label fulfils the condition.
    public var matchesEmpty: Bool { matches("") }

    public static func == (left: Matcher, right: Matcher) -> Bool {
        left.name == right.name && left.operation == right.operation && left.value == right.value
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(operation)
        hasher.combine(value)
    }

    public var description: String { "\(name)\(operation.rawValue)\(LabelText.quoted(value))" }
}
