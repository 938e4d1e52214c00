internal import Base
internal import Model

/// Aggregations that take a value at a time: one pass over each column, as its values lie side by side in memory.
/// At each step the values come in the order of the columns.
enum ColumnReduction {
    /// What is known at one step after some columns.
    private struct State {
        var sum = KahanSum()
        var count = 0.0
        /// The extreme, or the mean of a variance.
        var value = Double.nan
        var squares = 0.0
    }

    /// The aggregate at each step, and the mark of absence where no column has a value.
    /// - Returns: `nil` for an operator that needs all values of a step at once.
    static func values(of operation: Aggregation.Operator, _ columns: [Column], count: Int) throws -> [Double]? {
        switch operation {
        case .sum:
            try fold(columns, count) {
                $0.sum.add($1)
            } result: { _, state in
                state.sum.value
            }
        case .avg:
            try fold(columns, count) {
                $0.sum.add($1)
                $0.count += 1
            } result: { index, state in
                let total = state.sum.value
                if total.isFinite { return total / state.count }
                return RangeFunctions.average(columns.filter { $0.has(index) }.map { $0.values[index] })
            }
        case .count:
            try fold(columns, count) { state, _ in
                state.count += 1
            } result: { _, state in
                state.count
            }
        case .group:
            try fold(columns, count) { _, _ in
            } result: { _, _ in
                1
            }
        case .min:
            try fold(columns, count) {
                if $1 < $0.value || $0.value.isNaN { $0.value = $1 }
            } result: {
                $1.value
            }
        case .max:
            try fold(columns, count) {
                if $1 > $0.value || $0.value.isNaN { $0.value = $1 }
            } result: {
                $1.value
            }
        case .stddev: try fold(columns, count, addSquare) { _, state in (state.squares / state.count).squareRoot() }
        case .stdvar: try fold(columns, count, addSquare) { _, state in state.squares / state.count }
        default: nil
        }
    }

    private static func addSquare(_ state: inout State, _ value: Double) {
        state.count += 1
        let mean = state.count == 1 ? 0 : state.value
        let delta = value - mean
        state.value = mean + delta / state.count
        state.squares += delta * (value - state.value)
    }

    @inline(__always)
    private static func fold(
        _ columns: [Column], _ count: Int, _ add: (inout State, Double) -> Void,
        result: (Int, State) -> Double
    ) throws -> [Double] {
        var states = [State](repeating: State(), count: count)
        var isPresent = [Bool](repeating: false, count: count)
        for column in columns {
            try Work.check()
            column.values.withUnsafeBufferPointer { values in
                states.withUnsafeMutableBufferPointer { states in
                    isPresent.withUnsafeMutableBufferPointer { isPresent in
                        for index in 0..<count {
                            let value = values[index]
                            if StaleMarker.isStale(value) { continue }
                            add(&states[index], value)
                            isPresent[index] = true
                        }
                    }
                }
            }
        }
        return (0..<count).map { isPresent[$0] ? result($0, states[$0]) : Column.absent }
    }
}
