/// Parts of the language that are off until asked for, by the names that Prometheus gives them.
public enum PromQLFeature: String, Sendable, Hashable, CaseIterable {
    case experimentalFunctions = "promql-experimental-functions"
    case extendedRangeSelectors = "promql-extended-range-selectors"
    case binaryFillModifiers = "promql-binop-fill-modifiers"
    /// Names of metrics go at the end of the query, so that `sum by (__name__) (rate(…))` still has them.
    case delayedNameRemoval = "promql-delayed-name-removal"
    /// On without asking; accepted for those who ask.
    case durationExpressions = "promql-duration-expr"
}
