import Base
import LocalTime
import Model
internal import Patterns

/// What both languages are read into.
indirect enum QueryNode: Sendable {
    case all
    case boolean([Clause])
    case leaf(QueryField, QueryTest)
    /// The event's time lies in it.
    case time(TimeRange)
    /// As many of these at least.
    case atLeast(Int, [QueryNode])
    /// What an event as a whole must be, and what that is called.
    case event(String, @Sendable (borrowing LogEvent) -> Bool)

    /// As Lucene has it: all musts and no must-not; one of the shoulds where there is no must.
    struct Clause: Sendable {
        enum Occurrence: Sendable { case must, should, mustNot }

        var occurrence: Occurrence
        let node: QueryNode
    }
}

/// Where a value is looked for.
enum QueryField: Sendable {
    /// In all fields.
    case any
    case name(String)
    case pattern(Wildcard)
}

/// What a value must be.
enum QueryTest: Sendable {
    case exists
    case isNull
    /// The whole value, or these words in a row.
    case words(QueryText, slop: Int)
    /// The whole value, or any of these.
    case anyOf(QueryText, [QueryText])
    case wildcard(Wildcard)
    case fuzzy(QueryText, edits: Int)
    case regex(Pattern)
    case range(QueryRange)
    case value(ValueTest)
}

/// A text that was asked for, in the forms in which values are compared with it.
struct QueryText: Sendable {
    let text: String
    let isQuoted: Bool
    let lowered: String
    let words: [String]
    let number: Double?
    /// What the text means as a date: a moment, or a whole day, month ….
    let time: TimeRange?

    init(_ text: String, isQuoted: Bool = false, _ clock: ZoneClock) {
        self.text = text
        self.isQuoted = isQuoted
        lowered = text.lowercased()
        words = TextAnalysis.words(of: text)
        number = QueryText.number(text)
        time = DateMath.range(text, clock)
    }

    /// A decimal number; Swift would also take `nan`, `inf` and hexadecimal ones.
    static func number(_ text: String) -> Double? {
        guard let first = text.utf8.first, text.utf8.count < 64,
            (48...57).contains(first) || "+-.".utf8.contains(first),
            text.utf8.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) })
        else { return nil }
        return Double(text)
    }
}

/// Values between two bounds; `nil` for an open end.
struct QueryRange: Sendable {
    var lower: QueryText?
    var upper: QueryText?
    var includesLower = true
    var includesUpper = true
}

extension QueryNode {
    /// Whether nothing is left of the node once its text is cut into words: Elasticsearch leaves it out.
    var isVacuous: Bool {
        guard case .leaf(.any, .words(let text, _)) = self else { return false }
        return text.words.isEmpty
    }

    func text(isInner: Bool) -> String {
        switch self {
        case .all: return "*:*"
        case .boolean(let clauses):
            let text = clauses.map { clause in
                let sign =
                    switch clause.occurrence {
                    case .must: "+"
                    case .should: ""
                    case .mustNot: "-"
                    }
                return sign + clause.node.text(isInner: true)
            }.joined(separator: " ")
            return isInner ? "(\(text))" : text
        case .leaf(let field, let test): return field.prefix + test.text
        case .time(let range): return "@timestamp:[\(range.start) TO \(range.end)]"
        case .atLeast(let count, let nodes):
            return "(" + nodes.map { $0.text(isInner: true) }.joined(separator: " ") + ")~\(count)"
        case .event(let name, _): return name
        }
    }

    func collect(_ needs: inout LogFilter.Needs) {
        func add(_ name: String, _ values: Set<String>) {
            if needs.values[name]?.contains(values) != true { needs.values[name, default: []].append(values) }
        }
        switch self {
        case .leaf(let field, let test):
            if let (name, value) = keywordTerm { add(name, [value]) }
            if case .name(let name) = field, case .value(let test) = test, let values = test.values {
                add(name, values)
            }
            if let (name, words) = QueryNode.words(field, test) { needs.words[name, default: []].formUnion(words) }
        case .boolean(let clauses):
            let musts = clauses.filter { $0.occurrence == .must && !$0.node.isVacuous }
            for clause in musts { clause.node.collect(&needs) }
            if !musts.isEmpty { return }
            let shoulds = clauses.filter { $0.occurrence == .should && !$0.node.isVacuous }
            if let only = shoulds.first, shoulds.count == 1 { return only.node.collect(&needs) }
            let terms = shoulds.compactMap(\.node.keywordTerm)
            if let name = terms.first?.0, terms.count == shoulds.count, terms.allSatisfy({ $0.0 == name }) {
                add(name, Set(terms.map(\.1)))
            }
        case .atLeast(let count, let nodes): if count == nodes.count { for node in nodes { node.collect(&needs) } }
        case .all, .time, .event: return
        }
    }

    /// Words that must stand in the texts of a field, or of any.
    private static func words(_ field: QueryField, _ test: QueryTest) -> (String, [String])? {
        let text: QueryText
        switch test {
        case .words(let phrase, _): text = phrase
        case .anyOf(let phrase, let parts) where parts.count == 1: text = phrase
        default: return nil
        }
        // Such values need not be texts.
        if text.number != nil || text.lowered == "true" || text.lowered == "false" { return nil }
        let words = text.words.filter { $0.utf8.allSatisfy { $0 < 0x80 } }
        switch field {
        case .any: return ("", words)
        case .name(let name) where name != FieldValue.timestamp && FieldValue.isText(name: name): return (name, words)
        default: return nil
        }
    }

    private var keywordTerm: (String, String)? {
        guard case .leaf(.name(let name), let test) = self, name != FieldValue.timestamp, !FieldValue.isText(name: name)
        else { return nil }
        return switch test {
        case .words(let text, _), .anyOf(let text, _): (name, text.lowered)
        default: nil
        }
    }

    func narrow(_ bounds: inout TimeRange) {
        switch self {
        case .boolean(let clauses):
            let musts = clauses.filter { $0.occurrence == .must }
            for clause in musts { clause.node.narrow(&bounds) }
            if musts.isEmpty { QueryNode.narrow(&bounds, clauses.filter { $0.occurrence == .should }.map(\.node)) }
        case .atLeast(_, let nodes): QueryNode.narrow(&bounds, nodes)
        case .time(let times):
            bounds = TimeRange(start: max(bounds.start, times.start), end: min(bounds.end, times.end))
        case .leaf(.name(FieldValue.timestamp), .range(let range)):
            let times = range.times
            bounds = TimeRange(start: max(bounds.start, times.start), end: min(bounds.end, times.end))
        default: return
        }
    }

    /// Narrows bounds to what one of several nodes allows.
    private static func narrow(_ bounds: inout TimeRange, _ nodes: [QueryNode]) {
        let all = nodes.filter { !$0.isVacuous }.map { node in
            var own = bounds
            node.narrow(&own)
            return own
        }
        let possible = all.filter { $0.start <= $0.end }
        guard let start = possible.map(\.start).min(), let end = possible.map(\.end).max() else {
            if !all.isEmpty { bounds = TimeRange(start: 0, end: -1) }
            return
        }
        bounds = TimeRange(start: start, end: end)
    }
}

extension QueryField {
    fileprivate var prefix: String {
        switch self {
        case .any: ""
        case .name(let name): name + ":"
        case .pattern(let pattern): pattern.text + ":"
        }
    }
}

extension QueryTest {
    fileprivate var text: String {
        switch self {
        case .exists: "*"
        case .isNull: "null"
        case .words(let text, let slop):
            (text.isQuoted ? "\"\(text.text)\"" : text.text) + (slop > 0 ? "~\(slop)" : "")
        case .anyOf(let text, let parts): parts.count > 1 ? "(\(text.text))" : text.text
        case .wildcard(let pattern): pattern.text
        case .fuzzy(let text, let edits): "\(text.text)~\(edits)"
        case .regex(let pattern): "/\(pattern.text)/"
        case .range(let range):
            (range.includesLower ? "[" : "{") + (range.lower?.text ?? "*") + " TO " + (range.upper?.text ?? "*")
                + (range.includesUpper ? "]" : "}")
        case .value(let test): test.text
        }
    }
}
