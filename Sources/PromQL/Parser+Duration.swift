/// A duration as it stands in the text: a number, or a formula for when the query runs.
enum ParsedDuration {
    case milliseconds(Int64)
    case formula(DurationFormula)

    var formula: DurationFormula? {
        if case .formula(let formula) = self { formula } else { nil }
    }

    /// Milliseconds, or zero while a formula tells.
    var milliseconds: Int64 {
        if case .milliseconds(let value) = self { value } else { 0 }
    }
}

extension Parser {
    /// The duration in brackets: `5m`, a number of seconds, or a formula.
    mutating func duration(inside place: String) throws(PromQLParseError) -> ParsedDuration {
        let start = current.range
        let formula = try durationFormula(place, minimum: 0)
        guard case .seconds(let seconds) = formula else {
            hasFormula = true
            return .formula(formula)
        }
        let milliseconds = Int64((seconds * 1_000).rounded())
        guard milliseconds > 0 else { throw refuse("duration must be greater than 0", at: start) }
        return .milliseconds(milliseconds)
    }

    /// The duration after `offset`: sums stand in parentheses there.
    mutating func signedDuration() throws(PromQLParseError) -> ParsedDuration {
        let isNegative = isAt("-")
        if isNegative || isAt("+") { advance() }
        let formula = try durationOperand("offset")
        guard case .seconds(let seconds) = formula else {
            hasFormula = true
            return .formula(isNegative ? .negated(formula) : formula)
        }
        let milliseconds = Int64((seconds * 1_000).rounded())
        return .milliseconds(isNegative ? -milliseconds : milliseconds)
    }

    private mutating func durationFormula(
        _ place: String, minimum: Int
    ) throws(PromQLParseError) -> DurationFormula {
        try enter()
        defer { leave() }
        var left: DurationFormula
        if isAt("-") || isAt("+") {
            let isNegative = isAt("-")
            advance()
            let inner = try durationFormula(place, minimum: BinaryOperation.Operator.multiply.precedence)
            left = isNegative ? .negated(inner) : inner
        } else {
            left = try durationOperand(place)
        }
        while case .symbol(let symbol) = current.kind, let operation = BinaryOperation.Operator(rawValue: symbol),
            operation.precedence >= BinaryOperation.Operator.add.precedence, operation.precedence > minimum
        {
            try countDurationOperator()
            advance()
            let start = current.range
            let tightness = operation == .power ? operation.precedence - 1 : operation.precedence
            let right = try durationFormula(place, minimum: tightness)
            if case .seconds(0) = right, operation == .divide || operation == .modulo {
                throw refuse(operation == .divide ? "division by zero" : "modulo by zero", at: start)
            }
            left = .binary(operation, left, right)
        }
        return left
    }

    private mutating func durationOperand(_ place: String) throws(PromQLParseError) -> DurationFormula {
        try enter()
        defer { leave() }
        let token = current
        switch token.kind {
        case .duration(let milliseconds):
            advance()
            return .seconds(Double(milliseconds) / 1_000)
        case .number(let seconds):
            guard seconds.magnitude <= DurationFormula.secondsMax else { throw refuse("duration out of range") }
            advance()
            return .seconds(seconds)
        case .symbol("("):
            advance()
            let inner = try durationFormula(place, minimum: 0)
            try expect(")", in: "duration expression")
            return inner
        case .word("step"), .word("range"):
            advance()
            try expect("(", in: "duration expression")
            try expect(")", in: "duration expression")
            return token.kind == .word("step") ? .step : .range
        case .word("min_of"), .word("max_of"):
            advance()
            try expect("(", in: "duration expression")
            let left = try durationFormula(place, minimum: 0)
            try expect(",", in: "duration expression")
            let right = try durationFormula(place, minimum: 0)
            try expect(")", in: "duration expression")
            return token.kind == .word("min_of") ? .least(left, right) : .greatest(left, right)
        default: throw refuse("unexpected \(token.shown) in \(place), expected a duration")
        }
    }
}
