/// A duration that is computed when the query runs, as its steps may be part of it: `[step() * 2]`.
indirect enum DurationFormula: Sendable {
    case seconds(Double)
    /// The interval between the query's steps.
    case step
    /// The time from the query's start to its end.
    case range
    case negated(DurationFormula)
    case binary(BinaryOperation.Operator, DurationFormula, DurationFormula)
    case least(DurationFormula, DurationFormula)
    case greatest(DurationFormula, DurationFormula)

    /// Seconds, in a query with these steps.
    func seconds(in query: Steps) -> Double {
        switch self {
        case .seconds(let value): value
        case .step: query.start == query.end ? 0 : Double(query.step) / 1_000
        case .range: Double(query.end - query.start) / 1_000
        case .negated(let inner): -inner.seconds(in: query)
        case .binary(let operation, let left, let right):
            operation.apply(left.seconds(in: query), right.seconds(in: query))
        case .least(let left, let right): min(left.seconds(in: query), right.seconds(in: query))
        case .greatest(let left, let right): max(left.seconds(in: query), right.seconds(in: query))
        }
    }

    /// Milliseconds, in a query with these steps.
    /// - Throws: ``PromQLError`` for what is no duration, and for one that is not above zero where it must be.
    func milliseconds(in query: Steps, mustBePositive: Bool) throws -> Int64 {
        let seconds = seconds(in: query)
        guard seconds.magnitude <= Self.secondsMax else {
            throw PromQLError(.execution, "the duration of \(seconds) s is out of range")
        }
        let milliseconds = Int64((seconds * 1_000).rounded())
        guard milliseconds > 0 || !mustBePositive else {
            throw PromQLError(.execution, "duration must be greater than 0, got \(seconds) s")
        }
        return milliseconds
    }

    /// About 292 years, as in Prometheus: what keeps sums of times far from overflowing.
    static let secondsMax = 9_223_372_036.0
}

extension Expression {
    /// The expression with every computed duration made a number.
    func resolved(in query: Steps) throws -> Expression {
        let node: Node =
            switch self.node {
            case .number, .string: self.node
            case .vector(let selector): .vector(try selector.resolved(in: query))
            case .matrix(let selector, let range):
                .matrix(
                    try selector.resolved(in: query),
                    range: try selector.rangeFormula?.milliseconds(in: query, mustBePositive: true) ?? range)
            case .subquery(let inner, let subquery):
                .subquery(try inner.resolved(in: query), try subquery.resolved(in: query))
            case .call(let function, let arguments): .call(function, try arguments.map { try $0.resolved(in: query) })
            case .aggregate(var aggregation):
                try {
                    aggregation.inner = try aggregation.inner.resolved(in: query)
                    aggregation.parameter = try aggregation.parameter?.resolved(in: query)
                    return .aggregate(aggregation)
                }()
            case .binary(var operation):
                try {
                    operation.left = try operation.left.resolved(in: query)
                    operation.right = try operation.right.resolved(in: query)
                    return .binary(operation)
                }()
            case .negate(let inner): .negate(try inner.resolved(in: query))
            case .group(let inner): .group(try inner.resolved(in: query))
            }
        var expression = Expression(node: node, range: range)
        expression.origin = origin
        return expression
    }
}

extension Selector {
    fileprivate func resolved(in query: Steps) throws -> Selector {
        guard let formula = offsetFormula else { return self }
        var selector = self
        selector.offset = try formula.milliseconds(in: query, mustBePositive: false)
        return selector
    }
}

extension Subquery {
    fileprivate func resolved(in query: Steps) throws -> Subquery {
        var subquery = self
        if let rangeFormula { subquery.range = try rangeFormula.milliseconds(in: query, mustBePositive: true) }
        if let stepFormula { subquery.step = try stepFormula.milliseconds(in: query, mustBePositive: true) }
        if let offsetFormula { subquery.offset = try offsetFormula.milliseconds(in: query, mustBePositive: false) }
        return subquery
    }
}
