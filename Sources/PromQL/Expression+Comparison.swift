internal import Base
internal import Model

/// What an alert's expression compares with what.
public struct ExpressionComparison: Sendable {
    /// The side whose series are looked at.
    public let series: Expression
    /// `<`, `<=`, `>`, `>=`, `==`, `!=`, as it stands between the series and the threshold.
    public let operation: String
    /// The number on the other side; `nil` where it is series, too.
    public let threshold: Double?
    /// The other side.
    public let other: Expression
}

extension Expression {
    /// The comparison that the expression comes down to: a series stays in its result while it holds. `nil` where there is
    /// none, or where any of several will do.
    public var comparison: ExpressionComparison? {
        switch node {
        case .group(let inner): return inner.comparison
        case .binary(let operation):
            // All of them must hold: the first one is what the alert is about.
            if operation.operation == .and { return operation.left.comparison ?? operation.right.comparison }
            if operation.operation == .unless { return operation.left.comparison }
            guard operation.operation.isComparison, !operation.returnsBool else { return nil }
            if operation.left.constant != nil, operation.right.constant == nil {
                return ExpressionComparison(
                    series: operation.right.withoutGroup, operation: operation.operation.mirrored.rawValue,
                    threshold: operation.left.constant, other: operation.left.withoutGroup)
            }
            return ExpressionComparison(
                series: operation.left.withoutGroup, operation: operation.operation.rawValue,
                threshold: operation.right.constant, other: operation.right.withoutGroup)
        default: return nil
        }
    }

    /// The expressions of which any makes this one hold: the sides of its `or`s, without what is excluded of them
    /// afterwards; itself alone where it has none.
    public var sides: [Expression] {
        switch node {
        case .group(let inner): return inner.sides
        case .binary(let operation):
            if operation.operation == .or { return operation.left.sides + operation.right.sides }
            guard operation.operation == .unless || operation.operation == .and, operation.left.sides.count > 1 else {
                return [self]
            }
            return operation.left.sides
        default: return [self]
        }
    }

    private var withoutGroup: Expression { if case .group(let inner) = node { inner.withoutGroup } else { self } }

    /// The number that an expression without series always gives.
    private var constant: Double? {
        switch node {
        case .number(let value): return value
        case .group(let inner): return inner.constant
        case .negate(let inner): return inner.constant.map { -$0 }
        case .binary(let operation):
            guard let left = operation.left.constant, let right = operation.right.constant else { return nil }
            return switch operation.operation {
            case .add: left + right
            case .subtract: left - right
            case .multiply: left * right
            case .divide: left / right
            default: nil
            }
        default: return nil
        }
    }

    /// The one metric that all series of the expression are of; `nil` where there are several, or none.
    public var onlyMetric: String? {
        let names = selectors.map { matchers in
            matchers.first { $0.name == Labels.metricName && $0.operation == .equal }?.value
        }
        guard let first = names.first, let name = first, names.allSatisfy({ $0 == name }) else { return nil }
        return name
    }

    /// The same, of the series with these labels alone, as far as that gives the same as leaving the others out
    /// afterwards. A label that the expression drops, changes, or counts over is left as it is.
    public func narrowed(to labels: [String: String]) -> Expression {
        let kept = labels.filter { passes(label: $0.key) }.sorted { $0.key < $1.key }
        if kept.isEmpty { return self }
        return adding(kept.map { .equal($0.key, $0.value) })
    }

    /// Functions whose series keep their labels, one by one.
    private static let others: Set<String> = [
        "absent", "absent_over_time", "scalar", "vector", "label_replace", "label_join", "info",
    ]

    private func passes(label: String) -> Bool {
        switch node {
        case .number, .string, .vector, .matrix: true
        case .subquery(let inner, _), .negate(let inner), .group(let inner): inner.passes(label: label)
        case .call(let function, let arguments):
            !Self.others.contains(function.name) && arguments.allSatisfy { $0.passes(label: label) }
        case .aggregate(let aggregation):
            [.sum, .avg, .count, .min, .max, .group, .stddev, .stdvar, .quantile].contains(aggregation.operation)
                && aggregation.labels.contains(label) != aggregation.isWithout
                && aggregation.inner.passes(label: label)
        case .binary(let operation):
            (operation.left.type == .scalar || operation.right.type == .scalar
                || operation.matchingLabels.contains(label) == operation.isOn)
                && operation.left.passes(label: label) && operation.right.passes(label: label)
        }
    }

    private func adding(_ matchers: [Matcher]) -> Expression {
        func more(_ selector: Selector) -> Selector {
            var selector = selector
            selector.matchers += matchers.filter { !selector.matchers.contains($0) }
            return selector
        }
        let narrowed: Node =
            switch node {
            case .number, .string: node
            case .vector(let selector): .vector(more(selector))
            case .matrix(let selector, let range): .matrix(more(selector), range: range)
            case .subquery(let inner, let subquery): .subquery(inner.adding(matchers), subquery)
            case .call(let function, let arguments): .call(function, arguments.map { $0.adding(matchers) })
            case .negate(let inner): .negate(inner.adding(matchers))
            case .group(let inner): .group(inner.adding(matchers))
            case .aggregate(var aggregation):
                {
                    aggregation.inner = aggregation.inner.adding(matchers)
                    return .aggregate(aggregation)
                }()
            case .binary(var operation):
                {
                    operation.left = operation.left.adding(matchers)
                    operation.right = operation.right.adding(matchers)
                    return .binary(operation)
                }()
            }
        return Expression(node: narrowed, range: range)
    }
}

extension BinaryOperation.Operator {
    /// The same with its sides changed.
    fileprivate var mirrored: Self {
        switch self {
        case .less: .greater
        case .greater: .less
        case .lessOrEqual: .greaterOrEqual
        case .greaterOrEqual: .lessOrEqual
        default: self
        }
    }
}
