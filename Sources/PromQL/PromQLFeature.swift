/// Parts of the language that are off until asked for, by the names that Prometheus gives them.
public enum PromQLFeature: String, Sendable, Hashable, CaseIterable {
    case experimentalFunctions = "promql-experimental-functions"
    case extendedRangeSelectors = "promql-extended-range-selectors"
    case binaryFillModifiers = "promql-binop-fill-modifiers"
    /// On without asking; accepted for those who ask.
    case durationExpressions = "promql-duration-expr"
}
