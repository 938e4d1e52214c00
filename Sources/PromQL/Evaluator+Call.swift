internal import Base
internal import Foundation
internal import Model

extension Evaluator {
    func call(_ function: Function, _ arguments: [Expression], _ steps: Steps) throws -> StepValues {
        if let body = RangeFunctions.body(of: function.name) {
            let keepsName = RangeFunctions.keepsName.contains(function.name)
            return .vector(try overWindows(arguments[0], steps, keepsName: keepsName) { window, _ in body(window) })
        }
        if let value = ValueFunctions.table[function.name] {
            return .vector(Self.mapped(try vector(arguments[0], steps), dropName: true, value))
        }
        if let part = CalendarFunctions.table[function.name] {
            guard let argument = arguments.first else {
                return .vector([
                    Column(labels: .empty, values: (0..<steps.count).map { part(Double(steps.time($0)) / 1_000) })
                ])
            }
            return .vector(Self.mapped(try vector(argument, steps), dropName: true, part))
        }
        switch function.name {
        case "time": return .scalar((0..<steps.count).map { Double(steps.time($0)) / 1_000 })
        case "pi": return .scalar(Array(repeating: .pi, count: steps.count))
        case "vector": return .vector([Column(labels: .empty, values: try scalar(arguments[0], steps))])
        case "scalar": return .scalar(Self.onlyValues(try vector(arguments[0], steps), count: steps.count))
        case "timestamp": return .vector(try timestamps(arguments[0], steps))
        case "absent": return .vector(try absent(arguments[0], steps))
        case "absent_over_time": return .vector(try absentOverTime(arguments[0], steps))
        case "clamp", "clamp_min", "clamp_max", "round": return .vector(try bounded(function.name, arguments, steps))
        case "sort", "sort_desc":
            let columns = try vector(arguments[0], steps)
            guard steps.count == 1 else { return .vector(columns) }
            let isDescending = function.name == "sort_desc"
            let sorted = columns.filter { $0.has(0) }.sorted { left, right in
                let (a, b) = (left.values[0], right.values[0])
                if a.isNaN || b.isNaN { return !a.isNaN }
                return isDescending ? a > b : a < b
            }
            return .vector(sorted, isOrdered: true)
        case "sort_by_label", "sort_by_label_desc": return try sortedByLabel(function.name, arguments, steps)
        case "quantile_over_time":
            let quantiles = try scalar(arguments[0], steps)
            return .vector(
                try overWindows(arguments[1], steps) { Quantile.of(quantiles[$1], Array($0.values)) })
        case "predict_linear":
            let ahead = try scalar(arguments[1], steps)
            return .vector(
                try overWindows(arguments[0], steps) { window, index in
                    RangeFunctions.linearRegression(window, at: window.stepTime).map {
                        $0.slope * ahead[index] + $0.intercept
                    }
                })
        case "double_exponential_smoothing":
            let level = try scalar(arguments[1], steps)
            let trend = try scalar(arguments[2], steps)
            return .vector(
                try overWindows(arguments[0], steps) { RangeFunctions.smoothed($0, level: level[$1], trend: trend[$1]) }
            )
        case "histogram_quantile": return .vector(try histogramQuantile(arguments, steps))
        case "label_replace": return .vector(try labelReplace(arguments, steps))
        case "label_join": return .vector(try labelJoin(arguments, steps))
        default: throw PromQLError(.execution, "BUG: \(function.name) has no body")
        }
    }

    /// Slides a window over each series.
    private func overWindows(
        _ argument: Expression, _ steps: Steps, keepsName: Bool = false, _ body: (Window, Int) -> Double?
    ) throws -> [Column] {
        let windows = try windows(of: argument, steps)
        return windows.columns.compactMap { series in
            var column = Column(
                absent: keepsName ? series.labels : series.labels.withoutMetricName, count: steps.count)
            var cursor = (low: 0, high: 0)
            var hasAny = false
            for index in 0..<steps.count {
                let range = windows.window(series, index, &cursor)
                if range.isEmpty { continue }
                let window = Window(
                    timestamps: series.timestamps[range], values: series.values[range], end: windows.ends[index],
                    range: windows.range, stepTime: steps.time(index))
                guard let value = body(window, index) else { continue }
                column.values[index] = value
                hasAny = true
            }
            return hasAny ? column : nil
        }
    }

    private static func onlyValues(_ columns: [Column], count: Int) -> [Double] {
        (0..<count).map { index in
            let present = columns.filter { $0.has(index) }
            return present.count == 1 ? present[0].values[index] : .nan
        }
    }

    private func timestamps(_ argument: Expression, _ steps: Steps) throws -> [Column] {
        if case .vector(let selector) = argument.withoutGroups.node {
            return try instants(of: selector, steps, timestamps: true).map {
                Column(labels: $0.labels.withoutMetricName, values: $0.values)
            }
        }
        return try vector(argument, steps).map { column in
            var times = Column(absent: column.labels.withoutMetricName, count: steps.count)
            for index in 0..<steps.count where column.has(index) {
                times.values[index] = Double(steps.time(index)) / 1_000
            }
            return times
        }
    }

    // MARK: Absence

    /// The labels that `absent` gives: those that the selector's matchers fix.
    private static func fixedLabels(_ argument: Expression) -> Labels {
        let matchers: [Matcher]
        switch argument.withoutGroups.node {
        case .vector(let selector), .matrix(let selector, _): matchers = selector.matchers
        default: return .empty
        }
        let named = Dictionary(grouping: matchers.filter { $0.name != Labels.metricName }, by: \.name)
        return Labels(
            named.values.compactMap {
                $0.count == 1 && $0[0].operation == .equal ? Label($0[0].name, $0[0].value) : nil
            })
    }

    private func absent(_ argument: Expression, _ steps: Steps) throws -> [Column] {
        let columns = try vector(argument, steps)
        var column = Column(absent: Self.fixedLabels(argument), count: steps.count)
        for index in 0..<steps.count where !columns.contains(where: { $0.has(index) }) { column.values[index] = 1 }
        return [column]
    }

    private func absentOverTime(_ argument: Expression, _ steps: Steps) throws -> [Column] {
        let present = try overWindows(argument, steps) { _, _ in 1 }
        var column = Column(absent: Self.fixedLabels(argument), count: steps.count)
        for index in 0..<steps.count where !present.contains(where: { $0.has(index) }) { column.values[index] = 1 }
        return [column]
    }

    // MARK: Bounds

    private func bounded(_ name: String, _ arguments: [Expression], _ steps: Steps) throws -> [Column] {
        let bounds = try arguments.dropFirst().map { try scalar($0, steps) }
        return try vector(arguments[0], steps).map { column in
            var result = Column(absent: column.labels.withoutMetricName, count: steps.count)
            for index in 0..<steps.count where column.has(index) {
                let value = column.values[index]
                switch name {
                case "clamp":
                    let (low, high) = (bounds[0][index], bounds[1][index])
                    if low > high { continue }
                    result.values[index] = low.isNaN || high.isNaN ? .nan : max(low, min(high, value))
                case "clamp_min":
                    result.values[index] = value.isNaN || bounds[0][index].isNaN ? .nan : max(value, bounds[0][index])
                case "clamp_max":
                    result.values[index] = value.isNaN || bounds[0][index].isNaN ? .nan : min(value, bounds[0][index])
                default:
                    // A nearest below one is taken as its inverse, so that 0.1 does not make 0.30000000000000004.
                    let inverse = 1 / (bounds.first?[index] ?? 1)
                    result.values[index] = (value * inverse + 0.5).rounded(.down) / inverse
                }
            }
            return result
        }
    }

    // MARK: Labels

    private func text(_ expression: Expression) -> String {
        if case .string(let text) = expression.withoutGroups.node { text } else { "" }
    }

    private func labelReplace(_ arguments: [Expression], _ steps: Steps) throws -> [Column] {
        let columns = try vector(arguments[0], steps)
        let (destination, replacement, sourceName) = (text(arguments[1]), text(arguments[2]), text(arguments[3]))
        let pattern: Pattern
        do {
            pattern = try Pattern(text(arguments[4]), dotMatchesNewline: true)
        } catch {
            throw PromQLError(.execution, "invalid regular expression in label_replace(): \(text(arguments[4]))")
        }
        guard !destination.isEmpty else {
            throw PromQLError(.execution, "invalid destination label name in label_replace(): \(destination)")
        }
        return try merged(
            columns.map { column in
                guard let captures = pattern.captures(in: column.labels[sourceName], whole: true) else { return column }
                let value = Replacement.expand(replacement, captures: captures, names: pattern.groupNames)
                return Column(labels: column.labels.setting(destination, value), values: column.values)
            })
    }

    private func labelJoin(_ arguments: [Expression], _ steps: Steps) throws -> [Column] {
        let columns = try vector(arguments[0], steps)
        let (destination, separator) = (text(arguments[1]), text(arguments[2]))
        let sources = arguments.dropFirst(3).map(text)
        guard !destination.isEmpty else {
            throw PromQLError(.execution, "invalid destination label name in label_join(): \(destination)")
        }
        return try merged(
            columns.map { column in
                let value = sources.map { column.labels[$0] }.joined(separator: separator)
                return Column(labels: column.labels.setting(destination, value), values: column.values)
            })
    }

    /// Columns with the same labels made one, unless two of them have a value at one step.
    func merged(_ columns: [Column]) throws -> [Column] {
        var places: [Labels: Int] = [:]
        var result: [Column] = []
        for column in columns {
            guard let place = places[column.labels] else {
                places[column.labels] = result.count
                result.append(column)
                continue
            }
            for index in column.values.indices where column.has(index) {
                guard !result[place].has(index) else {
                    throw PromQLError(.execution, "vector cannot contain metrics with the same labelset")
                }
                result[place].values[index] = column.values[index]
            }
        }
        return result
    }

    private func sortedByLabel(_ name: String, _ arguments: [Expression], _ steps: Steps) throws -> StepValues {
        let names = arguments.dropFirst().map(text)
        let columns = try vector(arguments[0], steps)
        let isDescending = name == "sort_by_label_desc"
        let sorted = columns.sorted { left, right in
            for name in names {
                let order = left.labels[name].compare(right.labels[name], options: .numeric)
                if order != .orderedSame { return (order == .orderedAscending) != isDescending }
            }
            return (left.labels < right.labels) != isDescending
        }
        return .vector(sorted, isOrdered: steps.count == 1)
    }

    // MARK: Histograms

    private func histogramQuantile(_ arguments: [Expression], _ steps: Steps) throws -> [Column] {
        let quantiles = try scalar(arguments[0], steps)
        var groups: [Labels: [(bound: Double, column: Column)]] = [:]
        for column in try vector(arguments[1], steps) {
            guard let bound = ValueFunctions.bound(column.labels["le"]) else {
                notes.warn(
                    "bucket label \"le\" is missing or has a malformed value of \"\(column.labels["le"])\" for metric name \"\(column.labels.metricName)\""
                )
                continue
            }
            groups[column.labels.dropping { $0 == "le" || $0 == Labels.metricName }, default: []].append(
                (bound, column))
        }
        if let bad = quantiles.first(where: { $0.isNaN || $0 < 0 || $0 > 1 }) {
            notes.warn("quantile value should be between 0 and 1, got \(FloatText.general(bad))")
        }
        return groups.map { labels, buckets in
            let sorted = buckets.sorted { $0.bound < $1.bound }
            var result = Column(absent: labels, count: steps.count)
            for index in 0..<steps.count {
                let present = sorted.filter { $0.column.has(index) }.map { ($0.bound, $0.column.values[index]) }
                if !present.isEmpty { result.values[index] = BucketQuantile.of(quantiles[index], present) }
            }
            return result
        }
    }
}

/// `$1`, `${name}` and `$$` in replacements of labels.
enum Replacement {
    static func expand(_ template: String, captures: [String?], names: [String?]) -> String {
        template.replacing(/\$(?:(\$)|(\w+)|\{(\w+)\})/) { match in
            if match.1 != nil { return "$" }
            let name = String(match.2 ?? match.3 ?? "")
            if let index = Int(name) { return index < captures.count ? captures[index] ?? "" : "" }
            return names.firstIndex { $0 == name }.flatMap { captures[$0 + 1] } ?? ""
        }
    }
}
