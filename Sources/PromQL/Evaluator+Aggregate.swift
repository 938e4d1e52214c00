internal import Base
internal import Model

extension Evaluator {
    func aggregate(_ aggregation: Aggregation, _ steps: Steps) throws -> [Column] {
        let columns = try vector(aggregation.inner, steps)
        let parameters = try aggregation.parameter.flatMap { parameter -> [Double]? in
            parameter.type == .scalar ? try scalar(parameter, steps) : nil
        }
        let names = LabelNames(aggregation.labels + (aggregation.isWithout ? [Labels.metricName] : []))
        var order: [Labels] = []
        var groups: [[Column]] = []
        var places: [Labels: Int] = [:]
        for (index, column) in columns.enumerated() {
            try Self.checkWanted(index)
            let key = aggregation.isWithout ? names.dropped(from: column.labels) : names.kept(of: column.labels)
            if let place = places[key] {
                groups[place].append(column)
            } else {
                places[key] = groups.count
                order.append(key)
                groups.append([column])
            }
        }
        switch aggregation.operation {
        case .topk, .bottomk, .limitk, .limitRatio:
            try check(aggregation, parameters ?? [])
            return try chosen(aggregation.operation, groups, parameters ?? [], steps)
        case .countValues: return try countValues(aggregation, order, groups, steps)
        default:
            if aggregation.operation == .quantile, let parameter = aggregation.parameter {
                warnOfQuantiles(parameters ?? [], at: parameter)
            }
            return try zip(order, groups).map { key, members in
                var column = try reduced(aggregation.operation, key, members, parameters, steps)
                column.dropsName = members.contains { $0.dropsName }
                return column
            }
        }
    }

    private func check(_ aggregation: Aggregation, _ parameters: [Double]) throws {
        let isRatio = aggregation.operation == .limitRatio
        guard let place = aggregation.parameter else { return }
        for value in parameters {
            if value.isNaN {
                throw PromQLError(.execution, isRatio ? "Ratio value is NaN" : "Parameter value is NaN")
            }
            if isRatio, value.magnitude > 1 {
                let capped = value < 0 ? "-1" : "1"
                warn(
                    "ratio value should be between -1 and 1, got \(FloatText.general(value)), capping to \(capped)",
                    at: place)
            } else if !isRatio, value.magnitude >= 0x1p63 {
                throw PromQLError(.execution, "Scalar value \(FloatText.general(value)) overflows int64")
            }
        }
    }

    private func reduced(
        _ operation: Aggregation.Operator, _ labels: Labels, _ columns: [Column], _ parameters: [Double]?,
        _ steps: Steps
    ) throws -> Column {
        if let values = try ColumnReduction.values(of: operation, columns, count: steps.count) {
            return Column(labels: labels, values: values)
        }
        var result = Column(absent: labels, count: steps.count)
        var present: [Double] = []
        for index in 0..<steps.count {
            try Self.checkWanted(index)
            present.removeAll(keepingCapacity: true)
            for column in columns where column.has(index) { present.append(column.values[index]) }
            if !present.isEmpty { result.values[index] = Quantile.of(parameters?[index] ?? .nan, present) }
        }
        return result
    }

    /// `topk` and its kin: series as they are, at the steps where they are among the chosen.
    private func chosen(
        _ operation: Aggregation.Operator, _ groups: [[Column]], _ parameters: [Double], _ steps: Steps
    ) throws -> [Column] {
        var result: [Column] = []
        for columns in groups {
            var kept = columns.map { Column(absentLike: $0) }
            var rank = Array(columns.indices)
            for index in 0..<steps.count {
                try Self.checkWanted(index)
                let limit = parameters[index]
                var present = columns.indices.filter { columns[$0].has(index) }
                switch operation {
                case .limitRatio:
                    present = present.filter { Self.isInRatio(columns[$0].labels, limit) }
                case .limitk:
                    present = Array(present.prefix(limit.isNaN || limit < 1 ? 0 : Int(min(limit, 1e9))))
                default:
                    present = Self.best(
                        limit.isNaN || limit < 1 ? 0 : Int(min(limit, 1e9)), of: present, isTop: operation == .topk
                    ) { columns[$0].values[index] }
                    rank = present
                }
                for place in present { kept[place].values[index] = columns[place].values[index] }
            }
            // An instant answer lists them by rank.
            let listed = steps.count == 1 ? rank : Array(kept.indices)
            result += listed.map { kept[$0] }.filter { !$0.isEmpty }
        }
        return result
    }

    /// The `count` of `places` with the greatest (or smallest) values, best first; of equal ones the first come, NaN last.
    private static func best(
        _ count: Int, of places: [Int], isTop: Bool, value: (Int) -> Double
    ) -> [Int] {
        func precedes(_ a: Double, _ b: Double) -> Bool {
            if a.isNaN || b.isNaN { return !a.isNaN && b.isNaN }
            return isTop ? a > b : a < b
        }
        if count == 0 { return [] }
        var chosen: [(place: Int, value: Double)] = []
        for place in places {
            let value = value(place)
            if chosen.count == count, !precedes(value, chosen[count - 1].value) { continue }
            if chosen.count == count { chosen.removeLast() }
            // By halves: the place behind all that are as good.
            var (low, high) = (0, chosen.count)
            while low < high {
                let middle = (low + high) / 2
                if precedes(value, chosen[middle].value) { high = middle } else { low = middle + 1 }
            }
            chosen.insert((place, value), at: low)
        }
        return chosen.map(\.place)
    }

    /// Whether a series is in the stable share `ratio` of all; a negative ratio names the rest of the share.
    private static func isInRatio(_ labels: Labels, _ ratio: Double) -> Bool {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in labels.packed { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let offset = Double(hash) / Double(UInt64.max)
        return ratio >= 0 ? offset < ratio : offset >= 1 + ratio
    }

    private func countValues(
        _ aggregation: Aggregation, _ order: [Labels], _ groups: [[Column]], _ steps: Steps
    ) throws -> [Column] {
        guard case .string(let name)? = aggregation.parameter?.withoutGroups.node, !name.isEmpty else {
            throw PromQLError(.execution, "invalid label name in count_values")
        }
        var places: [Labels: Int] = [:]
        var result: [Column] = []
        for (key, members) in zip(order, groups) {
            for column in members {
                for index in 0..<steps.count where column.has(index) {
                    try Self.checkWanted(index)
                    let labels = key.setting(name, FloatText.fixed(column.values[index]))
                    let place = places[labels] ?? result.count
                    if place == result.count {
                        places[labels] = place
                        try checkSize(columns: result.count + 1, steps)
                        result.append(Column(absent: labels, count: steps.count))
                    }
                    result[place].values[index] = (result[place].has(index) ? result[place].values[index] : 0) + 1
                }
            }
        }
        return result
    }
}
