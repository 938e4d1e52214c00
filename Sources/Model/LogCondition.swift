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
    /// The place in bytes, from which a text that passes begins or goes on, at or after `start`; `nil` for none. It is
    /// there where a test has no literals.
    public let find: (@Sendable (_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int?)?
    /// Whether what ``find`` finds is of letters and digits of ASCII alone, in whatever it stands.
    public let findsRuns: Bool
    /// Whether a value of a field of that name passes.
    public let passes: @Sendable (_ value: LogValue, _ name: String) -> Bool

    public init(
        _ field: Field, literals: [String] = [], numbers: ClosedRange<Double>? = -.infinity ... .infinity,
        isNumberRange: Bool = false, takesAnyText: Bool = false,
        find: (@Sendable (_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int?)? = nil, findsRuns: Bool = false,
        passes: @escaping @Sendable (_ value: LogValue, _ name: String) -> Bool
    ) {
        self.field = field
        self.literals = literals
        self.numbers = numbers
        self.isNumberRange = isNumberRange
        self.takesAnyText = takesAnyText
        self.find = find
        self.findsRuns = findsRuns
        self.passes = passes
    }
}
