/// Parts of the language that are off until asked for, by the names that Prometheus gives them.
public enum PromQLFeature: String, Sendable, Hashable, CaseIterable {
    case experimentalFunctions = "promql-experimental-functions"
    case extendedRangeSelectors = "promql-extended-range-selectors"
    case binaryFillModifiers = "promql-binop-fill-modifiers"
    /// Names of metrics go at the end of the query, so that `sum by (__name__) (rate(…))` still has them.
    case delayedNameRemoval = "promql-delayed-name-removal"
    /// On without asking; accepted for those who ask.
    case durationExpressions = "promql-duration-expr"

    /// Reads names with commas between, as `--enable-feature` has them.
    /// - Throws: ``PromQLFeatureUnknown`` at the first name that is none.
    public static func named(_ names: String) throws(PromQLFeatureUnknown) -> Set<PromQLFeature> {
        var features: Set<PromQLFeature> = []
        for name in names.split(separator: ",").map(String.init) {
            guard let feature = PromQLFeature(rawValue: name) else { throw PromQLFeatureUnknown(name: name) }
            features.insert(feature)
        }
        return features
    }
}

/// A name that no feature has.
public struct PromQLFeatureUnknown: Error, Sendable, CustomStringConvertible {
    public let name: String

    public var description: String {
        "unknown feature \"\(name)\"; known are \(PromQLFeature.allCases.map(\.rawValue).joined(separator: ", "))"
    }
}
