public import Model

/// The kinds of value that an expression may have.
public enum ValueType: String, Sendable {
    case scalar, string
    case vector = "instant vector"
    case matrix = "range vector"
}

/// A parsed expression: a node, and the bytes of the text where it stands.
public struct Expression: Sendable {
    indirect enum Node: Sendable {
        case number(Double)
        case string(String)
        case vector(Selector)
        case matrix(Selector, range: Int64)
        case subquery(Expression, Subquery)
        case call(Function, [Expression])
        case aggregate(Aggregation)
        case binary(BinaryOperation)
        case negate(Expression)
        case group(Expression)
    }

    /// What the parser knows of the whole text; only the outermost expression has it.
    struct Origin: Sendable {
        let text: String
        let features: Set<PromQLFeature>
        /// Whether a duration has to be computed before the query runs.
        let hasFormula: Bool
    }

    let node: Node
    /// Bytes of the text.
    public let range: Range<Int>
    var origin: Origin?
    public let type: ValueType
    /// How many expressions stand inside one another here at most. The parser keeps it within bounds, so that whoever
    /// walks down the tree has stack enough.
    let depth: Int

    init(node: Node, range: Range<Int>) {
        self.node = node
        self.range = range
        switch node {
        case .number: (type, depth) = (.scalar, 1)
        case .string: (type, depth) = (.string, 1)
        case .vector: (type, depth) = (.vector, 1)
        case .matrix: (type, depth) = (.matrix, 1)
        case .subquery(let inner, _): (type, depth) = (.matrix, inner.depth + 1)
        case .aggregate(let aggregation):
            (type, depth) = (.vector, max(aggregation.inner.depth, aggregation.parameter?.depth ?? 0) + 1)
        case .call(let function, let arguments):
            (type, depth) = (function.returns, (arguments.map(\.depth).max() ?? 0) + 1)
        case .binary(let operation):
            let isScalar = operation.left.type == .scalar && operation.right.type == .scalar
            (type, depth) = (isScalar ? .scalar : .vector, max(operation.left.depth, operation.right.depth) + 1)
        case .negate(let inner), .group(let inner): (type, depth) = (inner.type, inner.depth + 1)
        }
    }

    /// The matchers of every selector in the expression.
    public var selectors: [[Matcher]] {
        switch node {
        case .number, .string: []
        case .vector(let selector), .matrix(let selector, _): [selector.matchers]
        case .subquery(let inner, _), .negate(let inner), .group(let inner): inner.selectors
        case .call(_, let arguments): arguments.flatMap(\.selectors)
        case .aggregate(let aggregation): (aggregation.parameter?.selectors ?? []) + aggregation.inner.selectors
        case .binary(let operation): operation.left.selectors + operation.right.selectors
        }
    }
}

/// When a selector or subquery is read instead of the step's own time.
enum FixedTime: Sendable, Equatable {
    /// Milliseconds since the Unix epoch.
    case at(Int64)
    case start, end
}

/// Which series, and when.
struct Selector: Sendable {
    var matchers: [Matcher]
    /// Milliseconds back in time.
    var offset: Int64 = 0
    var fixed: FixedTime?
    var offsetFormula: DurationFormula?
    /// Of a range selector.
    var rangeFormula: DurationFormula?
    var border: RangeExtension?

    var hasModifier: Bool { offset != 0 || offsetFormula != nil || fixed != nil || border != nil }
}

struct Subquery: Sendable {
    var range: Int64
    /// `nil`: the default step.
    var step: Int64?
    var offset: Int64 = 0
    var fixed: FixedTime?
    var offsetFormula: DurationFormula?
    var rangeFormula: DurationFormula?
    var stepFormula: DurationFormula?
}

struct Aggregation: Sendable {
    enum Operator: String, Sendable, CaseIterable {
        case sum, avg, count, min, max, group, stddev, stdvar, topk, bottomk, quantile
        case countValues = "count_values"
        case limitk
        case limitRatio = "limit_ratio"

        var takesParameter: Bool {
            switch self {
            case .topk, .bottomk, .quantile, .countValues, .limitk, .limitRatio: true
            default: false
            }
        }

        var isExperimental: Bool { self == .limitk || self == .limitRatio }
    }

    let operation: Operator
    var parameter: Expression?
    var inner: Expression
    let labels: [String]
    let isWithout: Bool
}

struct BinaryOperation: Sendable {
    enum Operator: String, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"
        case power = "^"
        case atan2
        case equal = "=="
        case notEqual = "!="
        case greater = ">"
        case less = "<"
        case greaterOrEqual = ">="
        case lessOrEqual = "<="
        case and, or, unless

        var isComparison: Bool {
            switch self {
            case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual: true
            default: false
            }
        }

        var isSet: Bool { self == .and || self == .or || self == .unless }

        /// Binds tighter the higher it is.
        var precedence: Int {
            switch self {
            case .or: 1
            case .and, .unless: 2
            case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual: 3
            case .add, .subtract: 4
            case .multiply, .divide, .modulo, .atan2: 5
            case .power: 6
            }
        }
    }

    enum Cardinality: Sendable { case oneToOne, manyToOne, oneToMany }

    let operation: Operator
    var left: Expression
    var right: Expression
    var returnsBool = false
    /// `on(…)` where true, else `ignoring(…)`.
    var isOn = false
    var matchingLabels: [String] = []
    var cardinality = Cardinality.oneToOne
    /// Labels that the "one" side gives to the result.
    var include: [String] = []
    /// What stands for a series that one side does not have (`promql-binop-fill-modifiers`).
    var fillLeft: Double?
    var fillRight: Double?
}
