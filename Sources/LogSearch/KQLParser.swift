import Base
import LocalTime

/// Reads the Kibana Query Language.
///
/// `not` binds closer than `and`, and that closer than `or`. Words without quotes up to the next keyword are one value,
/// of which any word will do. `field:{ … }` asks for fields below one.
struct KQLParser {
    var cursor: QueryCursor
    private let clock: ZoneClock
    private var depth = 0

    private static let special = "\\():<>\"*{}"
    private static let named: [Character: Character] = ["t": "\t", "n": "\n", "r": "\r"]

    init(_ text: String, _ clock: ZoneClock) {
        cursor = QueryCursor(text)
        self.clock = clock
    }

    mutating func parse() throws(LogQueryError) -> QueryNode {
        cursor.skipSpaces()
        if cursor.isAtEnd { return .all }
        let node = try or(nil, below: "")
        cursor.skipSpaces()
        if let next = cursor.next {
            throw LogQueryError(
                offset: cursor.position, message: "\"\(next)\" is not expected here",
                mend: "write and, or between two conditions, and a backslash before \(next) in a value")
        }
        return node
    }

    private mutating func or(_ field: QueryField?, below path: String) throws(LogQueryError) -> QueryNode {
        var nodes = [try and(field, below: path)]
        while takeKeyword("or") { nodes.append(try and(field, below: path)) }
        if nodes.count == 1 { return nodes[0] }
        return .boolean(nodes.map { QueryNode.Clause(occurrence: .should, node: $0) })
    }

    private mutating func and(_ field: QueryField?, below path: String) throws(LogQueryError) -> QueryNode {
        var nodes = [try not(field, below: path)]
        while takeKeyword("and") { nodes.append(try not(field, below: path)) }
        if nodes.count == 1 { return nodes[0] }
        return .boolean(
            nodes.map { node in
                if case .boolean(let inner) = node, inner.count == 1, inner[0].occurrence == .mustNot {
                    return inner[0]
                }
                return QueryNode.Clause(occurrence: .must, node: node)
            })
    }

    private mutating func not(_ field: QueryField?, below path: String) throws(LogQueryError) -> QueryNode {
        depth += 1
        defer { depth -= 1 }
        if depth > QueryCursor.depthLimit {
            throw LogQueryError(
                offset: cursor.position, message: "conditions are nested too deep", mend: "remove parentheses")
        }
        if takeKeyword("not") {
            return .boolean([QueryNode.Clause(occurrence: .mustNot, node: try not(field, below: path))])
        }
        cursor.skipSpaces()
        try refuseLuceneOperator()
        guard cursor.next == "(" else { return try expression(field, below: path) }
        return try group(field, below: path)
    }

    private mutating func group(_ field: QueryField?, below path: String) throws(LogQueryError) -> QueryNode {
        let start = cursor.position
        cursor.position += 1
        let node = try or(field, below: path)
        cursor.skipSpaces()
        guard cursor.take(")") else {
            throw LogQueryError(offset: start, message: "the ( is not closed", mend: "add a ) behind the group")
        }
        return node
    }

    /// A keyword in any case, with a blank or a parenthesis behind it.
    private mutating func takeKeyword(_ word: String) -> Bool {
        let start = cursor.position
        cursor.skipSpaces()
        if isKeyword(word) {
            cursor.position += word.count
            return true
        }
        cursor.position = start
        return false
    }

    private func isKeyword(_ word: String) -> Bool {
        let end = cursor.position + word.count
        guard end <= cursor.characters.count,
            String(cursor.characters[cursor.position..<end]).lowercased() == word
        else { return false }
        guard end < cursor.characters.count else { return true }
        return cursor.characters[end].isWhitespace || cursor.characters[end] == "("
    }

    /// A field with what it must be, or a value for any field.
    private mutating func expression(_ field: QueryField?, below path: String) throws(LogQueryError) -> QueryNode {
        try refuseLuceneValue(of: nil)
        let literal = try value()
        let end = cursor.position
        cursor.skipSpaces()
        guard field == nil, let next = cursor.next, ":<>".contains(next) else {
            cursor.position = end
            let field = field ?? .any
            if field.isEverything, literal.isEverything { return .all }
            return .leaf(field, literal.test(clock))
        }
        if next == ":", literal.text == "_exists_", let start = literal.start { throw luceneExists(start) }
        let named = literal.field(below: path)
        let start = cursor.position
        cursor.position += 1
        if next != ":" { return .leaf(named, try comparison(isLower: next == ">", start)) }
        cursor.skipSpaces()
        try refuseLuceneValue(of: literal.text)
        switch cursor.next {
        case "(": return try group(named, below: path)
        case "{":
            let start = cursor.position
            cursor.position += 1
            let node = try or(nil, below: path + literal.text + ".")
            cursor.skipSpaces()
            guard cursor.take("}") else {
                throw LogQueryError(offset: start, message: "the { is not closed", mend: "add a } behind the group")
            }
            return node
        case "<", ">":
            throw LogQueryError(
                offset: cursor.position, message: "a comparison stands behind the colon",
                mend: "write \(literal.text) >= 500 without the colon")
        default:
            let value = try value()
            if literal.isEverything, value.isEverything { return .all }
            return .leaf(named, value.test(clock))
        }
    }

    private mutating func comparison(isLower: Bool, _ start: Int) throws(LogQueryError) -> QueryTest {
        let isIncluded = cursor.take("=")
        cursor.skipSpaces()
        let bound = try value()
        if case .plain(let literal) = bound, literal.hasWildcard {
            throw LogQueryError(
                offset: start, message: "a comparison has a wildcard", mend: "write a number or a date behind it")
        }
        let text = bound.queryText(clock)
        return .range(
            isLower
                ? QueryRange(lower: text, includesLower: isIncluded)
                : QueryRange(upper: text, includesUpper: isIncluded))
    }

    private enum Value {
        case quoted(String)
        case plain(QueryLiteral)

        var text: String {
            switch self {
            case .quoted(let text): text
            case .plain(let literal): literal.text
            }
        }

        var start: Int? { if case .plain(let literal) = self { literal.start } else { nil } }

        var isEverything: Bool {
            if case .plain(let literal) = self { Wildcard(literal.elements).isEverything } else { false }
        }

        func queryText(_ clock: ZoneClock) -> QueryText {
            if case .quoted(let text) = self { return QueryText(text, isQuoted: true, clock) }
            return QueryText(text, clock)
        }

        func field(below path: String) -> QueryField {
            guard case .plain(let literal) = self, literal.hasWildcard else { return .name(path + text) }
            let prefix = path.lowercased().unicodeScalars.map(Wildcard.Element.scalar)
            return .pattern(Wildcard(prefix + literal.elements))
        }

        func test(_ clock: ZoneClock) -> QueryTest {
            guard case .plain(let literal) = self else { return .words(queryText(clock), slop: 0) }
            if literal.hasWildcard { return isEverything ? .exists : .wildcard(Wildcard(literal.elements)) }
            if literal.text.lowercased() == "null", !literal.hasEscape { return .isNull }
            let parts = literal.text.split(whereSeparator: \.isWhitespace).map { QueryText(String($0), clock) }
            return .anyOf(queryText(clock), parts)
        }
    }

    /// A phrase in quotes, or words up to the next keyword or special character.
    private mutating func value() throws(LogQueryError) -> Value {
        cursor.skipSpaces()
        if cursor.next == "\"" { return .quoted(try cursor.quoted(named: KQLParser.named)) }
        var literal = QueryLiteral(start: cursor.position)
        while let next = cursor.next {
            if next == "\\" {
                literal.append(try escaped(), isEscaped: true)
                continue
            }
            if next == "*" {
                literal.append(wildcard: .any)
            } else if KQLParser.special.contains(next) || isKeywordHere(literal) {
                break
            } else if isWordStart(literal) {
                try refuseLuceneOperator()
                literal.append(next)
            } else {
                literal.append(next)
            }
            cursor.position += 1
        }
        literal.trim()
        if !literal.elements.isEmpty { return .plain(literal) }
        let found = cursor.next.map { "not \"\($0)\"" } ?? "and the query ends"
        throw LogQueryError(
            offset: cursor.position, message: "a condition is expected here, \(found)",
            mend: "write field: value, and a backslash before \(KQLParser.special) in a value")
    }

    /// A backslash makes whole keywords plain: `\and` is the word.
    private mutating func escaped() throws(LogQueryError) -> Character {
        try cursor.escaped(named: KQLParser.named)
    }

    private func isKeywordHere(_ literal: QueryLiteral) -> Bool {
        isWordStart(literal) && (isKeyword("and") || isKeyword("or") || isKeyword("not"))
    }

    private func isWordStart(_ literal: QueryLiteral) -> Bool { literal.text.last?.isWhitespace ?? true }
}

extension QueryField {
    fileprivate var isEverything: Bool {
        switch self {
        case .any: true
        case .pattern(let pattern): pattern.isEverything
        case .name: false
        }
    }
}
