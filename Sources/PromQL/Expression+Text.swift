internal import Base
internal import Model

extension Expression {
    /// The expression as one line, with blanks where they help.
    public var prettyPrinted: String {
        switch node {
        case .number(let value): FloatText.general(value)
        case .string(let text): LabelText.quoted(text)
        case .vector(let selector): selector.text + selector.modifiers
        case .matrix(let selector, let range):
            selector.text + "[\(DurationText.text(milliseconds: range))]" + selector.modifiers
        case .subquery(let inner, let subquery):
            inner.prettyPrinted + "[\(DurationText.text(milliseconds: subquery.range)):"
                + (subquery.step.map { DurationText.text(milliseconds: $0) } ?? "") + "]"
                + Selector(matchers: [], offset: subquery.offset, fixed: subquery.fixed).modifiers
        case .call(let function, let arguments):
            "\(function.name)(\(arguments.map(\.prettyPrinted).joined(separator: ", ")))"
        case .aggregate(let aggregation): aggregation.text
        case .binary(let operation): operation.text
        case .negate(let inner): "-" + inner.prettyPrinted
        case .group(let inner): "(\(inner.prettyPrinted))"
        }
    }
}

extension Selector {
    fileprivate var text: String {
        let name = matchers.first { $0.name == Labels.metricName && $0.operation == .equal }?.value ?? ""
        let isPlain = LabelText.isClassicMetricName(name)
        let rest = matchers.filter { !(isPlain && $0.name == Labels.metricName && $0.value == name) }
        let braces = rest.map {
            LabelText.isClassicLabelName($0.name)
                ? $0.description : LabelText.quoted($0.name) + $0.operation.rawValue + LabelText.quoted($0.value)
        }
        return (isPlain ? name : "") + (rest.isEmpty ? "" : "{\(braces.joined(separator: ","))}")
    }

    fileprivate var modifiers: String {
        let time: String =
            switch fixed {
            case nil: ""
            case .start: " @ start()"
            case .end: " @ end()"
            case .at(let milliseconds): " @ \(FloatText.plain(Double(milliseconds) / 1_000))"
            }
        return time + (offset == 0 ? "" : " offset \(DurationText.text(milliseconds: offset))")
    }
}

extension Aggregation {
    fileprivate var text: String {
        let names = labels.map { LabelText.isClassicLabelName($0) ? $0 : LabelText.quoted($0) }.joined(separator: ", ")
        let grouping = isWithout ? " without (\(names)) " : labels.isEmpty ? "" : " by (\(names)) "
        let arguments = [parameter, inner].compactMap { $0?.prettyPrinted }.joined(separator: ", ")
        return "\(operation.rawValue)\(grouping)(\(arguments))"
    }
}

extension BinaryOperation {
    fileprivate var text: String {
        var modifiers = returnsBool ? " bool" : ""
        if isOn || !matchingLabels.isEmpty {
            modifiers += " \(isOn ? "on" : "ignoring") (\(matchingLabels.joined(separator: ", ")))"
        }
        if cardinality != .oneToOne {
            modifiers += cardinality == .manyToOne ? " group_left" : " group_right"
            modifiers += " (\(include.joined(separator: ", ")))"
        }
        return "\(left.prettyPrinted) \(operation.rawValue)\(modifiers) \(right.prettyPrinted)"
    }
}
