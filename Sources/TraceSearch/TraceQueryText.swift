public import Model

/// What a person asked of traces.
public enum TraceQuestion: Sendable, Hashable {
    /// This trace.
    case trace(TraceID)
    /// Spans for which all of these hold.
    case conditions([SpanQuery.Condition])
}

/// Why a query cannot be read, and where.
public struct TraceQueryRefused: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and the mend.
    public let description: String
    /// How many characters stand before the place.
    public let offset: Int
}

/// The language in which traces are searched: terms side by side, which all hold for one span.
///
/// ```
/// camera=cam-7 service=recorder name="segment write" status=error duration>1.5s
/// http.response.status_code>=500 -kind=client db.query.text~"select" http.route=* slow
/// ```
///
/// A word alone is part of the span's name; a trace's number alone is that trace. `.name` is an attribute whose name means
/// something else here.
public enum TraceQueryText {
    /// Characters of a query at most.
    public static let lengthMax = 8_192
    private static let termsMax = 100

    /// - Throws: ``TraceQueryRefused``
    public static func read(_ text: String) throws(TraceQueryRefused) -> TraceQuestion {
        let characters = Array(text)
        guard characters.count <= lengthMax else {
            throw TraceQueryRefused(
                description: "the query is longer than \(lengthMax) characters; ask for less", offset: lengthMax)
        }
        var reader = TraceQueryReader(characters)
        reader.skipBlanks()
        let first = reader.position
        if let id = reader.loneTraceID() { return .trace(id) }
        reader.position = first
        var conditions: [SpanQuery.Condition] = []
        while reader.position < characters.count {
            if conditions.count == termsMax {
                throw reader.refused("there are more than \(termsMax) terms; ask for less", at: reader.position)
            }
            conditions.append(try reader.term())
            reader.skipBlanks()
        }
        return .conditions(conditions)
    }

    /// A query that reads as these conditions.
    public static func text(_ conditions: [SpanQuery.Condition]) -> String {
        conditions.map(text).joined(separator: " ")
    }

    /// A term that reads as this condition.
    public static func text(_ condition: SpanQuery.Condition) -> String {
        let sign = condition.isNegated ? "-" : ""
        let subject = text(condition.subject)
        switch condition.comparison {
        case .equals(let value): return subject + (condition.isNegated ? "!=" : "=") + quoted(value)
        case .contains(let value):
            return subject + (condition.isNegated ? "!~" : "~") + quoted(value)
        case .exists: return sign + subject + "=*"
        case .number(let range):
            func number(_ value: Double) -> String {
                if condition.subject == .duration {
                    return SpanDuration.code(Int64(exactly: value.rounded()) ?? .max)
                }
                return value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
            }
            let (low, high) = (range.lowerBound, range.upperBound)
            if low == high { return sign + subject + "=" + number(low) }
            if high == .infinity {
                let isStrict = low != low.rounded() && low.nextDown == low.nextDown.rounded()
                return sign + subject + (isStrict ? ">" + number(low.nextDown) : ">=" + number(low))
            }
            let isStrict = high != high.rounded() && high.nextUp == high.nextUp.rounded()
            return sign + subject + (isStrict ? "<" + number(high.nextUp) : "<=" + number(high))
        }
    }

    private static func text(_ subject: SpanQuery.Subject) -> String {
        switch subject {
        case .service: return "service"
        case .name: return "name"
        case .kind: return "kind"
        case .status: return "status"
        case .duration: return "duration"
        case .event: return "event"
        case .root: return "root"
        case .attribute(let name):
            if TraceQueryReader.subjects.contains(name) { return "." + name }
            return TraceQueryReader.isPlain(name) ? name : quoted(name)
        }
    }

    /// A value as it stands behind a sign: in quotation marks where it needs them.
    public static func quoted(_ text: String) -> String {
        if TraceQueryReader.isPlain(text), text != "*" { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
