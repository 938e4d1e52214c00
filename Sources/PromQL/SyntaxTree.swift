internal import Base
internal import Model

/// An expression as a tree of plain values, which becomes JSON: what `/api/v1/parse_query` shows, with the names that
/// Prometheus gives its nodes and fields.
public indirect enum SyntaxTree: Sendable, Equatable {
    case object([String: SyntaxTree])
    case list([SyntaxTree])
    case text(String)
    case whole(Int64)
    case boolean(Bool)
    case null
}

extension Expression {
    /// The tree of the expression.
    public var tree: SyntaxTree {
        switch node {
        case .number(let value):
            .object(["type": .text("numberLiteral"), "val": .text(FloatText.fixed(value))])
        case .string(let text): .object(["type": .text("stringLiteral"), "val": .text(text)])
        case .group(let inner): .object(["type": .text("parenExpr"), "expr": inner.tree])
        case .negate(let inner): .object(["type": .text("unaryExpr"), "op": .text("-"), "expr": inner.tree])
        case .vector(let selector): .object(Self.fields(of: selector, type: "vectorSelector"))
        case .matrix(let selector, let range):
            .object(Self.fields(of: selector, type: "matrixSelector").merging(["range": .whole(range)]) { $1 })
        case .subquery(let inner, let subquery):
            .object(
                Self.fields(of: subquery.fixed).merging([
                    "type": .text("subquery"), "expr": inner.tree, "range": .whole(subquery.range),
                    "offset": .whole(subquery.offset), "step": .whole(subquery.step ?? 0),
                ]) { $1 })
        case .call(let function, let arguments):
            .object([
                "type": .text("call"), "args": .list(arguments.map(\.tree)),
                "func": .object([
                    "name": .text(function.name), "argTypes": .list(function.arguments.map { .text($0.shortName) }),
                    "variadic": .whole(function.repeats ? -1 : Int64(function.optional)),
                    "returnType": .text(function.returns.shortName),
                ]),
            ])
        case .aggregate(let aggregation):
            .object([
                "type": .text("aggregation"), "op": .text(aggregation.operation.rawValue),
                "expr": aggregation.inner.tree, "param": aggregation.parameter?.tree ?? .null,
                "grouping": .list(aggregation.labels.map { .text($0) }), "without": .boolean(aggregation.isWithout),
            ])
        case .binary(let operation): operation.tree
        }
    }

    private static func fields(of selector: Selector, type: String) -> [String: SyntaxTree] {
        let name = selector.matchers.first { $0.name == Labels.metricName && $0.operation == .equal }?.value ?? ""
        return fields(of: selector.fixed).merging([
            "type": .text(type), "name": .text(name), "offset": .whole(selector.offset),
            "matchers": .list(
                selector.matchers.map { matcher in
                    .object([
                        "name": .text(matcher.name), "value": .text(matcher.value),
                        "type": .text(matcher.operation.rawValue),
                    ])
                }),
        ]) { $1 }
    }

    private static func fields(of fixed: FixedTime?) -> [String: SyntaxTree] {
        switch fixed {
        case nil: ["timestamp": .null, "startOrEnd": .null]
        case .at(let time): ["timestamp": .whole(time), "startOrEnd": .null]
        case .start: ["timestamp": .null, "startOrEnd": .text("start")]
        case .end: ["timestamp": .null, "startOrEnd": .text("end")]
        }
    }
}

extension BinaryOperation {
    fileprivate var tree: SyntaxTree {
        .object([
            "type": .text("binaryExpr"), "op": .text(operation.rawValue), "lhs": left.tree, "rhs": right.tree,
            "bool": .boolean(returnsBool), "matching": left.type == .vector && right.type == .vector ? matching : .null,
        ])
    }

    private var matching: SyntaxTree {
        let card =
            switch cardinality {
            case _ where operation.isSet: "many-to-many"
            case .oneToOne: "one-to-one"
            case .manyToOne: "many-to-one"
            case .oneToMany: "one-to-many"
            }
        return .object([
            "card": .text(card), "labels": .list(matchingLabels.map { .text($0) }), "on": .boolean(isOn),
            "include": .list(include.map { .text($0) }),
        ])
    }
}

extension ValueType {
    fileprivate var shortName: String {
        switch self {
        case .scalar: "scalar"
        case .string: "string"
        case .vector: "vector"
        case .matrix: "matrix"
        }
    }
}
