/// A function of the language: its name, what it takes and gives, what becomes of the metric's name, and its body. One row
/// of a table a function; there is none without a body.
struct Function: Sendable {
    /// How the values are made.
    enum Body: Sendable {
        /// Of each series' window at each step; `nil`: the series has no value there.
        case window(RangeFunctions.Body)
        /// The same of a counter: a metric whose name is none of a counter's is told of.
        case counterWindow(RangeFunctions.Body)
        /// The greatest or smallest value of each window.
        case extreme(isGreatest: Bool)
        /// Of each value.
        case value(@Sendable (Double) -> Double)
        /// Of each value as seconds since the Unix epoch; without an argument of the step's own time.
        case moment(@Sendable (Double) -> Double)
        /// Of the whole call.
        case call(@Sendable (FunctionCall) throws -> StepValues)
        /// Of what only native histograms and exposed start times have. Samples here are numbers, which it leaves out.
        case ofNoNumbers
    }

    /// What becomes of the metric's name.
    enum MetricName: Sendable {
        case dropped, kept
        /// The body's own concern: it has none, or a label that the call sets may be it.
        case made
    }

    let name: String
    let arguments: [ValueType]
    /// How many of the last arguments may be left out; the last one may repeat where ``repeats`` is true.
    let optional: Int
    let repeats: Bool
    let returns: ValueType
    let metricName: MetricName
    let isExperimental: Bool
    let body: Body

    init(
        _ name: String, _ arguments: [ValueType], optional: Int = 0, repeats: Bool = false,
        returns: ValueType = .vector, metricName: MetricName = .dropped, experimental: Bool = false, _ body: Body
    ) {
        self.name = name
        self.arguments = arguments
        self.optional = optional
        self.repeats = repeats
        self.returns = returns
        self.metricName = metricName
        isExperimental = experimental
        self.body = body
    }

    static func named(_ name: String) -> Function? { table[name] }

    private static let table: [String: Function] = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    static let all: [Function] =
        RangeFunctions.rows + ValueFunctions.rows + CalendarFunctions.rows + CallFunctions.rows
}
