internal import Base
internal import Foundation
internal import Model

extension Expression {
    /// The expression as one line, with blanks where they help.
    public var prettyPrinted: String {
        switch node {
        case .number(let value): FloatText.general(value)
        case .string(let text): LabelText.quoted(text)
        case .vector(let selector): selector.text + selector.modifiers
        case .matrix(let selector, let range):
            selector.text + "[\(selector.rangeFormula?.text ?? DurationText.text(milliseconds: range))]"
                + selector.modifiers
        case .subquery(let inner, let subquery): inner.prettyPrinted + subquery.text
        case .call(let function, let arguments):
            "\(function.name)(\(arguments.map(\.prettyPrinted).joined(separator: ", ")))"
        case .aggregate(let aggregation): aggregation.text
        case .binary(let operation): operation.text
        case .negate(let inner): "-" + inner.prettyPrinted
        case .group(let inner): "(\(inner.prettyPrinted))"
        }
    }
}

extension DurationFormula {
    /// The formula as it stands in brackets; parts that need them get parentheses.
    fileprivate var text: String {
        switch self {
        case .seconds(let seconds): DurationText.text(milliseconds: Int64((seconds * 1_000).rounded()))
        case .step: "step()"
        case .range: "range()"
        case .negated(let inner): "-" + inner.operand(of: .multiply)
        case .binary(let operation, let left, let right):
            "\(left.operand(of: operation)) \(operation.rawValue) \(right.operand(of: operation, isRight: true))"
        case .least(let left, let right): "min_of(\(left.text), \(right.text))"
        case .greatest(let left, let right): "max_of(\(left.text), \(right.text))"
        }
    }

    private func operand(of outer: BinaryOperation.Operator, isRight: Bool = false) -> String {
        switch self {
        case .binary(let inner, _, _)
        where inner.precedence < outer.precedence || isRight && inner.precedence == outer.precedence:
            "(\(text))"
        case .negated where isRight || outer == .power: "(\(text))"
        default: text
        }
    }

    /// The formula as it stands after `offset`.
    fileprivate var offsetText: String {
        if case .binary = self { "(\(text))" } else { text }
    }
}

/// What stands behind a selector or subquery.
private func modifiers(_ offset: Int64, _ formula: DurationFormula?, _ fixed: FixedTime?) -> String {
    let time: String =
        switch fixed {
        case nil: ""
        case .start: " @ start()"
        case .end: " @ end()"
        case .at(let milliseconds): " @ \(String(format: "%.3f", Double(milliseconds) / 1_000))"
        }
    if let formula { return "\(time) offset \(formula.offsetText)" }
    return time + (offset == 0 ? "" : " offset \(DurationText.text(milliseconds: offset))")
}

extension Selector {
    fileprivate var text: String {
        let name = matchers.first { $0.name == Labels.metricName && $0.operation == .equal }?.value ?? ""
        let isPlain = LabelText.isClassicMetricName(name)
        let rest = matchers.filter { !(isPlain && $0.name == Labels.metricName && $0.value == name) }
        let braces = rest.map { matcher in
            if matcher.name == Labels.metricName, matcher.operation == .equal {
                return LabelText.quoted(matcher.value)
            }
            let isClassic = LabelText.isClassicLabelName(matcher.name)
            let label = isClassic ? matcher.name : LabelText.quoted(matcher.name)
            return label + matcher.operation.rawValue + LabelText.quoted(matcher.value)
        }
        // Without a name the braces are all that there is: `info(a, {})`.
        return (isPlain ? name : "") + (rest.isEmpty && isPlain ? "" : "{\(braces.joined(separator: ","))}")
    }

    fileprivate var modifiers: String {
        (border.map { " \($0.rawValue)" } ?? "") + PromQL.modifiers(offset, offsetFormula, fixed)
    }
}

extension Subquery {
    fileprivate var text: String {
        let range = rangeFormula?.text ?? DurationText.text(milliseconds: range)
        let step = stepFormula?.text ?? step.map { DurationText.text(milliseconds: $0) } ?? ""
        return "[\(range):\(step)]" + PromQL.modifiers(offset, offsetFormula, fixed)
    }
}

/// Names of labels, with quotes where they need them.
private func names(_ labels: [String]) -> String {
    labels.map { LabelText.isClassicLabelName($0) ? $0 : LabelText.quoted($0) }.joined(separator: ", ")
}

extension Aggregation {
    fileprivate var text: String {
        let grouping =
            isWithout ? " without (\(names(labels))) " : labels.isEmpty ? "" : " by (\(names(labels))) "
        let arguments = [parameter, inner].compactMap { $0?.prettyPrinted }.joined(separator: ", ")
        return "\(operation.rawValue)\(grouping)(\(arguments))"
    }
}

extension BinaryOperation {
    fileprivate var text: String {
        var modifiers = returnsBool ? " bool" : ""
        if isOn || !matchingLabels.isEmpty || cardinality != .oneToOne {
            modifiers += " \(isOn ? "on" : "ignoring") (\(names(matchingLabels)))"
        }
        if cardinality != .oneToOne {
            modifiers += cardinality == .manyToOne ? " group_left" : " group_right"
            modifiers += " (\(names(include)))"
        }
        for (word, value) in [("fill_left", fillLeft), ("fill_right", fillRight)] {
            if let value { modifiers += " \(word) (\(FloatText.general(value)))" }
        }
        return "\(left.prettyPrinted) \(operation.rawValue)\(modifiers) \(right.prettyPrinted)"
    }
}
