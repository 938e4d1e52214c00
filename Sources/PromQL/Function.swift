/// A function of the language: its name, what it takes and what it gives.
struct Function: Sendable, Equatable {
    let name: String
    let arguments: [ValueType]
    /// How many of the last arguments may be left out; the last one may repeat where ``repeats`` is true.
    let optional: Int
    let repeats: Bool
    let returns: ValueType
    let isExperimental: Bool

    private init(
        _ name: String, _ arguments: [ValueType], optional: Int = 0, repeats: Bool = false,
        returns: ValueType = .vector, experimental: Bool = false
    ) {
        self.name = name
        self.arguments = arguments
        self.optional = optional
        self.repeats = repeats
        self.returns = returns
        isExperimental = experimental
    }

    static func named(_ name: String) -> Function? { table[name] }

    private static let table: [String: Function] = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let overRange = [
        "rate", "increase", "delta", "irate", "idelta", "changes", "resets", "deriv", "avg_over_time", "min_over_time",
        "max_over_time", "sum_over_time", "count_over_time", "last_over_time", "present_over_time", "stddev_over_time",
        "stdvar_over_time", "absent_over_time",
    ]
    private static let overExperimentalRange = [
        "mad_over_time", "first_over_time", "ts_of_max_over_time", "ts_of_min_over_time", "ts_of_last_over_time",
        "ts_of_first_over_time",
    ]
    private static let ofValue = [
        "abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "deg", "rad", "sin", "cos", "tan", "asin",
        "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "timestamp", "sort", "sort_desc", "absent",
    ]
    private static let ofTime = [
        "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
    ]

    /// Functions of what only native histograms and exposed start times have. They take numbers and leave them out.
    static let ofNativeHistograms: Set<String> = [
        "histogram_avg", "histogram_count", "histogram_sum", "histogram_stddev", "histogram_stdvar", "start_timestamp",
    ]

    private static let all: [Function] =
        overRange.map { Function($0, [.matrix]) }
        + overExperimentalRange.map { Function($0, [.matrix], experimental: true) }
        + ofValue.map { Function($0, [.vector]) }
        + ofNativeHistograms.filter { $0.hasPrefix("histogram") }.map { Function($0, [.vector]) }
        + ofTime.map { Function($0, [.vector], optional: 1) }
        + [
            Function("clamp", [.vector, .scalar, .scalar]),
            Function("clamp_min", [.vector, .scalar]),
            Function("clamp_max", [.vector, .scalar]),
            Function("round", [.vector, .scalar], optional: 1),
            Function("scalar", [.vector], returns: .scalar),
            Function("vector", [.scalar]),
            Function("time", [], returns: .scalar),
            Function("pi", [], returns: .scalar),
            Function("quantile_over_time", [.scalar, .matrix]),
            Function("predict_linear", [.matrix, .scalar]),
            Function("double_exponential_smoothing", [.matrix, .scalar, .scalar], experimental: true),
            Function("histogram_quantile", [.scalar, .vector]),
            Function(
                "histogram_quantiles", [.vector, .string, .scalar, .scalar], optional: 1, repeats: true,
                experimental: true),
            Function("histogram_fraction", [.scalar, .scalar, .vector]),
            Function("info", [.vector, .vector], optional: 1, experimental: true),
            Function("start", [], returns: .scalar, experimental: true),
            Function("end", [], returns: .scalar, experimental: true),
            Function("step", [], returns: .scalar, experimental: true),
            Function("range", [], returns: .scalar, experimental: true),
            Function("start_timestamp", [.vector], experimental: true),
            Function("label_replace", [.vector, .string, .string, .string, .string]),
            Function("label_join", [.vector, .string, .string, .string], optional: 1, repeats: true),
            Function("sort_by_label", [.vector, .string], optional: 1, repeats: true, experimental: true),
            Function("sort_by_label_desc", [.vector, .string], optional: 1, repeats: true, experimental: true),
        ]
}
