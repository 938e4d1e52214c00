internal import Base
package import Patterns

/// A processor of `filebeat.yml` that changes or drops events, with the condition under which it does.
package struct FilebeatProcessor: Sendable {
    package indirect enum Action: Sendable {
        case dropEvent
        case dropFields([FieldName])
        /// Keeps these fields alone, and `@timestamp`.
        case includeFields([FieldName])
        case truncateFields([String], Length)
        case replace([Replacement])
        /// Adds to the field an array of these texts.
        case addTags(field: String, [String])
        case addFields([String: String])
        case rename([Pair], Tolerance)
        case copyFields([Pair], Tolerance)
        /// Reads a text that stands in another notation.
        case decode(TextCoding, [Pair], Tolerance)
        case decodeJSON(JSONDecoding.Settings)
        case dissect(Dissector)
        case convert([ValueConversion.Conversion], ValueConversion.Settings)
        case timestamp(TimestampRule)
        case extractArray(ArrayExtraction)
        case syslog(SyslogRule)
        /// `if`, `then`, `else`.
        case branch(then: [FilebeatProcessor], else: [FilebeatProcessor])
    }

    /// A field with those below it, or every field whose name fits.
    package enum FieldName: Sendable {
        case name(String)
        case pattern(Pattern)
    }

    package enum Length: Sendable, Hashable { case bytes(Int), characters(Int) }

    package struct Replacement: Sendable {
        package let field: String
        package let pattern: Pattern
        /// As Go's `ReplaceAllString` takes it: `$1`, `${name}`.
        package let replacement: String
    }

    package struct Pair: Sendable, Hashable {
        package let from: String
        package let to: String
    }

    /// What a processor does where it cannot do its work: otherwise the event is as before, and says why.
    package struct Tolerance: Sendable, Hashable {
        package var ignoresMissing = false
        package var failsOnError = true
    }

    package enum TextCoding: Sendable, Hashable {
        case url, base64
        case csv(separator: Character, trimsLeading: Bool, overwrites: Bool)

        var isList: Bool { if case .csv = self { true } else { false } }
        var overwrites: Bool { if case .csv(_, _, let overwrites) = self { overwrites } else { true } }
    }

    package struct ArrayExtraction: Sendable {
        var field: String
        var mappings: [(target: String, index: Int)] = []
        var overwrites = false
        var omitsEmpty = false
        var tolerance = Tolerance()
    }

    package let action: Action
    /// `when`, or `if` of a branch; `nil`: always.
    package let condition: FilebeatCondition?
}

/// A condition of a processor, as Filebeat has them: of several fields all must fit.
package indirect enum FilebeatCondition: Sendable {
    package enum Bound: String, Sendable, CaseIterable { case gt, gte, lt, lte }

    case equals([(field: String, value: String)])
    /// The field's text, or one of an array, has the value in it.
    case contains([(field: String, text: String)])
    case regexp([(field: String, pattern: Pattern)])
    case range([(field: String, bound: Bound, limit: Double)])
    case hasFields([String])
    /// An address is in one of the ranges.
    case network([(field: String, ranges: [NetworkRange])])
    case and([FilebeatCondition])
    case or([FilebeatCondition])
    case not(FilebeatCondition)
}

/// An input of `filebeat.yml` that is not started: what is written there cannot be done, and without it lines would be
/// read otherwise than they were meant.
package struct RefusedLogInput: Sendable, Hashable {
    /// The input's name, or its place in the file where it has none.
    package let id: String
    package let paths: [String]
    /// What is wrong, where, and the mend.
    package let reason: String
}
