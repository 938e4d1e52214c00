internal import Base
internal import Foundation
internal import Model

extension Evaluator {
    func call(
        _ function: Function, _ arguments: [Expression], _ steps: Steps, at place: Expression
    ) throws -> StepValues {
        if let body = RangeFunctions.body(of: function.name) {
            return .vector(try overWindows(function.name, body, arguments[0], steps))
        }
        if let value = ValueFunctions.table[function.name] {
            return .vector(try mapped(try vector(arguments[0], steps), value))
        }
        if let part = CalendarFunctions.table[function.name] {
            guard let argument = arguments.first else {
                return .vector([
                    Column(labels: .empty, values: (0..<steps.count).map { part(Double(steps.time($0)) / 1_000) })
                ])
            }
            return .vector(try mapped(try vector(argument, steps), part))
        }
        if Function.ofNativeHistograms.contains(function.name) {
            // Only native histograms have these; samples here are numbers, which the functions leave out.
            for argument in arguments where argument.type == .vector { _ = try vector(argument, steps) }
            return .vector([])
        }
        switch function.name {
        case "time": return .scalar((0..<steps.count).map { Double(steps.time($0)) / 1_000 })
        case "start": return .scalar(Array(repeating: Double(query.start) / 1_000, count: steps.count))
        case "end": return .scalar(Array(repeating: Double(query.end) / 1_000, count: steps.count))
        case "step", "range":
            let formula: DurationFormula = function.name == "step" ? .step : .range
            return .scalar(Array(repeating: formula.seconds(in: query), count: steps.count))
        case "pi": return .scalar(Array(repeating: .pi, count: steps.count))
        case "vector": return .vector([Column(labels: .empty, values: try scalar(arguments[0], steps))])
        case "scalar": return .scalar(try onlyValues(try vector(arguments[0], steps), count: steps.count))
        case "timestamp": return .vector(try timestamps(arguments[0], steps))
        case "absent": return .vector(try absent(arguments[0], steps))
        case "absent_over_time": return .vector(try absentOverTime(arguments[0], steps))
        case "clamp", "clamp_min", "clamp_max", "round": return .vector(try bounded(function.name, arguments, steps))
        case "sort", "sort_desc":
            let columns = try vector(arguments[0], steps)
            guard query.start == query.end else {
                warnOfSorting(at: place)
                return .vector(columns)
            }
            guard steps.count == 1 else { return .vector(columns) }
            let isDescending = function.name == "sort_desc"
            let sorted = columns.filter { $0.has(0) }.sorted { left, right in
                let (a, b) = (left.values[0], right.values[0])
                if a.isNaN || b.isNaN { return !a.isNaN }
                return isDescending ? a > b : a < b
            }
            return .vector(sorted, isOrdered: true)
        case "sort_by_label", "sort_by_label_desc":
            if query.start != query.end { warnOfSorting(at: place) }
            return try sortedByLabel(function.name, arguments, steps)
        case "quantile_over_time":
            let quantiles = try scalar(arguments[0], steps)
            warnOfQuantiles(quantiles, at: arguments[0])
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
            for (name, factors) in [("smoothing", level), ("trend", trend)] {
                guard let bad = factors.first(where: { !(0 < $0 && $0 < 1) }) else { continue }
                throw PromQLError(
                    .execution, "invalid \(name) factor. Expected: 0 < factor < 1, got: \(FloatText.general(bad))")
            }
            return .vector(
                try overWindows(arguments[0], steps) { RangeFunctions.smoothed($0, level: level[$1], trend: trend[$1]) }
            )
        case "histogram_quantile":
            return .vector(try histogramQuantiles(arguments[1], [(nil, arguments[0])], steps))
        case "histogram_quantiles":
            let label = text(arguments[1])
            return .vector(try histogramQuantiles(arguments[0], arguments.dropFirst(2).map { (label, $0) }, steps))
        case "histogram_fraction": return .vector(try histogramFraction(arguments, steps))
        case "info": return .vector(try info(arguments, steps))
        case "label_replace": return .vector(try labelReplace(arguments, steps))
        case "label_join": return .vector(try labelJoin(arguments, steps))
        default: throw PromQLError(.execution, "BUG: \(function.name) has no body")
        }
    }

    private func warnOfSorting(at place: Expression) {
        warn("sort is ineffective for range queries since results are always ordered by labels", at: place)
    }

    func warnOfQuantiles(_ quantiles: [Double], at place: Expression) {
        for bad in quantiles where bad.isNaN || bad < 0 || bad > 1 {
            warn("quantile value should be between 0 and 1, got \(FloatText.general(bad))", at: place)
        }
    }

    /// A function of the table, or what its selector's extension makes of it.
    private func overWindows(
        _ name: String, _ body: RangeFunctions.Body, _ argument: Expression, _ steps: Steps
    ) throws -> [Column] {
        if name == "max_over_time" || name == "min_over_time" {
            return try extremes(isGreatest: name == "max_over_time", argument, steps)
        }
        var border: RangeExtension?
        if case .matrix(let selector, _) = argument.withoutGroups.node { border = selector.border }
        let keepsName = RangeFunctions.keepsName.contains(name)
        let wantsCounter = name == "rate" || name == "increase"
        return try overWindows(argument, steps, keepsName: keepsName) { series in
            let metric = series.metricName
            guard wantsCounter, !metric.isEmpty,
                !["_total", "_sum", "_count", "_bucket"].contains(where: metric.hasSuffix)
            else { return }
            let message = "metric might not be a counter, name does not end in _total/_sum/_count/_bucket"
            inform("\(message): \(LabelText.quoted(metric))", at: argument)
        } _: { window, _ in
            if let border { border.value(of: name, window) } else { body(window) }
        }
    }

    private func extremes(isGreatest: Bool, _ argument: Expression, _ steps: Steps) throws -> [Column] {
        let windows = try windows(of: argument, steps)
        return try eachSeries(windows.series.count) { position in
            let found = windows.series[position]
            var column = Column(absent: found.column.labels, count: steps.count)
            column.dropsName = found.dropsName
            column = withoutName(column)
            let hasAny = try found.column.withSamples { timestamps, values in
                var extreme = SlidingExtreme(of: values, isGreatest: isGreatest)
                var cursor = (low: 0, high: 0)
                var hasAny = false
                for index in 0..<steps.count {
                    try checkWanted(index)
                    let range = windows.window(timestamps, index, &cursor)
                    if range.isEmpty { continue }
                    column.values[index] = extreme.value(in: range)
                    hasAny = true
                }
                return hasAny
            }
            return hasAny ? column : nil
        }
    }

    /// Samples in windows after which is looked whether anybody still waits.
    private static let samplesBetweenLooks = 100_000

    /// Slides a window over each series.
    /// - Parameter seen: gets the labels of every series that has a result.
    private func overWindows(
        _ argument: Expression, _ steps: Steps, keepsName: Bool = false, seen: (Labels) -> Void = { _ in },
        _ body: (Window, Int) -> Double?
    ) throws -> [Column] {
        let windows = try windows(of: argument, steps)
        let columns = try eachSeries(windows.series.count) { position -> (labels: Labels, column: Column)? in
            let found = windows.series[position]
            let series = found.column
            var column = Column(absent: series.labels, count: steps.count)
            column.dropsName = found.dropsName
            if !keepsName { column = withoutName(column) }
            let hasAny = try series.withSamples { timestamps, values in
                try slide(over: timestamps, values, windows, steps, into: &column.values, body)
            }
            return hasAny ? (series.labels, column) : nil
        }
        for (labels, _) in columns { seen(labels) }
        return columns.map(\.column)
    }

    /// What `make` makes of each series, several at once: it must look at nothing that changes.
    func eachSeries<Result>(_ count: Int, _ make: (Int) throws -> Result?) throws -> [Result] {
        try Parallel.map(count, make).compactMap { $0 }
    }

    /// - Returns: whether there is a result at any step.
    private func slide(
        over timestamps: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>, _ windows: Windows,
        _ steps: Steps, into results: inout [Double], _ body: (Window, Int) -> Double?
    ) throws -> Bool {
        var cursor = (low: 0, high: 0)
        var hasAny = false
        var seenSamples = 0
        var falls = Falls(in: values)
        for index in 0..<steps.count {
            try checkWanted(index)
            let range = windows.window(timestamps, index, &cursor)
            if range.isEmpty { continue }
            seenSamples += range.count
            if seenSamples > Self.samplesBetweenLooks {
                seenSamples = 0
                try Task.checkCancellation()
            }
            let window = Window(
                timestamps: UnsafeBufferPointer(rebasing: timestamps[range]),
                values: UnsafeBufferPointer(rebasing: values[range]), end: windows.ends[index],
                range: windows.range, stepTime: steps.time(index), offset: range.lowerBound,
                falls: falls.inside(range))
            guard let value = body(window, index) else { continue }
            results[index] = value
            hasAny = true
        }
        return hasAny
    }

    private func onlyValues(_ columns: [Column], count: Int) throws -> [Double] {
        try (0..<count).map { index in
            try Task.checkCancellation()
            let present = columns.filter { $0.has(index) }
            return present.count == 1 ? present[0].values[index] : .nan
        }
    }

    private func timestamps(_ argument: Expression, _ steps: Steps) throws -> [Column] {
        if case .vector(let selector) = argument.withoutGroups.node {
            return try instants(of: selector, steps, timestamps: true).map(withoutName)
        }
        return try vector(argument, steps).map { column in
            var times = withoutName(Column(absentLike: column))
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
        for index in 0..<steps.count {
            try checkWanted(index)
            if !columns.contains(where: { $0.has(index) }) { column.values[index] = 1 }
        }
        return [column]
    }

    private func absentOverTime(_ argument: Expression, _ steps: Steps) throws -> [Column] {
        let present = try overWindows(argument, steps) { _, _ in 1 }
        var column = Column(absent: Self.fixedLabels(argument), count: steps.count)
        for index in 0..<steps.count {
            try checkWanted(index)
            if !present.contains(where: { $0.has(index) }) { column.values[index] = 1 }
        }
        return [column]
    }

    // MARK: Bounds

    private func bounded(_ name: String, _ arguments: [Expression], _ steps: Steps) throws -> [Column] {
        let bounds = try arguments.dropFirst().map { try scalar($0, steps) }
        return try vector(arguments[0], steps).map { column in
            try Task.checkCancellation()
            var result = withoutName(Column(absentLike: column))
            for index in 0..<steps.count where column.has(index) {
                let value = column.values[index]
                switch name {
                case "clamp":
                    let (low, high) = (bounds[0][index], bounds[1][index])
                    if low > high { continue }
                    result.values[index] = Extremes.larger(low, Extremes.smaller(high, value))
                case "clamp_min": result.values[index] = Extremes.larger(bounds[0][index], value)
                case "clamp_max": result.values[index] = Extremes.smaller(bounds[0][index], value)
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
        try checkLabelName(destination, in: "label_replace()")
        let template = ReplacementTemplate(replacement)
        return try columns.map { column in
            try Task.checkCancellation()
            guard let captures = pattern.captures(in: column.labels[sourceName], whole: true) else { return column }
            try spendLabelBytes(template.expandedBytes(captures, pattern), in: "label_replace()")
            return Self.setting(destination, template.expanded(captures, pattern), of: column)
        }
    }

    private func labelJoin(_ arguments: [Expression], _ steps: Steps) throws -> [Column] {
        let columns = try vector(arguments[0], steps)
        let (destination, separator) = (text(arguments[1]), text(arguments[2]))
        let sources = arguments.dropFirst(3).map(text)
        try checkLabelName(destination, in: "label_join()")
        return try columns.map { column in
            try Task.checkCancellation()
            let values = sources.map { column.labels[$0] }
            try spendLabelBytes(
                values.reduce(0) { $0 + $1.utf8.count } + separator.utf8.count * max(0, values.count - 1),
                in: "label_join()")
            return Self.setting(destination, values.joined(separator: separator), of: column)
        }
    }

    private func checkLabelName(_ name: String, in function: String) throws {
        // Bytes that are no UTF-8 have become U+FFFD when the text was read.
        guard !name.isEmpty, !name.unicodeScalars.contains("\u{FFFD}") else {
            throw PromQLError(.execution, "invalid destination label name in \(function): \(name)")
        }
    }

    private static func setting(_ name: String, _ value: String, of column: Column) -> Column {
        var result = column
        result.labels = column.labels.setting(name, value)
        // A name that is set on purpose stays.
        if name == Labels.metricName { result.dropsName = false }
        return result
    }

    /// Columns with the same labels made one, unless two of them have a value at one step.
    static func merged(_ columns: [Column]) throws -> [Column] {
        if columns.count < 2 { return columns }
        var places: [Labels: Int] = [:]
        var result: [Column] = []
        for column in columns {
            try Task.checkCancellation()
            guard let place = places[column.labels] else {
                places[column.labels] = result.count
                result.append(column)
                continue
            }
            if column.dropsName { result[place].dropsName = true }
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
}

/// Where the values of a series are smaller than the one before.
private struct Falls {
    private var indices: [Int] = []
    private var low = 0
    private var high = 0
    private var lastStart = 0

    init(in values: UnsafeBufferPointer<Double>) {
        // Most series never fall, which is told several values at a time.
        var anyFalls = SIMDMask<SIMD8<Int64>>()
        let bytes = UnsafeRawBufferPointer(values)
        var index = 1
        while index + 8 <= values.count {
            let eight = bytes.loadUnaligned(fromByteOffset: index * 8, as: SIMD8<Double>.self)
            anyFalls .|= eight .< bytes.loadUnaligned(fromByteOffset: (index - 1) * 8, as: SIMD8<Double>.self)
            index += 8
        }
        while index < values.count, !(values[index] < values[index - 1]) { index += 1 }
        if any(anyFalls) || index < values.count { indices = (1..<values.count).filter { values[$0] < values[$0 - 1] } }
    }

    /// The falls within a window: between two samples that are both in it. Windows come in order, as a rule.
    mutating func inside(_ window: Range<Int>) -> ArraySlice<Int> {
        if indices.isEmpty { return [] }
        if window.lowerBound < lastStart { (low, high) = (0, 0) }
        lastStart = window.lowerBound
        while low < indices.count, indices[low] <= window.lowerBound { low += 1 }
        high = max(low, high)
        while high < indices.count, indices[high] < window.upperBound { high += 1 }
        return indices[low..<high]
    }
}

/// The larger and the smaller of two numbers as Go's `math` has them: NaN wins over all but the infinity that is asked for.
private enum Extremes {
    static func larger(_ left: Double, _ right: Double) -> Double {
        if left == .infinity || right == .infinity { return .infinity }
        return left.isNaN || right.isNaN ? .nan : max(left, right)
    }

    static func smaller(_ left: Double, _ right: Double) -> Double {
        if left == -.infinity || right == -.infinity { return -.infinity }
        return left.isNaN || right.isNaN ? .nan : min(left, right)
    }
}
