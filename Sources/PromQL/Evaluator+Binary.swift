internal import Base
internal import Foundation
internal import Model

extension BinaryOperation.Operator {
    /// The value of an arithmetic operator, or 1 and 0 of a comparison.
    func apply(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .modulo: Foundation.fmod(left, right)
        case .power: Foundation.pow(left, right)
        case .atan2: Foundation.atan2(left, right)
        case .equal: left == right ? 1 : 0
        case .notEqual: left != right ? 1 : 0
        case .greater: left > right ? 1 : 0
        case .less: left < right ? 1 : 0
        case .greaterOrEqual: left >= right ? 1 : 0
        case .lessOrEqual: left <= right ? 1 : 0
        case .and, .or, .unless: .nan
        }
    }
}

extension Evaluator {
    func binary(_ operation: BinaryOperation, _ steps: Steps) throws -> StepValues {
        let left = try evaluate(operation.left, steps)
        let right = try evaluate(operation.right, steps)
        let apply = operation.operation.apply
        switch (left, right) {
        case (.scalar(let left), .scalar(let right)):
            return .scalar(
                try left.indices.map { index in
                    try Self.checkWanted(index)
                    return apply(left[index], right[index])
                })
        case (.vector(let columns, _), .scalar(let values)):
            return .vector(try withScalar(operation, columns, values) { apply($0, $1) })
        case (.scalar(let values), .vector(let columns, _)):
            return .vector(try withScalar(operation, columns, values) { apply($1, $0) })
        case (.vector(let left, _), .vector(let right, _)):
            return .vector(
                operation.operation.isSet
                    ? try setOperation(operation, left, right, steps) : try matched(operation, left, right, steps))
        }
    }

    private func withScalar(
        _ operation: BinaryOperation, _ columns: [Column], _ values: [Double], _ apply: (Double, Double) -> Double
    ) throws -> [Column] {
        let isFilter = operation.operation.isComparison && !operation.returnsBool
        return try columns.map { column in
            try Work.check()
            var result = isFilter ? Column(absentLike: column) : withoutName(Column(absentLike: column))
            for index in values.indices where column.has(index) {
                try Self.checkWanted(index)
                let value = apply(column.values[index], values[index])
                if !isFilter {
                    result.values[index] = value
                } else if value == 1 {
                    result.values[index] = column.values[index]
                }
            }
            return result
        }
    }

    // MARK: Matching

    /// What two series must have in common to match.
    private struct Signature {
        private let names: LabelNames
        private let isOn: Bool

        init(_ operation: BinaryOperation) {
            isOn = operation.isOn
            names = LabelNames(operation.matchingLabels + (operation.isOn ? [] : [Labels.metricName]))
        }

        func callAsFunction(_ labels: Labels) -> Labels { isOn ? names.kept(of: labels) : names.dropped(from: labels) }
    }

    private func setOperation(
        _ operation: BinaryOperation, _ left: [Column], _ right: [Column], _ steps: Steps
    ) throws -> [Column] {
        let signature = Signature(operation)
        let rightBySignature = Dictionary(grouping: right) { signature($0.labels) }
        if operation.operation == .or {
            let leftBySignature = Dictionary(grouping: left) { signature($0.labels) }
            let added = try right.map { column in
                try Work.check()
                let others = leftBySignature[signature(column.labels)] ?? []
                var kept = Column(absentLike: column)
                for index in 0..<steps.count where column.has(index) && !others.contains(where: { $0.has(index) }) {
                    kept.values[index] = column.values[index]
                }
                return kept
            }
            return (try? Self.merged(left + added)) ?? left + added
        }
        let wantsMatch = operation.operation == .and
        return try left.map { column in
            try Work.check()
            let others = rightBySignature[signature(column.labels)] ?? []
            var kept = Column(absentLike: column)
            for index in 0..<steps.count
            where column.has(index) && others.contains(where: { $0.has(index) }) == wantsMatch {
                kept.values[index] = column.values[index]
            }
            return kept
        }
    }

    private func matched(
        _ operation: BinaryOperation, _ left: [Column], _ right: [Column], _ steps: Steps
    ) throws -> [Column] {
        let isSwapped = operation.cardinality == .oneToMany
        let (many, one) = isSwapped ? (right, left) : (left, right)
        // Prometheus gives `fill_left` to the "many" side in `group_right` too, although that is the right one.
        let (fillMany, fillOne) = (operation.fillLeft, operation.fillRight)
        let signature = Signature(operation)
        let oneBySignature = Dictionary(grouping: one) { signature($0.labels) }
        // Two of one signature are wrong even where nothing matches them, unless the other side has nothing at all.
        let isMatchable = fillMany != nil ? Array(repeating: true, count: steps.count) : presence(of: many, steps)
        for (key, partners) in oneBySignature where partners.count > 1 {
            for index in 0..<steps.count where isMatchable[index] {
                try Self.checkWanted(index)
                _ = try partner(partners, index, operation, key)
            }
        }
        var results = MatchResults(operation: operation, isSwapped: isSwapped, count: steps.count)
        // Of each signature, the steps at which a series of the "many" side has matched already, and those at which that
        // gave a result.
        var taken: [Labels: [Bool]] = [:]
        var given: [Labels: [Bool]] = [:]
        let isOneToOne = operation.cardinality == .oneToOne
        for column in many {
            let key = signature(column.labels)
            let partners = oneBySignature[key] ?? []
            if partners.isEmpty, fillOne == nil { continue }
            let none = [Bool](repeating: false, count: steps.count)
            if fillMany != nil, taken[key] == nil { taken[key] = none }
            if isOneToOne, given[key] == nil { given[key] = none }
            let filling = fillOne.map { Column(labels: key, values: Array(repeating: $0, count: steps.count)) }
            for index in 0..<steps.count where column.has(index) {
                try Self.checkWanted(index)
                guard let partner = try self.partner(partners, index, operation, key) ?? filling else { continue }
                if fillMany != nil { taken[key]?[index] = true }
                // What a comparison leaves out may stand twice.
                guard try results.add(column, partner, index, delaysNameRemoval), isOneToOne else { continue }
                if given[key]?[index] == true { throw duplicates(on: isSwapped ? "right" : "left", key, operation) }
                given[key]?[index] = true
            }
        }
        guard let fillMany else { return results.columns }
        for (key, partners) in oneBySignature {
            let filling = Column(labels: key, values: Array(repeating: fillMany, count: steps.count))
            for index in 0..<steps.count where taken[key]?[index] != true {
                guard let partner = try partner(partners, index, operation, key) else { continue }
                try results.add(filling, partner, index, delaysNameRemoval)
            }
        }
        return results.columns
    }

    /// At which steps any of `columns` has a value.
    private func presence(of columns: [Column], _ steps: Steps) -> [Bool] {
        var isPresent = [Bool](repeating: false, count: steps.count)
        for column in columns {
            for index in 0..<steps.count where column.has(index) { isPresent[index] = true }
        }
        return isPresent
    }

    /// The one series of the "one" side that has a value at this step.
    private func partner(
        _ partners: [Column], _ index: Int, _ operation: BinaryOperation, _ key: Labels
    ) throws -> Column? {
        var found: Column?
        for partner in partners where partner.has(index) {
            if found != nil {
                throw duplicates(on: operation.cardinality == .oneToMany ? "left" : "right", key, operation)
            }
            found = partner
        }
        return found
    }

    private func duplicates(on side: String, _ key: Labels, _ operation: BinaryOperation) -> PromQLError {
        PromQLError(
            .execution,
            "found duplicate series for the match group \(key) on the \(side) hand-side of the "
                + "operation; many-to-many matching not allowed: matching labels must be unique on one side"
        )
    }
}

/// Gathers what matched pairs give.
private struct MatchResults {
    let operation: BinaryOperation
    let isSwapped: Bool
    let count: Int
    private(set) var columns: [Column] = []
    private var places: [Labels: Int] = [:]
    private let matchingLabels: LabelNames
    private var last: (many: Labels, one: Labels, place: Int)?
    private let isFilter: Bool

    init(operation: BinaryOperation, isSwapped: Bool, count: Int) {
        self.operation = operation
        self.isSwapped = isSwapped
        self.count = count
        matchingLabels = LabelNames(operation.matchingLabels)
        isFilter = operation.operation.isComparison && !operation.returnsBool
    }

    /// - Returns: whether the pair has a result.
    @discardableResult
    mutating func add(_ many: Column, _ one: Column, _ index: Int, _ delaysNameRemoval: Bool) throws -> Bool {
        let (left, right) =
            isSwapped ? (one.values[index], many.values[index]) : (many.values[index], one.values[index])
        var value = operation.operation.apply(left, right)
        if isFilter {
            if value != 1 { return false }
            value = left
        }
        // The same two series meet at most steps, one after the other.
        let place: Int
        if let last, last.many == many.labels, last.one == one.labels {
            place = last.place
        } else {
            place = self.place(of: labels(many.labels, one.labels, delaysNameRemoval))
            last = (many.labels, one.labels, place)
        }
        guard !columns[place].has(index) else {
            throw PromQLError(.execution, "multiple matches for labels: grouping labels must ensure unique matches")
        }
        columns[place].values[index] = value
        if delaysNameRemoval, !isFilter || many.dropsName { columns[place].dropsName = true }
        return true
    }

    private mutating func place(of labels: Labels) -> Int {
        if let known = places[labels] { return known }
        places[labels] = columns.count
        columns.append(Column(absent: labels, count: count))
        return columns.count - 1
    }

    private func labels(_ many: Labels, _ one: Labels, _ delaysNameRemoval: Bool) -> Labels {
        var labels = isFilter || delaysNameRemoval ? many : many.withoutMetricName
        if operation.cardinality == .oneToOne {
            labels = operation.isOn ? matchingLabels.kept(of: labels) : matchingLabels.dropped(from: labels)
        }
        for name in operation.include { labels = labels.setting(name, one[name]) }
        return labels
    }
}
