import Base
import LocalTime
internal import Patterns

/// Reads Lucene's classic query language with Elasticsearch's additions.
///
/// AND and OR bind as they do there: `a AND b OR c` is `+a +b c`. Parentheses make it what one means.
struct LuceneParser {
    var cursor: QueryCursor
    let clock: ZoneClock
    /// Whether clauses without an operator between them are joined by AND.
    private let joinsByAnd: Bool
    private var depth = 0

    init(_ text: String, _ clock: ZoneClock, joinsByAnd: Bool = false) {
        cursor = QueryCursor(text)
        self.clock = clock
        self.joinsByAnd = joinsByAnd
    }

    mutating func parse() throws(LogQueryError) -> QueryNode {
        let node = try clauses(.any)
        if cursor.next == ")" {
            throw LogQueryError(
                offset: cursor.position, message: "the ) closes nothing", mend: "remove it, or add a ( before")
        }
        return node
    }

    /// A chain of clauses up to the end or to a closing parenthesis.
    private mutating func clauses(_ field: QueryField) throws(LogQueryError) -> QueryNode {
        var clauses: [QueryNode.Clause] = []
        while true {
            cursor.skipSpaces()
            guard let next = cursor.next, next != ")" else { break }
            let start = cursor.position
            let conjunction = takeConjunction()
            if conjunction != nil, clauses.isEmpty { throw missingOperand(before: start) }
            cursor.skipSpaces()
            let modifier = takeModifier()
            cursor.skipSpaces()
            if cursor.isAtEnd || cursor.next == ")" { throw missingOperand(behind: start) }
            let operand = cursor.position
            if takeConjunction() != nil || takeKeyword("NOT") { throw doubledOperator(operand) }
            let node = try clause(field)
            if conjunction == .and, let last = clauses.indices.last, clauses[last].occurrence == .should {
                clauses[last].occurrence = .must
            }
            if joinsByAnd, conjunction == .or, let last = clauses.indices.last, clauses[last].occurrence == .must {
                clauses[last].occurrence = .should
            }
            let isMust = joinsByAnd ? conjunction != .or : modifier == .must || conjunction == .and
            clauses.append(
                QueryNode.Clause(occurrence: modifier == .mustNot ? .mustNot : isMust ? .must : .should, node: node))
        }
        if clauses.isEmpty { return .all }
        if clauses.count == 1, clauses[0].occurrence == .should { return clauses[0].node }
        return .boolean(clauses)
    }

    private enum Conjunction { case and, or }

    private mutating func takeConjunction() -> Conjunction? {
        if takeKeyword("AND") || cursor.take("&&") { return .and }
        if takeKeyword("OR") || cursor.take("||") { return .or }
        return nil
    }

    /// `+`, `-` and `!` count only where they touch what they are for.
    private mutating func takeModifier() -> QueryNode.Clause.Occurrence? {
        if takeKeyword("NOT") { return .mustNot }
        guard let next = cursor.next, "+-!".contains(next), let following = cursor.peek(1), !following.isWhitespace,
            following != ")"
        else { return nil }
        cursor.position += 1
        return next == "+" ? .must : .mustNot
    }

    private mutating func takeKeyword(_ word: String) -> Bool {
        let start = cursor.position
        if cursor.take(word) {
            guard let next = cursor.next else { return true }
            if next.isWhitespace || "()\"".contains(next) { return true }
        }
        cursor.position = start
        return false
    }

    private func missingOperand(before offset: Int) -> LogQueryError {
        LogQueryError(offset: offset, message: "nothing stands before the operator", mend: "add a condition before it")
    }

    private func missingOperand(behind offset: Int) -> LogQueryError {
        LogQueryError(offset: offset, message: "nothing follows the operator", mend: "add a condition behind it")
    }

    private func doubledOperator(_ offset: Int) -> LogQueryError {
        LogQueryError(offset: offset, message: "two operators stand side by side", mend: "remove one of them")
    }

    /// A value, a group, or a field with one of them.
    /// - Parameter name: of the field that stands directly before, whose value it is.
    private mutating func clause(
        _ field: QueryField, of name: QueryLiteral? = nil
    ) throws(LogQueryError) -> QueryNode {
        switch cursor.next {
        case "(": return try group(field)
        case "\"":
            let text = try cursor.quoted()
            let slop = try suffixes().slop
            return .leaf(field, .words(QueryText(text, isQuoted: true, clock), slop: slop))
        case "[", "{": return .leaf(field, try bracketRange())
        case "/": if let regex = try regex() { return .leaf(field, regex) }
        case "<", ">": if case .any = field {} else { return .leaf(field, try comparison()) }
        default: break
        }
        let literal = try term()
        let end = cursor.position
        cursor.skipSpaces()
        guard cursor.next == ":" else {
            cursor.position = end
            return .leaf(field, try test(literal))
        }
        if let name { throw secondColon(name, value: literal) }
        cursor.position += 1
        cursor.skipSpaces()
        guard let next = cursor.next, next != ")", next != ":" else {
            throw LogQueryError(
                offset: cursor.position - 1, message: "nothing follows the field \"\(literal.text)\"",
                mend: "write a value behind the colon, or \\: for a colon in a value")
        }
        return try value(of: literal)
    }

    /// `message:12:30:05`, of which Lucene makes nothing.
    private func secondColon(_ name: QueryLiteral, value: QueryLiteral) -> LogQueryError {
        let whole = cursor.characters[value.start...].prefix { !$0.isWhitespace && !"()\"".contains($0) }
        return LogQueryError(
            offset: cursor.position, message: "a second colon stands in the value of \"\(name.text)\"",
            mend: "put the value in quotes, \(name.text):\"\(String(whole))\", or write \\: for a colon in it")
    }

    private mutating func value(of name: QueryLiteral) throws(LogQueryError) -> QueryNode {
        let start = cursor.position
        if takeConjunction() != nil || takeKeyword("NOT") {
            throw LogQueryError(
                offset: start, message: "an operator follows the field \"\(name.text)\"",
                mend: "write a value behind the colon, in quotes if it is that word")
        }
        depth += 1
        defer { depth -= 1 }
        if depth > QueryCursor.depthLimit {
            throw LogQueryError(offset: start, message: "fields are nested too deep", mend: "write one field a value")
        }
        let node = try clause(name.field, of: name)
        guard case .leaf(_, let test) = node else { return node }
        if name.text == "_exists_", case .words(let text, _) = test { return .leaf(.name(text.text), .exists) }
        if name.text == "_exists_", case .wildcard(let pattern) = test { return .leaf(.pattern(pattern), .exists) }
        if name.hasWildcard, Wildcard(name.elements).isEverything, case .exists = test { return .all }
        return node
    }

    private mutating func group(_ field: QueryField) throws(LogQueryError) -> QueryNode {
        let start = cursor.position
        depth += 1
        defer { depth -= 1 }
        if depth > QueryCursor.depthLimit {
            throw LogQueryError(offset: start, message: "groups are nested too deep", mend: "remove parentheses")
        }
        cursor.position += 1
        cursor.skipSpaces()
        if cursor.next == ")" {
            throw LogQueryError(offset: start, message: "the group is empty", mend: "write a condition into it")
        }
        let node = try clauses(field)
        guard cursor.take(")") else {
            throw LogQueryError(offset: start, message: "the ( is not closed", mend: "add a ) behind the group")
        }
        _ = try suffixes()
        return node
    }

    /// A word; the position is behind it afterwards.
    private mutating func term() throws(LogQueryError) -> QueryLiteral {
        var literal = QueryLiteral(start: cursor.position)
        while let next = cursor.next, !next.isWhitespace, !"()[]{}\":^~".contains(next) {
            switch next {
            case "\\":
                literal.append(try cursor.escaped(), isEscaped: true)
                continue
            case "*": literal.append(wildcard: .any)
            case "?": literal.append(wildcard: .one)
            default: literal.append(next)
            }
            cursor.position += 1
        }
        if literal.elements.isEmpty, let next = cursor.next {
            throw LogQueryError(
                offset: cursor.position, message: "\"\(next)\" cannot begin a condition",
                mend: "write \\\(next) to search for it, or put the text in quotes")
        }
        return literal
    }

    private mutating func test(_ literal: QueryLiteral) throws(LogQueryError) -> QueryTest {
        let text = QueryText(literal.text, clock)
        let suffixes = try suffixes()
        if let edits = suffixes.edits { return .fuzzy(text, edits: edits.count(for: literal.text)) }
        if !literal.hasWildcard { return .words(text, slop: 0) }
        let pattern = Wildcard(literal.elements)
        return pattern.isEverything ? .exists : .wildcard(pattern)
    }

    /// How much a word may differ: a number of edits, or a share of the word as Lucene had it before.
    private enum Fuzziness {
        case automatic
        case edits(Int)
        case similarity(Double)

        func count(for text: String) -> Int {
            switch self {
            case .automatic: 2
            case .edits(let count): min(2, count)
            case .similarity(let share): min(2, Int((1 - share) * Double(text.count)))
            }
        }
    }

    /// `~2` and `^3` behind a value.
    private mutating func suffixes() throws(LogQueryError) -> (edits: Fuzziness?, slop: Int) {
        var edits: Fuzziness?
        var slop = 0
        while let next = cursor.next, next == "~" || next == "^" {
            let start = cursor.position
            cursor.position += 1
            let digits = String(cursor.characters[cursor.position...].prefix { $0.isASCII && $0.isNumber || $0 == "." })
            cursor.position += digits.count
            let number = digits.isEmpty ? nil : Double(digits)
            if next == "^" {
                guard number != nil else {
                    throw LogQueryError(
                        offset: start, message: "no number follows ^", mend: "write ^2, or \\^ for the character")
                }
                continue
            }
            if !digits.isEmpty, number == nil || (number ?? 0) > 1_000 || ((number ?? 0) > 1 && digits.contains(".")) {
                throw LogQueryError(
                    offset: start, message: "~\(digits) is neither a whole number nor below 1",
                    mend: "write ~1 or ~2 for that many wrong letters")
            }
            guard let number else {
                edits = .automatic
                continue
            }
            slop = Int(number)
            edits = number < 1 && number > 0 ? .similarity(number) : .edits(Int(number))
        }
        return (edits, slop)
    }

    /// `/…/`; `nil` where no slash closes it before a blank or the end: it is a path then.
    private mutating func regex() throws(LogQueryError) -> QueryTest? {
        let start = cursor.position
        var text = ""
        var index = start + 1
        while index < cursor.characters.count, cursor.characters[index] != "/" {
            if cursor.characters[index] == "\\", index + 1 < cursor.characters.count {
                index += 1
                if cursor.characters[index] != "/" { text.append("\\") }
            }
            text.append(cursor.characters[index])
            index += 1
        }
        guard index < cursor.characters.count, !text.isEmpty else { return nil }
        if index + 1 < cursor.characters.count {
            let following = cursor.characters[index + 1]
            if !following.isWhitespace, !")^~".contains(following) { return nil }
        }
        cursor.position = index + 1
        _ = try suffixes()
        do {
            return .regex(try Pattern(text, caseSensitive: false, dotMatchesNewline: true))
        } catch {
            throw LogQueryError(
                offset: start, message: "the regular expression is not one: \(error.reason)",
                mend: "mend it, or put the text in quotes")
        }
    }
}

extension LuceneParser {
    /// `[a TO b]`, with braces for bounds that are not included.
    mutating func bracketRange() throws(LogQueryError) -> QueryTest {
        let start = cursor.position
        var range = QueryRange()
        range.includesLower = cursor.next == "["
        cursor.position += 1
        range.lower = try bound()
        cursor.skipSpaces()
        let place = cursor.position
        guard cursor.take("TO"), cursor.next?.isWhitespace ?? false else {
            throw LogQueryError(
                offset: place, message: "the range begun at character \(start + 1) has no TO",
                mend: "write [1 TO 10], or * for an open end")
        }
        range.upper = try bound()
        cursor.skipSpaces()
        switch cursor.next {
        case "]": range.includesUpper = true
        case "}": range.includesUpper = false
        default:
            throw LogQueryError(offset: start, message: "the range is not closed", mend: "add a ] or } behind it")
        }
        cursor.position += 1
        _ = try skipBoost()
        return .range(range)
    }

    private mutating func skipBoost() throws(LogQueryError) -> Bool {
        guard cursor.next == "^" else { return false }
        let start = cursor.position
        cursor.position += 1
        let digits = cursor.characters[cursor.position...].prefix { $0.isASCII && $0.isNumber || $0 == "." }
        cursor.position += digits.count
        if Double(String(digits)) == nil {
            throw LogQueryError(offset: start, message: "no number follows ^", mend: "write ^2")
        }
        return true
    }

    private mutating func bound() throws(LogQueryError) -> QueryText? {
        cursor.skipSpaces()
        if cursor.next == "\"" { return QueryText(try cursor.quoted(), isQuoted: true, clock) }
        let start = cursor.position
        var text = ""
        while let next = cursor.next, !next.isWhitespace, next != "]", next != "}" {
            if next == "\\" {
                text.append(try cursor.escaped())
            } else {
                text.append(next)
                cursor.position += 1
            }
        }
        if text.isEmpty || text == "TO" {
            throw LogQueryError(
                offset: start, message: "a bound of the range is missing", mend: "write [1 TO 10], or * for an open end"
            )
        }
        return text == "*" ? nil : QueryText(text, clock)
    }

    /// `>5`, `>=5`, `<5`, `<=5` behind a field.
    mutating func comparison() throws(LogQueryError) -> QueryTest {
        let start = cursor.position
        let isLower = cursor.next == ">"
        cursor.position += 1
        let isIncluded = cursor.take("=")
        cursor.skipSpaces()
        var text = ""
        var isQuoted = false
        if cursor.next == "\"" {
            text = try cursor.quoted()
            isQuoted = true
        } else {
            while let next = cursor.next, !next.isWhitespace, !"()[]{}\"^~".contains(next) {
                if next == "\\" {
                    text.append(try cursor.escaped())
                } else {
                    text.append(next)
                    cursor.position += 1
                }
            }
        }
        if text.isEmpty {
            throw LogQueryError(
                offset: start, message: "nothing follows the comparison", mend: "write a number or a date behind it")
        }
        let bound = QueryText(text, isQuoted: isQuoted, clock)
        return .range(
            isLower
                ? QueryRange(lower: bound, includesLower: isIncluded)
                : QueryRange(upper: bound, includesUpper: isIncluded))
    }
}
