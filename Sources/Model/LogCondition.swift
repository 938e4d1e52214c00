/// What a source can tell of an event without making it: a condition on fields that is looked at value by value.
///
/// It is no narrower than what ``LogFilter/matches`` wants: an event that does not fulfil it is not wanted.
public indirect enum LogCondition: Sendable {
    case all
    /// Nothing is known: the event itself must be looked at.
    case unknown
    /// The event's time lies in it.
    case time(TimeRange)
    case every([LogCondition])
    case any([LogCondition])
    case not(LogCondition)
    case test(LogTest)
}

/// A condition on the values of a field.
public struct LogTest: Sendable {
    public enum Field: Sendable {
        /// Any field but `@timestamp`.
        case any
        /// A field of this name, or else the one of this name behind `fields.`.
        case name(String)
    }

    public let field: Field
    /// Texts in lower case and ASCII that stand in every text that passes, in whichever case. Texts with other
    /// characters may pass without.
    public let literals: [String]
    /// Whether a number can pass, and in which bounds it must be then.
    public let numbers: ClosedRange<Double>?
    /// Whether every value passes that lies in ``numbers``.
    public let isNumberRange: Bool
    /// Whether every text passes.
    public let takesAnyText: Bool
    /// What stands in every text of ASCII that passes, and in every number; where a test has no literals, but not always.
    public let search: LogTextSearch?
    /// Whether a value of a field of that name passes.
    public let passes: @Sendable (_ value: LogValue, _ name: String) -> Bool

    public init(
        _ field: Field, literals: [String] = [], numbers: ClosedRange<Double>? = -.infinity ... .infinity,
        isNumberRange: Bool = false, takesAnyText: Bool = false,
        search: LogTextSearch? = nil,
        passes: @escaping @Sendable (_ value: LogValue, _ name: String) -> Bool
    ) {
        self.field = field
        self.literals = literals
        self.numbers = numbers
        self.isNumberRange = isNumberRange
        self.takesAnyText = takesAnyText
        self.search = search
        self.passes = passes
    }
}

/// A search in bytes.
public struct LogTextSearch: Sendable {
    /// What may be found.
    public enum Reach: Sendable {
        /// Letters and digits of ASCII, wherever they stand.
        case run
        /// Not more than a line, and the end of the one before.
        case line
        /// It may go on over the ends of lines: one text is to be searched at a time.
        case text
    }

    public let reach: Reach
    /// The place at or after `start` where something begins; `nil` for none.
    public let find: @Sendable (_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int?

    public init(_ reach: Reach, find: @escaping @Sendable (UnsafeBufferPointer<UInt8>, Int) -> Int?) {
        self.reach = reach
        self.find = find
    }
}
