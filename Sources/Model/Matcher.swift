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
    private let pattern: (any ValuePattern)?

    /// Makes a matcher of its parts; `Patterns` has the initialiser that compiles a pattern.
    /// - Parameter pattern: what `value` means, for the two operations that need one.
    package init(_ name: String, _ operation: Operation, _ value: String, compiled pattern: (any ValuePattern)?) {
        assert((pattern != nil) == (operation == .regex || operation == .notRegex), "BUG: pattern and operation differ")
        self.name = name
        self.operation = operation
        self.value = value
        self.pattern = pattern
    }

    /// A matcher for exactly `value`.
    public static func equal(_ name: String, _ value: String) -> Matcher {
        Matcher(name, .equal, value, compiled: nil)
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

/// A compiled pattern, so that the words need no engine for them.
public protocol ValuePattern: Sendable {
    /// Whether the whole of `input` matches.
    func matchesWhole(_ input: String) -> Bool
}
