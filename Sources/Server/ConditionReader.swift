internal import Model
internal import PromQL
internal import SiteView

/// Finds what the expression of an alert's rule looks at.
struct ConditionReader {
    /// The labels that series may be narrowed to.
    let labels: [String: String]
    /// Whether an expression gives any series when the alert fired.
    let holds: (Expression) -> Bool

    /// - Parameters:
    ///   - text: the rule's expression, as it stands in its file.
    ///   - hold: for how many milliseconds it must hold.
    func condition(_ expression: Expression, text: String, hold: Int64, value: Double?) -> AlertCondition {
        let side = side(of: expression)
        // Of several that may fire none is shown as if it were the one.
        let split = side?.comparison
        let series = split?.series ?? side ?? expression
        return AlertCondition(
            expression: text, series: series.narrowed(to: labels).prettyPrinted,
            subject: split == nil ? series.prettyPrinted : series.onlyMetric ?? series.prettyPrinted,
            operation: split?.operation ?? "", threshold: split?.threshold,
            thresholdSeries: split.flatMap { $0.threshold == nil ? $0.other.narrowed(to: labels).prettyPrinted : nil },
            side: side.flatMap { expression.sides.count > 1 ? $0.prettyPrinted : nil }, hold: hold, value: value)
    }

    /// The side of the expression's `or`s that fires; all of it where it has none; `nil` where none of them is known to.
    private func side(of expression: Expression) -> Expression? {
        let sides = expression.sides
        if sides.count < 2 { return expression }
        return sides.first { holds($0.narrowed(to: labels)) }
    }
}
