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
        let expression = try parser.expression()
        try parser.expectEnd()
        return expression
    }

    /// Parses a series selector, as `match[]` has it.
    public static func parseSelector(
        _ text: String, features: Set<PromQLFeature> = []
    ) throws(PromQLParseError) -> [Matcher] {
        let expression = try parse(text, features: features)
        guard case .vector(let selector) = expression.node, selector.offset == 0, selector.fixed == nil else {
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

    /// The deepest nesting: more would only be an attack on the stack.
    private static let depthMax = 200

    init(text: String, tokens: [Token], features: Set<PromQLFeature>) {
        self.text = text
        self.tokens = tokens
        self.features = features
    }

    // MARK: Tokens

    var current: Token { tokens[index] }

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

    // MARK: Operators

    mutating func expression(minimum: Int = 0) throws(PromQLParseError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthMax else { throw refuse("the expression is nested more than \(Self.depthMax) deep") }
        let start = current.range.lowerBound
        var left = try unary()
        while let operation = binaryOperator, operation.precedence > minimum {
            let operatorRange = current.range
            advance()
            var binary = try modifiers(of: operation, left: left)
            // Powers bind to the right: 2 ^ 3 ^ 2 is 2 ^ (3 ^ 2).
            let right = try expression(minimum: operation == .power ? operation.precedence - 1 : operation.precedence)
            binary = BinaryOperation(
                operation: operation, left: left, right: right, returnsBool: binary.returnsBool, isOn: binary.isOn,
                matchingLabels: binary.matchingLabels, cardinality: binary.cardinality, include: binary.include)
            try check(binary, at: operatorRange)
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
                "unary expression only allowed on expressions of type scalar or instant vector, got \"\(inner.type.rawValue)\"",
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
                let offset = try signedDuration()
                expression = try adjusted(expression, start: start, offset: offset, fixed: nil)
            } else if take("@") {
                let fixed = try fixedTime()
                expression = try adjusted(expression, start: start, offset: 0, fixed: fixed)
            } else {
                return expression
            }
        }
    }

    private mutating func bracketed(_ inner: Expression, start: Int) throws(PromQLParseError) -> Expression {
        advance()
        let range = try duration(inside: "range")
        if take(":") {
            let step = isAt("]") ? nil : try duration(inside: "subquery")
            try expect("]", in: "subquery selector")
            guard inner.type == .vector || inner.type == .scalar else {
                throw refuse(
                    "subquery is only allowed on instant vector, got \(inner.type.rawValue) instead", at: inner.range)
            }
            return Expression(node: .subquery(inner, Subquery(range: range, step: step)), range: span(from: start))
        }
        try expect("]", in: "range selector")
        guard case .vector(let selector) = inner.node else {
            throw refuse("ranges only allowed for vector selectors", at: inner.range)
        }
        guard selector.offset == 0, selector.fixed == nil else {
            throw refuse("no offset or @ modifiers allowed before range", at: inner.range)
        }
        return Expression(node: .matrix(selector, range: range), range: span(from: start))
    }

    private mutating func adjusted(
        _ inner: Expression, start: Int, offset: Int64, fixed: FixedTime?
    ) throws(PromQLParseError) -> Expression {
        func apply(_ oldOffset: inout Int64, _ oldFixed: inout FixedTime?) throws(PromQLParseError) {
            if let fixed {
                guard oldFixed == nil else {
                    throw refuse("@ <timestamp> may not be set multiple times", at: inner.range)
                }
                oldFixed = fixed
            } else {
                guard oldOffset == 0 else { throw refuse("offset may not be set multiple times", at: inner.range) }
                oldOffset = offset
            }
        }
        switch inner.node {
        case .vector(var selector):
            try apply(&selector.offset, &selector.fixed)
            return Expression(node: .vector(selector), range: span(from: start))
        case .matrix(var selector, let range):
            try apply(&selector.offset, &selector.fixed)
            return Expression(node: .matrix(selector, range: range), range: span(from: start))
        case .subquery(let expression, var subquery):
            try apply(&subquery.offset, &subquery.fixed)
            return Expression(node: .subquery(expression, subquery), range: span(from: start))
        default:
            let modifier = fixed == nil ? "offset modifier" : "@ modifier"
            throw refuse(
                "\(modifier) must be preceded by an instant vector selector or range vector selector or a subquery",
                at: inner.range)
        }
    }

    /// A duration above zero: `5m`, or a number of seconds.
    private mutating func duration(inside place: String) throws(PromQLParseError) -> Int64 {
        let range = current.range
        let milliseconds: Int64
        switch current.kind {
        case .duration(let value): milliseconds = value
        case .number(let seconds) where seconds.magnitude < 9e12: milliseconds = Int64((seconds * 1_000).rounded())
        default: throw refuse("unexpected \(current.shown) in \(place) selector, expected a duration")
        }
        advance()
        guard milliseconds > 0 else { throw refuse("duration must be greater than 0", at: range) }
        return milliseconds
    }

    private mutating func signedDuration() throws(PromQLParseError) -> Int64 {
        let isNegative = isAt("-")
        if isNegative || isAt("+") { advance() }
        let milliseconds: Int64
        switch current.kind {
        case .duration(let value): milliseconds = value
        case .number(let seconds) where seconds.magnitude < 9e12: milliseconds = Int64((seconds * 1_000).rounded())
        default: throw refuse("unexpected \(current.shown) in offset, expected a duration")
        }
        advance()
        return isNegative ? -milliseconds : milliseconds
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
