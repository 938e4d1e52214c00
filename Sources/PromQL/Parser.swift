internal import Base
public import Model

/// Reads expressions of PromQL as Prometheus 3 has it.
public enum PromQLParser {
    /// Parses and checks `text`.
    /// - Parameter features: parts of the language that are on beside the stable ones.
    /// - Throws: ``PromQLParseError`` with the place.
    public static func parse(
        _ text: String, features: Set<PromQLFeature> = []
    ) throws(PromQLParseError) -> Expression {
        var parser = Parser(text: text, tokens: try Lexer.tokens(of: text), features: features)
        var expression = try parser.expression()
        try parser.expectEnd()
        expression.origin = Expression.Origin(text: text, features: features, hasFormula: parser.hasFormula)
        return expression
    }

    /// Parses a series selector, as `match[]` has it.
    public static func parseSelector(
        _ text: String, features: Set<PromQLFeature> = []
    ) throws(PromQLParseError) -> [Matcher] {
        let expression = try parse(text, features: features)
        guard case .vector(let selector) = expression.node, !selector.hasModifier else {
            throw PromQLParseError("a series selector is expected", at: expression.range, in: text)
        }
        return selector.matchers
    }
}

/// A recursive-descent parser over tokens, with precedence climbing for operators.
struct Parser {
    let text: String
    private let tokens: [Token]
    let features: Set<PromQLFeature>
    private var index = 0
    private var depth = 0
    /// Whether a duration was read that has to be computed when the query runs.
    var hasFormula = false
    /// Whether a selector here may match series of any labels.
    var mayMatchEmpty = false

    /// The deepest nesting: more would only be an attack on the stack.
    private static let depthMax = 200
    private static let rowMax = 1_000
    /// Operators in durations.
    private var durationOperators = 0

    init(text: String, tokens: [Token], features: Set<PromQLFeature>) {
        self.text = text
        self.tokens = tokens
        self.features = features
    }

    // MARK: Tokens

    var current: Token { tokens[index] }

    var following: Token { tokens[min(index + 1, tokens.count - 1)] }

    var isAtStart: Bool { index == 0 }

    mutating func advance() { if index < tokens.count - 1 { index += 1 } }

    func refuse(_ message: String, at range: Range<Int>? = nil) -> PromQLParseError {
        PromQLParseError(message, at: range ?? current.range, in: text)
    }

    func isAt(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }

    func isAt(word: String) -> Bool {
        if case .word(let text) = current.kind { text.lowercased() == word } else { false }
    }

    mutating func take(_ symbol: String) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(word: String) -> Bool {
        guard isAt(word: word) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: String, in place: String) throws(PromQLParseError) {
        guard take(symbol) else { throw refuse("unexpected \(current.shown) in \(place), expected \"\(symbol)\"") }
    }

    func expectEnd() throws(PromQLParseError) {
        guard current.kind == .end else { throw refuse("unexpected \(current.shown)") }
    }

    private var previousEnd: Int { index > 0 ? tokens[index - 1].range.upperBound : 0 }

    func span(from start: Int) -> Range<Int> { start..<max(start, previousEnd) }

    mutating func enter() throws(PromQLParseError) {
        depth += 1
        guard depth < Self.depthMax else { throw refuse("the expression is nested more than \(Self.depthMax) deep") }
    }

    mutating func leave() { depth -= 1 }

    /// A row of operators in durations makes a formula as deep as the row is long.
    mutating func countDurationOperator() throws(PromQLParseError) {
        durationOperators += 1
        guard durationOperators < Self.rowMax else {
            throw refuse("the durations have more than \(Self.rowMax) operators")
        }
    }

    // MARK: Operators

    mutating func expression(minimum: Int = 0) throws(PromQLParseError) -> Expression {
        try enter()
        defer { leave() }
        let start = current.range.lowerBound
        var left = try unary()
        while let operation = binaryOperator, operation.precedence > minimum {
            let operatorRange = current.range
            advance()
            var binary = try modifiers(of: operation, left: left)
            // Powers bind to the right: 2 ^ 3 ^ 2 is 2 ^ (3 ^ 2).
            let right = try expression(minimum: operation == .power ? operation.precedence - 1 : operation.precedence)
            binary.right = right
            try check(binary, at: operatorRange)
            // A row of operators makes a tree as deep as the row is long.
            guard left.depth < Self.rowMax else {
                throw refuse("the expression has more than \(Self.rowMax) operators in a row", at: operatorRange)
            }
            left = Expression(node: .binary(binary), range: span(from: start))
        }
        return left
    }

    private var binaryOperator: BinaryOperation.Operator? {
        switch current.kind {
        case .symbol(let symbol): BinaryOperation.Operator(rawValue: symbol)
        case .word(let word): BinaryOperation.Operator(rawValue: word.lowercased())
        default: nil
        }
    }

    private mutating func unary() throws(PromQLParseError) -> Expression {
        let start = current.range.lowerBound
        guard isAt("-") || isAt("+") else { return try postfix() }
        let isNegative = isAt("-")
        advance()
        // A sign binds less than a power: -2 ^ 2 is -(2 ^ 2).
        let inner = try expression(minimum: BinaryOperation.Operator.multiply.precedence)
        guard inner.type == .scalar || inner.type == .vector else {
            throw refuse(
                "unary expression only allowed on expressions of type scalar or instant vector, got "
                    + "\"\(inner.type.rawValue)\"",
                at: inner.range)
        }
        let range = span(from: start)
        if case .number(let value) = inner.node {
            return Expression(node: .number(isNegative ? -value : value), range: range)
        }
        return isNegative ? Expression(node: .negate(inner), range: range) : inner
    }

    // MARK: Ranges, offsets and fixed times

    private mutating func postfix() throws(PromQLParseError) -> Expression {
        let start = current.range.lowerBound
        var expression = try primary()
        while true {
            if isAt("[") {
                expression = try bracketed(expression, start: start)
            } else if take(word: "offset") {
                expression = try shifted(expression, start: start, by: try signedDuration())
            } else if take("@") {
                expression = try pinned(expression, start: start, at: try fixedTime())
            } else if let border = rangeExtension {
                advance()
                expression = try extended(expression, start: start, border)
            } else {
                return expression
            }
        }
    }

    private mutating func bracketed(_ inner: Expression, start: Int) throws(PromQLParseError) -> Expression {
        advance()
        let range = try duration(inside: "range selector")
        if take(":") {
            let step = isAt("]") ? nil : try duration(inside: "subquery selector")
            try expect("]", in: "subquery selector")
            guard inner.type == .vector || inner.type == .scalar else {
                throw refuse(
                    "subquery is only allowed on instant vector, got \(inner.type.rawValue) instead", at: inner.range)
            }
            let subquery = Subquery(
                range: range.milliseconds, step: step?.milliseconds, rangeFormula: range.formula,
                stepFormula: step?.formula)
            return Expression(node: .subquery(inner, subquery), range: span(from: start))
        }
        try expect("]", in: "range selector")
        guard case .vector(var selector) = inner.node else {
            throw refuse("ranges only allowed for vector selectors", at: inner.range)
        }
        guard !selector.hasModifier else {
            throw refuse("no offset or @ modifiers allowed before range", at: inner.range)
        }
        selector.rangeFormula = range.formula
        return Expression(node: .matrix(selector, range: range.milliseconds), range: span(from: start))
    }

    /// `inner` with its time changed by `adjust`, where it is a selector or subquery.
    private mutating func adjusted(
        _ inner: Expression, start: Int, _ modifier: String,
        _ adjust: (inout Int64, inout DurationFormula?, inout FixedTime?) throws(PromQLParseError) -> Void
    ) throws(PromQLParseError) -> Expression {
        switch inner.node {
        case .vector(var selector):
            try adjust(&selector.offset, &selector.offsetFormula, &selector.fixed)
            return Expression(node: .vector(selector), range: span(from: start))
        case .matrix(var selector, let range):
            try adjust(&selector.offset, &selector.offsetFormula, &selector.fixed)
            return Expression(node: .matrix(selector, range: range), range: span(from: start))
        case .subquery(let expression, var subquery):
            try adjust(&subquery.offset, &subquery.offsetFormula, &subquery.fixed)
            return Expression(node: .subquery(expression, subquery), range: span(from: start))
        default:
            throw refuse(
                "\(modifier) must be preceded by an instant vector selector or range vector selector or a subquery",
                at: inner.range)
        }
    }

    private mutating func shifted(
        _ inner: Expression, start: Int, by duration: ParsedDuration
    ) throws(PromQLParseError) -> Expression {
        let twice = refuse("offset may not be set multiple times", at: inner.range)
        return try adjusted(inner, start: start, "offset modifier") {
            (offset, formula, _) throws(PromQLParseError) in
            guard offset == 0, formula == nil else { throw twice }
            offset = duration.milliseconds
            formula = duration.formula
        }
    }

    private mutating func pinned(
        _ inner: Expression, start: Int, at time: FixedTime
    ) throws(PromQLParseError) -> Expression {
        let twice = refuse("@ <timestamp> may not be set multiple times", at: inner.range)
        return try adjusted(inner, start: start, "@ modifier") { (_, _, fixed) throws(PromQLParseError) in
            guard fixed == nil else { throw twice }
            fixed = time
        }
    }

    private var rangeExtension: RangeExtension? {
        if case .word(let word) = current.kind { RangeExtension(rawValue: word.lowercased()) } else { nil }
    }

    private func extended(
        _ inner: Expression, start: Int, _ border: RangeExtension
    ) throws(PromQLParseError) -> Expression {
        let place = tokens[index - 1].range
        guard features.contains(.extendedRangeSelectors) else {
            throw refuse(
                "\(border.rawValue) modifier is experimental and not enabled; start with "
                    + "--enable-feature=\(PromQLFeature.extendedRangeSelectors.rawValue)",
                at: place)
        }
        switch inner.node {
        case .matrix(var selector, let range) where selector.border == nil:
            selector.border = border
            return Expression(node: .matrix(selector, range: range), range: span(from: start))
        case .vector(var selector) where selector.border == nil && border == .smoothed:
            selector.border = border
            return Expression(node: .vector(selector), range: span(from: start))
        default: throw refuse("\(border.rawValue) modifier is not allowed here", at: place)
        }
    }

    private mutating func fixedTime() throws(PromQLParseError) -> FixedTime {
        for (word, time) in [("start", FixedTime.start), ("end", .end)] where isAt(word: word) {
            advance()
            try expect("(", in: "@")
            try expect(")", in: "@")
            return time
        }
        let isNegative = isAt("-")
        if isNegative || isAt("+") { advance() }
        let seconds: Double
        switch current.kind {
        case .number(let value): seconds = value
        case .duration(let milliseconds): seconds = Double(milliseconds) / 1_000
        default: throw refuse("unexpected \(current.shown) in @, expected timestamp")
        }
        guard seconds.magnitude < 9e12 else { throw refuse("timestamp out of bounds for @ modifier: \(seconds)") }
        advance()
        return .at(Int64(((isNegative ? -seconds : seconds) * 1_000).rounded()))
    }
}
