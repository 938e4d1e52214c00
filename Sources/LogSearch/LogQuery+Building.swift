public import Foundation
internal import LocalTime
public import Model
internal import Patterns

/// How a built query compares texts.
public enum LogTextForm: Sendable {
    /// As a whole, letter for letter.
    case exact
    /// As a whole, in whichever case; of free text word by word, as the words stand in an index: in lower case.
    case analyzed
}

/// Queries that are put together, as Elasticsearch's query language has them.
extension LogQuery {
    /// The query that no event fulfils.
    public static let none = LogQuery(root: .boolean([.init(occurrence: .mustNot, node: .all)]))

    /// What fulfils all of several queries.
    public static func every(_ queries: [LogQuery]) -> LogQuery {
        if queries.isEmpty { return .all }
        if queries.count == 1 { return queries[0] }
        return LogQuery(root: .boolean(queries.map { .init(occurrence: .must, node: $0.root) }))
    }

    /// What fulfils `count` of several queries at least.
    public static func any(_ queries: [LogQuery], atLeast count: Int = 1) -> LogQuery {
        if count <= 0 { return .all }
        if queries.count < count { return .none }
        if count == queries.count { return every(queries) }
        return LogQuery(root: .atLeast(count, queries.map(\.root)))
    }

    /// What does not fulfil a query.
    public static func not(_ query: LogQuery) -> LogQuery {
        LogQuery(root: .boolean([.init(occurrence: .mustNot, node: query.root)]))
    }

    /// Events of a time.
    public static func time(_ range: TimeRange) -> LogQuery { LogQuery(root: .time(range)) }

    /// Events for which a test says so.
    /// - Parameter name: what the test is called, for people.
    public static func event(_ name: String, _ test: @escaping @Sendable (borrowing LogEvent) -> Bool) -> LogQuery {
        LogQuery(root: .event(name, test))
    }

    /// Events that have a field.
    public static func exists(_ field: String) -> LogQuery { LogQuery(root: .leaf(.name(field), .exists)) }

    /// A query in Lucene's language, as ``lucene(_:now:zone:)``.
    /// - Parameters:
    ///   - fields: where words are looked for that name no field; `nil` for all.
    ///   - joinsByAnd: whether words without an operator between them must all be there.
    public static func lucene(
        _ text: String, fields: [String]?, joinsByAnd: Bool, now: Int64, zone: TimeZone
    ) throws(LogQueryError) -> LogQuery {
        try checkLength(text)
        var parser = LuceneParser(text, ZoneClock(now: now, zone: zone), joinsByAnd: joinsByAnd)
        let root = try parser.parse()
        guard let fields else { return LogQuery(root: root) }
        return LogQuery(
            root: root.naming(
                fields.map { QueryField.name($0) }))
    }

    /// Events of which a field has one of several values.
    public static func value(of field: String, isOneOf values: [LogValue], _ form: LogTextForm) -> LogQuery {
        let texts = Set(values.compactMap(\.plainText))
        let folded = Set(texts.map { $0.lowercased() })
        let numbers = Set(texts.compactMap(QueryText.number))
        let only = texts.count == 1 ? folded.first : nil
        let bounds = numbers.min().flatMap { low in numbers.max().map { low...$0 } }
        let test = ValueTest(
            literals: only.map { $0.utf8.allSatisfy { $0 < 0x80 } && !$0.isEmpty ? [$0] : [] } ?? [],
            numbers: bounds, values: FieldValue.isText(name: field) ? nil : folded,
            text: texts.count == 1 ? texts.joined() : "(\(texts.sorted().joined(separator: " ")))"
        ) { value in
            switch value {
            case .plain(let text, let number): texts.contains(text) || number.map(numbers.contains) ?? false
            case .text(let text, let isFreeText):
                switch form {
                case .exact: texts.contains(text)
                case .analyzed where isFreeText: TextAnalysis.words(of: text).contains(where: texts.contains)
                case .analyzed:
                    texts.contains(text) || folded.contains(text.lowercased())
                        || (FieldValue.isText("", text) && TextAnalysis.words(of: text).contains(where: texts.contains))
                }
            }
        }
        return LogQuery(root: .leaf(.name(field), .value(test)))
    }

    /// Events of which a field has a text for which a test says so.
    /// - Parameter name: what the test is called, for people.
    public static func text(
        of field: String, _ name: String, where isWanted: @escaping @Sendable (String) -> Bool
    ) -> LogQuery {
        let test = ValueTest(literals: [], numbers: nil, text: name) { value in
            if case .text(let text, _) = value { isWanted(text) } else { false }
        }
        return LogQuery(root: .leaf(.name(field), .value(test)))
    }

    /// Events of which a field has the words of a text, or the whole text where it is no free text.
    /// - Parameter share: how many of the words must be there.
    public static func match(
        _ field: String, _ text: String, atLeast share: (_ words: Int) -> Int, now: Int64, zone: TimeZone
    ) -> LogQuery {
        let clock = ZoneClock(now: now, zone: zone)
        let whole = QueryText(text, isQuoted: true, clock)
        let parts = whole.words.map { QueryText($0, clock) }
        if parts.count <= 1 { return LogQuery(root: .leaf(.name(field), .anyOf(whole, parts))) }
        let count = share(parts.count)
        if count <= 1 { return LogQuery(root: .leaf(.name(field), .anyOf(whole, parts))) }
        let words = LogQuery.any(
            parts.map { LogQuery(root: .leaf(.name(field), .anyOf($0, [$0]))) }, atLeast: count)
        return .any([LogQuery(root: .leaf(.name(field), .anyOf(whole, []))), words])
    }

    /// Events of which a field has the words of a text in a row, or no more than `slop` places apart.
    public static func phrase(_ field: String, _ text: String, slop: Int, now: Int64, zone: TimeZone) -> LogQuery {
        let text = QueryText(text, isQuoted: true, ZoneClock(now: now, zone: zone))
        return LogQuery(root: .leaf(.name(field), .words(text, slop: slop)))
    }

    /// Events of which a field has a word that differs from another by some letters at most.
    public static func fuzzy(_ field: String, _ text: String, edits: Int, now: Int64, zone: TimeZone) -> LogQuery {
        let text = QueryText(text, ZoneClock(now: now, zone: zone))
        return LogQuery(root: .leaf(.name(field), .fuzzy(text, edits: edits)))
    }

    /// Events of which a field begins with a text.
    public static func prefix(_ field: String, _ text: String, _ form: LogTextForm, ignoresCase: Bool) -> LogQuery {
        shape(field, literals: literals([text]), text + "*", form, ignoresCase) { wanted, value in
            value.utf8.starts(with: (wanted ? text.lowercased() : text).utf8)
        }
    }

    /// Events of which a field is what a pattern of `*` (any text) and `?` (a character) describes; a backslash takes the
    /// meaning from what follows.
    public static func wildcard(_ field: String, _ text: String, _ form: LogTextForm, ignoresCase: Bool) -> LogQuery {
        let pattern = Wildcard(pattern: text)
        let lowered = Wildcard(pattern: text.lowercased())
        var runs = [""]
        for element in pattern.elements {
            if case .scalar(let scalar) = element {
                runs[runs.count - 1].unicodeScalars.append(scalar)
            } else {
                runs.append("")
            }
        }
        return shape(field, literals: literals(runs), text, form, ignoresCase) { folds, value in
            (folds ? lowered : pattern).matches(value)
        }
    }

    /// Events of which a field is what a regular expression of RE2 describes as a whole.
    /// - Throws: the pattern's error, in words.
    public static func regexp(
        _ field: String, _ text: String, _ form: LogTextForm, ignoresCase: Bool
    ) throws(LogQueryError) -> LogQuery {
        func compile(_ isCaseSensitive: Bool) throws(LogQueryError) -> Pattern {
            do { return try Pattern(text, caseSensitive: isCaseSensitive, dotMatchesNewline: true) } catch {
                throw LogQueryError(
                    offset: 0, message: "the regular expression is not one: \(error.reason)", mend: "mend it")
            }
        }
        let (pattern, folding) = (try compile(true), try compile(false))
        return shape(field, literals: [], "/\(text)/", form, ignoresCase) { folds, value in
            (folds ? folding : pattern).matchesWhole(value)
        }
    }

    /// Events of which a field lies between two bounds.
    public static func range(
        _ field: String, from lower: String?, includesLower: Bool, to upper: String?, includesUpper: Bool,
        _ form: LogTextForm, now: Int64, zone: TimeZone
    ) -> LogQuery {
        let clock = ZoneClock(now: now, zone: zone)
        if form == .exact {
            let test = ValueTest(
                literals: [], numbers: nil, text: "[\(lower ?? "*") TO \(upper ?? "*")]"
            ) { value in
                guard case .text(let text, _) = value else { return false }
                if let lower, includesLower ? text.isBefore(lower) : !lower.isBefore(text) { return false }
                if let upper, includesUpper ? upper.isBefore(text) : !text.isBefore(upper) { return false }
                return true
            }
            return LogQuery(root: .leaf(.name(field), .value(test)))
        }
        var range = QueryRange()
        range.lower = lower.map { QueryText($0, isQuoted: true, clock) }
        range.upper = upper.map { QueryText($0, isQuoted: true, clock) }
        (range.includesLower, range.includesUpper) = (includesLower, includesUpper)
        return LogQuery(root: .leaf(.name(field), .range(range)))
    }

    /// A test of how values look.
    /// - Parameter matches: told whether the case is to be left out of account; the value is in lower case then.
    private static func shape(
        _ field: String, literals: [String], _ text: String, _ form: LogTextForm, _ ignoresCase: Bool,
        matches: @escaping @Sendable (_ folds: Bool, _ value: String) -> Bool
    ) -> LogQuery {
        let test = ValueTest(literals: literals, numbers: -.infinity ... .infinity, text: text) { value in
            switch value {
            case .plain(let text, _): matches(false, text)
            case .text(let text, let isFreeText):
                switch form {
                case .exact: ignoresCase ? matches(true, text.lowercased()) : matches(false, text)
                case .analyzed where isFreeText:
                    TextAnalysis.words(of: text).contains { matches(ignoresCase, $0) }
                case .analyzed:
                    matches(true, text.lowercased())
                        || (FieldValue.isText("", text)
                            && TextAnalysis.words(of: text).contains { matches(ignoresCase, $0) })
                }
            }
        }
        return LogQuery(root: .leaf(.name(field), .value(test)))
    }

    private static func literals(_ runs: [String]) -> [String] {
        runs.filter { run in !run.isEmpty && run.utf8.allSatisfy { $0 < 0x80 } }.map { $0.lowercased() }
    }
}

extension LogQuery {
    /// The fields by which it can be told whether an event fulfils the query; `nil` where it may need others.
    public var fields: Set<String>? { root.fields }
}

extension QueryNode {
    fileprivate var fields: Set<String>? {
        switch self {
        case .all, .time, .leaf(.name(FieldValue.timestamp), _): return []
        case .leaf(.name(let name), _): return [name]
        case .leaf, .event: return nil
        case .boolean(let clauses): return QueryNode.fields(of: clauses.map(\.node))
        case .atLeast(_, let nodes): return QueryNode.fields(of: nodes)
        }
    }

    private static func fields(of nodes: [QueryNode]) -> Set<String>? {
        var all: Set<String> = []
        for node in nodes {
            guard let own = node.fields else { return nil }
            all.formUnion(own)
        }
        return all
    }

    /// The same with what names no field looked for in these alone.
    func naming(_ fields: [QueryField]) -> QueryNode {
        switch self {
        case .leaf(.any, let test):
            if isVacuous { return self }
            if fields.count == 1 { return .leaf(fields[0], test) }
            return .atLeast(1, fields.map { .leaf($0, test) })
        case .boolean(let clauses):
            return .boolean(clauses.map { Clause(occurrence: $0.occurrence, node: $0.node.naming(fields)) })
        case .atLeast(let count, let nodes): return .atLeast(count, nodes.map { $0.naming(fields) })
        case .all, .leaf, .time, .event: return self
        }
    }
}

extension LogValue {
    /// A single value as text.
    fileprivate var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): "\(number)"
        case .boolean(let value): value ? "true" : "false"
        case .array, .null: nil
        }
    }
}

extension String {
    /// Whether it comes before another one in the order of their bytes.
    fileprivate func isBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Wildcard {
    /// Reads `*` and `?`, which a backslash before them makes plain.
    init(pattern: String) {
        var elements: [Element] = []
        var isEscaped = false
        for scalar in pattern.unicodeScalars {
            switch scalar {
            case "\\" where !isEscaped: isEscaped = true
            case "*" where !isEscaped: elements.append(.any)
            case "?" where !isEscaped: elements.append(.one)
            default:
                elements.append(.scalar(scalar))
                isEscaped = false
            }
        }
        self.init(elements)
    }
}
