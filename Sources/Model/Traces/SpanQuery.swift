/// Which spans are wanted: of a time, and with what all its conditions ask for on one span.
public struct SpanQuery: Sendable, Hashable {
    /// What is compared.
    public enum Subject: Sendable, Hashable {
        /// `service.name` of the resource.
        case service
        /// The span's name, which Jaeger calls its operation.
        case name
        /// The span's kind, in lower case.
        case kind
        /// `unset`, `ok` or `error`.
        case status
        /// In nanoseconds.
        case duration
        /// An attribute of the span, of its resource, its scope or its events, under any name that means the same.
        case attribute(String)
        /// The name of an event.
        case event
        /// Whether the span has no parent: `true` or `false`.
        case root
    }

    public enum Comparison: Sendable, Hashable {
        /// The value's text is this; numbers are compared as numbers.
        case equals(String)
        /// The value's text has this in it, whatever the case.
        case contains(String)
        /// The value is a number (or a text that is one) in this range; both ends belong to it.
        case number(ClosedRange<Double>)
        /// There is such a value.
        case exists
    }

    public struct Condition: Sendable, Hashable {
        public var subject: Subject
        public var comparison: Comparison
        /// Whether spans are wanted for which the comparison is false; those without the attribute too.
        public var isNegated: Bool

        public init(_ subject: Subject, _ comparison: Comparison, isNegated: Bool = false) {
            self.subject = subject
            self.comparison = comparison
            self.isNegated = isNegated
        }
    }

    /// Spans that began then: nanoseconds since the Unix epoch; both ends belong to it.
    public var start: Int64
    public var end: Int64
    /// All hold for a span that is wanted.
    public var conditions: [Condition]

    public init(start: Int64 = 0, end: Int64 = .max, conditions: [Condition] = []) {
        self.start = start
        self.end = end
        self.conditions = conditions
    }
}

extension SpanQuery {
    /// Whether a span is wanted: the meaning of a query, which faster ways must agree with.
    public func matches(_ span: Span) -> Bool {
        span.start >= start && span.start <= end && conditions.allSatisfy { $0.matches(span) }
    }
}

extension SpanQuery.Condition {
    /// Whether it holds for a span.
    public func matches(_ span: Span) -> Bool {
        let isFound =
            switch subject {
            case .service: comparison.holds(for: .string(span.service))
            case .name: comparison.holds(for: .string(span.name))
            case .kind: span.kind != .unspecified && comparison.holds(for: .string(span.kind.name))
            case .status: comparison.holds(for: .string("\(span.status)"))
            case .duration: comparison.holds(for: .integer(span.duration))
            case .root: comparison.holds(for: .boolean(span.isRoot))
            case .event: span.events.contains { comparison.holds(for: .string($0.name)) }
            case .attribute(let name):
                SpanAttributeNames.equivalents(of: name).contains { name in
                    let lists =
                        [span.attributes, span.resource.attributes, span.scope.attributes]
                        + span.events.map(\.attributes)
                    return lists.contains { list in
                        list.contains { $0.key == name && comparison.holds(for: $0.value) }
                    }
                }
            }
        return isFound != isNegated
    }
}

extension SpanQuery.Comparison {
    /// Whether it holds for a value.
    public func holds(for value: SpanValue) -> Bool {
        switch self {
        case .exists: return true
        case .contains(let part): return value.text.lowercased().contains(part.lowercased())
        case .equals(let text):
            if value.text == text { return true }
            switch value {
            case .integer(let number): return Double(text) == Double(number)
            case .number(let number): return Double(text) == number
            default: return false
            }
        case .number(let range):
            switch value {
            case .integer(let number): return range.contains(Double(number))
            case .number(let number): return range.contains(number)
            case .string(let text): return Double(text).map(range.contains) ?? false
            default: return false
            }
        }
    }
}
