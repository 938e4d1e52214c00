/// What a template works on.
package indirect enum TemplateValue: Sendable {
    /// Go's `nil`, and what an unknown key of a map gives. Prints as `<no value>`.
    case none
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    /// Text that is already HTML and is not escaped again.
    case markup(String)
    /// A link that its author trusts (`safeUrl`).
    case link(String)
    /// A number with a name, as Go's months and weekdays.
    case named(Int64, String)
    case list([TemplateValue])
    case map(TemplateMap)
    case time(TemplateTime)
    case duration(nanoseconds: Int64)
    case object(any TemplateObject)

    /// A map whose unknown keys give empty texts, as Go's `map[string]string`.
    package static func texts(_ entries: [String: String]) -> TemplateValue {
        .map(TemplateMap(entries.mapValues { .string($0) }, missing: .string("")))
    }

    /// The text of a string or of markup.
    package var text: String? {
        switch self {
        case .string(let text), .markup(let text), .link(let text): text
        default: nil
        }
    }

    /// The value itself, or what stands behind an object.
    var resolved: TemplateValue {
        if case .object(let object) = self { return object.underlying }
        return self
    }

    /// Whether `if` takes the value for true: it is not `nil`, false, zero or empty.
    var isTrue: Bool {
        switch resolved {
        case .none: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .number(let number): number != 0
        case .string(let text), .markup(let text), .link(let text): !text.isEmpty
        case .named(let number, _): number != 0
        case .list(let list): !list.isEmpty
        case .map(let map): map.isRecord || !map.entries.isEmpty
        case .duration(let nanoseconds): nanoseconds != 0
        case .time, .object: true
        }
    }

    /// The name of the Go type that the value stands for, as errors and `%T` show it.
    var typeName: String {
        switch self {
        case .none: "<nil>"
        case .bool: "bool"
        case .integer: "int"
        case .number: "float64"
        case .string: "string"
        case .markup: "template.HTML"
        case .link: "template.URL"
        case .named: "time.Month"
        case .list: "[]interface {}"
        case .map: "map[string]interface {}"
        case .time: "time.Time"
        case .duration: "time.Duration"
        case .object(let object): object.typeName
        }
    }
}

/// Names and values. Templates walk them in the order of the names' bytes.
package struct TemplateMap: Sendable {
    package var entries: [String: TemplateValue]
    /// What an unknown key gives; `nil` makes it an error, as with the fields of a Go struct.
    package var missing: TemplateValue?

    package init(_ entries: [String: TemplateValue], missing: TemplateValue? = TemplateValue.none) {
        self.entries = entries
        self.missing = missing
    }

    /// Whether the map stands for a Go struct.
    var isRecord: Bool { missing == nil }

    var sortedEntries: [(key: String, value: TemplateValue)] {
        entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

/// A value with methods that templates may call: `.Labels.SortedPairs`, `.Alerts.Firing`.
package protocol TemplateObject: Sendable {
    /// The type's name for errors.
    var typeName: String { get }
    /// What the object is when it is printed, ranged over, indexed or measured.
    var underlying: TemplateValue { get }
    /// How many the object is of, where it shows fewer than there are; for `len`.
    var count: Int? { get }
    /// The method `name` called with `arguments`; `nil` if there is none: then the underlying value's field counts.
    func member(_ name: String, _ arguments: [TemplateValue]) throws -> TemplateValue?
}

extension TemplateObject {
    package var count: Int? { nil }
}

extension TemplateValue {
    /// The value as it stands in a text.
    var printedInText: String {
        if case .none = self { return "<no value>" }
        return printed
    }
}

extension TemplateValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
}
