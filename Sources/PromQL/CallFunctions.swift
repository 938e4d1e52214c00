internal import Base
internal import Model

/// One call of a function: what its body works on.
struct FunctionCall {
    let evaluator: Evaluator
    let function: Function
    let arguments: [Expression]
    let steps: Steps
    /// Where it stands in the query.
    let place: Expression

    init(
        _ evaluator: Evaluator, _ function: Function, _ arguments: [Expression], _ steps: Steps, at place: Expression
    ) {
        self.evaluator = evaluator
        self.function = function
        self.arguments = arguments
        self.steps = steps
        self.place = place
    }

    func vector(_ index: Int) throws -> [Column] { try evaluator.vector(arguments[index], steps) }

    func scalar(_ index: Int) throws -> [Double] { try evaluator.scalar(arguments[index], steps) }

    func text(_ index: Int) -> String {
        if case .string(let text) = arguments[index].withoutGroups.node { text } else { "" }
    }

    func texts(from index: Int) -> [String] { (index..<max(index, arguments.count)).map(text) }

    /// The same value at every step.
    func constant(_ value: Double) -> StepValues { .scalar(Array(repeating: value, count: steps.count)) }

    /// What `body` makes of each window of the argument at `index`; it gets the step's index, too.
    func overWindows(_ index: Int, _ body: @Sendable (Window, Int) -> Double?) throws -> StepValues {
        .vector(try evaluator.overWindows(function, arguments[index], steps, body))
    }

    /// What `change` makes of each value of the first argument; it gets the step's index, too. `nil`: no value there.
    func mapped(_ change: (Double, Int) -> Double?) throws -> StepValues {
        .vector(
            try vector(0).map { column in
                try Work.check()
                var result = Column(absentLike: column)
                for index in 0..<steps.count where column.has(index) {
                    if let value = change(column.values[index], index) { result.values[index] = value }
                }
                return result
            })
    }
}

/// Functions whose bodies take the whole call.
enum CallFunctions {
    static let rows = scalars + vectors + windows + histograms + labels

    private static let scalars: [Function] = [
        scalar("time", []) { call in .scalar((0..<call.steps.count).map { Double(call.steps.time($0)) / 1_000 }) },
        scalar("pi", []) { $0.constant(.pi) },
        scalar("scalar", [.vector]) { .scalar(try $0.evaluator.onlyValues(try $0.vector(0), count: $0.steps.count)) },
        scalar("max_of", [.scalar, .scalar], experimental: true) {
            .scalar(zip(try $0.scalar(0), try $0.scalar(1)).map(Extremes.larger))
        },
        scalar("min_of", [.scalar, .scalar], experimental: true) {
            .scalar(zip(try $0.scalar(0), try $0.scalar(1)).map(Extremes.smaller))
        },
        scalar("start", [], experimental: true) { $0.constant(Double($0.evaluator.query.start) / 1_000) },
        scalar("end", [], experimental: true) { $0.constant(Double($0.evaluator.query.end) / 1_000) },
        scalar("step", [], experimental: true) { $0.constant(DurationFormula.step.seconds(in: $0.evaluator.query)) },
        scalar("range", [], experimental: true) { $0.constant(DurationFormula.range.seconds(in: $0.evaluator.query)) },
    ]

    private static let vectors: [Function] = [
        Function(
            "vector", [.scalar], metricName: .made,
            .call { .vector([Column(labels: .empty, values: try $0.scalar(0))]) }),
        Function(
            "absent", [.vector], metricName: .made,
            .call { .vector(try $0.evaluator.absent($0.arguments[0], $0.steps)) }),
        Function("timestamp", [.vector], .call { .vector(try $0.evaluator.timestamps($0.arguments[0], $0.steps)) }),
        Function("start_timestamp", [.vector], experimental: true, .ofNoNumbers),
        Function(
            "clamp", [.vector, .scalar, .scalar],
            .call { call in
                let (low, high) = (try call.scalar(1), try call.scalar(2))
                return try call.mapped { value, step in
                    if low[step] > high[step] { return nil }
                    return Extremes.larger(low[step], Extremes.smaller(high[step], value))
                }
            }),
        Function(
            "clamp_min", [.vector, .scalar],
            .call { call in
                let low = try call.scalar(1)
                return try call.mapped { Extremes.larger(low[$1], $0) }
            }),
        Function(
            "clamp_max", [.vector, .scalar],
            .call { call in
                let high = try call.scalar(1)
                return try call.mapped { Extremes.smaller(high[$1], $0) }
            }),
        Function(
            "round", [.vector, .scalar], optional: 1,
            .call { call in
                let nearest = call.arguments.count > 1 ? try call.scalar(1) : nil
                return try call.mapped { value, step in
                    // A nearest below one is taken as its inverse, so that 0.1 does not make 0.30000000000000004.
                    let inverse = 1 / (nearest?[step] ?? 1)
                    return (value * inverse + 0.5).rounded(.down) / inverse
                }
            }),
        Function("sort", [.vector], metricName: .kept, .call { try $0.evaluator.sorted($0, isDescending: false) }),
        Function("sort_desc", [.vector], metricName: .kept, .call { try $0.evaluator.sorted($0, isDescending: true) }),
    ]

    private static let windows: [Function] = [
        Function(
            "absent_over_time", [.matrix], metricName: .made,
            .call { .vector(try $0.evaluator.absentOverTime($0.function, $0.arguments[0], $0.steps)) }),
        Function(
            "quantile_over_time", [.scalar, .matrix],
            .call { call in
                let quantiles = try call.scalar(0)
                call.evaluator.warnOfQuantiles(quantiles, at: call.arguments[0])
                return try call.overWindows(1) { Quantile.of(quantiles[$1], Array($0.values)) }
            }),
        Function(
            "predict_linear", [.matrix, .scalar],
            .call { call in
                let ahead = try call.scalar(1)
                return try call.overWindows(0) { window, step in
                    RangeFunctions.linearRegression(window, at: window.stepTime).map {
                        $0.slope * ahead[step] + $0.intercept
                    }
                }
            }),
        Function(
            "double_exponential_smoothing", [.matrix, .scalar, .scalar], experimental: true,
            .call { call in
                let (level, trend) = (try call.scalar(1), try call.scalar(2))
                for (name, factors) in [("smoothing", level), ("trend", trend)] {
                    guard let bad = factors.first(where: { !(0 < $0 && $0 < 1) }) else { continue }
                    throw PromQLError(
                        .execution, "invalid \(name) factor. Expected: 0 < factor < 1, got: \(FloatText.general(bad))")
                }
                return try call.overWindows(0) { RangeFunctions.smoothed($0, level: level[$1], trend: trend[$1]) }
            }),
    ]

    private static let histograms: [Function] =
        ["avg", "count", "sum", "stddev", "stdvar"].map { Function("histogram_\($0)", [.vector], .ofNoNumbers) } + [
            Function(
                "histogram_quantile", [.scalar, .vector],
                .call { call in
                    let quantile = (label: String?.none, expression: call.arguments[0])
                    return .vector(try call.evaluator.histogramQuantiles(call.arguments[1], [quantile], call.steps))
                }),
            Function(
                "histogram_quantiles", [.vector, .string, .scalar, .scalar], optional: 1, repeats: true,
                metricName: .made, experimental: true,
                .call { call in
                    let label = call.text(1)
                    let quantiles = call.arguments.dropFirst(2).map { (label: Optional(label), expression: $0) }
                    return .vector(try call.evaluator.histogramQuantiles(call.arguments[0], quantiles, call.steps))
                }),
            Function(
                "histogram_fraction", [.scalar, .scalar, .vector],
                .call { .vector(try $0.evaluator.histogramFraction($0.arguments, $0.steps)) }),
        ]

    private static let labels: [Function] = [
        Function(
            "info", [.vector, .vector], optional: 1, metricName: .kept, experimental: true,
            .call { .vector(try $0.evaluator.info($0.arguments, $0.steps)) }),
        Function(
            "label_replace", [.vector, .string, .string, .string, .string], metricName: .made,
            .call { .vector(try $0.evaluator.labelReplace($0)) }),
        Function(
            "label_join", [.vector, .string, .string, .string], optional: 1, repeats: true, metricName: .made,
            .call { .vector(try $0.evaluator.labelJoin($0)) }),
        Function(
            "sort_by_label", [.vector, .string], optional: 1, repeats: true, metricName: .kept, experimental: true,
            .call { try $0.evaluator.sortedByLabel($0, isDescending: false) }),
        Function(
            "sort_by_label_desc", [.vector, .string], optional: 1, repeats: true, metricName: .kept, experimental: true,
            .call { try $0.evaluator.sortedByLabel($0, isDescending: true) }),
    ]

    private static func scalar(
        _ name: String, _ arguments: [ValueType], experimental: Bool = false,
        _ body: @escaping @Sendable (FunctionCall) throws -> StepValues
    ) -> Function {
        Function(name, arguments, returns: .scalar, experimental: experimental, .call(body))
    }
}

/// The larger and the smaller of two numbers as Go's `math` has them: NaN wins over all but the infinity that is asked for.
enum Extremes {
    static func larger(_ left: Double, _ right: Double) -> Double {
        if left == .infinity || right == .infinity { return .infinity }
        return left.isNaN || right.isNaN ? .nan : max(left, right)
    }

    static func smaller(_ left: Double, _ right: Double) -> Double {
        if left == -.infinity || right == -.infinity { return -.infinity }
        return left.isNaN || right.isNaN ? .nan : min(left, right)
    }
}
