internal import Base
internal import Foundation
internal import Model
internal import Patterns

extension Evaluator {
    func call(
        _ function: Function, _ arguments: [Expression], _ steps: Steps, at place: Expression
    ) throws -> StepValues {
        switch function.body {
        case .window(let body):
            return .vector(try overWindows(function, body, arguments[0], steps, isOfCounter: false))
        case .counterWindow(let body):
            return .vector(try overWindows(function, body, arguments[0], steps, isOfCounter: true))
        case .extreme(let isGreatest):
            return .vector(try extremes(function, isGreatest: isGreatest, arguments[0], steps))
        case .value(let body): return .vector(try mapped(try vector(arguments[0], steps), body))
        case .moment(let body):
            guard let argument = arguments.first else {
                let values = (0..<steps.count).map { body(Double(steps.time($0)) / 1_000) }
                return .vector([Column(labels: .empty, values: values)])
            }
            return .vector(try mapped(try vector(argument, steps), body))
        case .call(let body):
            let result = try body(FunctionCall(self, function, arguments, steps, at: place))
            guard case .vector(let columns, let isOrdered) = result else { return result }
            let named = columns.map { Self.named($0, by: function, delays: delaysNameRemoval) }
            return .vector(named, isOrdered: isOrdered)
        case .ofNoNumbers:
            for argument in arguments where argument.type == .vector { _ = try vector(argument, steps) }
            return .vector([])
        }
    }

    /// The column with the name that the function leaves it.
    /// - Parameter delays: whether names go only at the end of the query.
    private static func named(_ column: Column, by function: Function, delays: Bool) -> Column {
        function.metricName == .dropped ? withoutName(column, delays: delays) : column
    }

    private func warnOfSorting(at place: Expression) {
        warn("sort is ineffective for range queries since results are always ordered by labels", at: place)
    }

    func warnOfQuantiles(_ quantiles: [Double], at place: Expression) {
        for bad in quantiles where bad.isNaN || bad < 0 || bad > 1 {
            warn("quantile value should be between 0 and 1, got \(FloatText.general(bad))", at: place)
        }
    }

    /// What a function of windows, or its selector's extension, makes of each.
    private func overWindows(
        _ function: Function, _ body: @escaping RangeFunctions.Body, _ argument: Expression, _ steps: Steps,
        isOfCounter: Bool
    ) throws -> [Column] {
        let border: RangeExtension? =
            if case .matrix(let selector, _) = argument.withoutGroups.node { selector.border } else { nil }
        return try overWindows(function, argument, steps) { series in
            let metric = series.metricName
            guard isOfCounter, !metric.isEmpty,
                !["_total", "_sum", "_count", "_bucket"].contains(where: metric.hasSuffix)
            else { return }
            let message = "metric might not be a counter, name does not end in _total/_sum/_count/_bucket"
            inform("\(message): \(LabelText.quoted(metric))", at: argument)
        } _: { window, _ in
            if let border { border.value(of: function.name, window, body) } else { body(window) }
        }
    }

    private func extremes(
        _ function: Function, isGreatest: Bool, _ argument: Expression, _ steps: Steps
    ) throws -> [Column] {
        let (windows, delays) = (try windows(of: argument, steps), delaysNameRemoval)
        return try Self.eachSeries(windows.series.count) { position in
            let found = windows.series[position]
            var column = Column(absent: found.column.labels, count: steps.count)
            column.dropsName = found.dropsName
            column = Self.named(column, by: function, delays: delays)
            let hasAny = try found.column.withSamples { timestamps, values in
                var extreme = SlidingExtreme(of: values, isGreatest: isGreatest)
                var cursor = (low: 0, high: 0)
                var hasAny = false
                for index in 0..<steps.count {
                    try Self.checkWanted(index)
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
    func overWindows(
        _ function: Function, _ argument: Expression, _ steps: Steps, seen: (Labels) -> Void = { _ in },
        _ body: @Sendable (Window, Int) -> Double?
    ) throws -> [Column] {
        let (windows, delays) = (try windows(of: argument, steps), delaysNameRemoval)
        let columns = try Self.eachSeries(windows.series.count) { position -> (labels: Labels, column: Column)? in
            let found = windows.series[position]
            let series = found.column
            var column = Column(absent: series.labels, count: steps.count)
            column.dropsName = found.dropsName
            column = Self.named(column, by: function, delays: delays)
            let hasAny = try series.withSamples { timestamps, values in
                try Self.slide(over: timestamps, values, windows, steps, into: &column.values, body)
            }
            return hasAny ? (series.labels, column) : nil
        }
        for (labels, _) in columns { seen(labels) }
        return columns.map(\.column)
    }

    /// What `make` makes of each series, several at once.
    static func eachSeries<Result: Sendable>(
        _ count: Int, _ make: @Sendable (Int) throws -> Result?
    ) throws -> [Result] {
        try Parallel.map(count, make).compactMap { $0 }
    }

    /// - Returns: whether there is a result at any step.
    private static func slide(
        over timestamps: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>, _ windows: Windows,
        _ steps: Steps, into results: inout [Double], _ body: (Window, Int) -> Double?
    ) throws -> Bool {
        var cursor = (low: 0, high: 0)
        var hasAny = false
        var seenSamples = 0
        var falls = Falls(in: values)
        for index in 0..<steps.count {
            try Self.checkWanted(index)
            let range = windows.window(timestamps, index, &cursor)
            if range.isEmpty { continue }
            seenSamples += range.count
            if seenSamples > samplesBetweenLooks {
                seenSamples = 0
                try Work.check()
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

    func onlyValues(_ columns: [Column], count: Int) throws -> [Double] {
        try (0..<count).map { index in
            try Work.check()
            let present = columns.filter { $0.has(index) }
            return present.count == 1 ? present[0].values[index] : .nan
        }
    }

    func timestamps(_ argument: Expression, _ steps: Steps) throws -> [Column] {
        if case .vector(let selector) = argument.withoutGroups.node {
            return try instants(of: selector, steps, timestamps: true)
        }
        return try vector(argument, steps).map { column in
            var times = Column(absentLike: column)
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

    func absent(_ argument: Expression, _ steps: Steps) throws -> [Column] {
        let columns = try vector(argument, steps)
        var column = Column(absent: Self.fixedLabels(argument), count: steps.count)
        for index in 0..<steps.count {
            try Self.checkWanted(index)
            if !columns.contains(where: { $0.has(index) }) { column.values[index] = 1 }
        }
        return [column]
    }

    func absentOverTime(_ function: Function, _ argument: Expression, _ steps: Steps) throws -> [Column] {
        let present = try overWindows(function, argument, steps) { _, _ in 1 }
        var column = Column(absent: Self.fixedLabels(argument), count: steps.count)
        for index in 0..<steps.count {
            try Self.checkWanted(index)
            if !present.contains(where: { $0.has(index) }) { column.values[index] = 1 }
        }
        return [column]
    }

    // MARK: Labels

    func labelReplace(_ call: FunctionCall) throws -> [Column] {
        let columns = try call.vector(0)
        let (destination, replacement, sourceName) = (call.text(1), call.text(2), call.text(3))
        let pattern: Pattern
        do {
            pattern = try Pattern(call.text(4), dotMatchesNewline: true)
        } catch {
            throw PromQLError(.execution, "invalid regular expression in label_replace(): \(call.text(4))")
        }
        try checkLabelName(destination, in: "label_replace()")
        let template = ReplacementTemplate(replacement)
        return try columns.map { column in
            try Work.check()
            guard let captures = pattern.captures(in: column.labels[sourceName], whole: true) else { return column }
            try spendLabelBytes(template.expandedBytes(captures, pattern), in: "label_replace()")
            return Self.setting(destination, template.expanded(captures, pattern), of: column)
        }
    }

    func labelJoin(_ call: FunctionCall) throws -> [Column] {
        let columns = try call.vector(0)
        let (destination, separator) = (call.text(1), call.text(2))
        let sources = call.texts(from: 3)
        try checkLabelName(destination, in: "label_join()")
        return try columns.map { column in
            try Work.check()
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
            try Work.check()
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

    func sortedByLabel(_ call: FunctionCall, isDescending: Bool) throws -> StepValues {
        if query.start != query.end { warnOfSorting(at: call.place) }
        let names = call.texts(from: 1)
        let sorted = try call.vector(0).sorted { left, right in
            for name in names {
                let order = left.labels[name].compare(right.labels[name], options: .numeric)
                if order != .orderedSame { return (order == .orderedAscending) != isDescending }
            }
            return (left.labels < right.labels) != isDescending
        }
        return .vector(sorted, isOrdered: call.steps.count == 1)
    }

    func sorted(_ call: FunctionCall, isDescending: Bool) throws -> StepValues {
        let columns = try call.vector(0)
        guard query.start == query.end else {
            warnOfSorting(at: call.place)
            return .vector(columns)
        }
        guard call.steps.count == 1 else { return .vector(columns) }
        let sorted = columns.filter { $0.has(0) }.sorted { left, right in
            let (a, b) = (left.values[0], right.values[0])
            if a.isNaN || b.isNaN { return !a.isNaN }
            return isDescending ? a > b : a < b
        }
        return .vector(sorted, isOrdered: true)
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
