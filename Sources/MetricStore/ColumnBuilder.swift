import Model

/// Collects the samples of one series from several places into one column.
struct ColumnBuilder {
    private var timestamps: [Int64] = []
    private var values: [Double] = []
    private var isInOrder = true

    var count: Int { timestamps.count }

    mutating func reserve(_ count: Int) {
        timestamps.reserveCapacity(timestamps.count + count)
        values.reserveCapacity(values.count + count)
    }

    @inline(__always)
    mutating func append(_ time: Int64, _ value: Double) {
        if let last = timestamps.last, time <= last { isInOrder = false }
        timestamps.append(time)
        values.append(value)
    }

    /// Appends a chunk's samples that lie in `range`.
    mutating func append(_ chunk: Chunk, in range: TimeRange) {
        if chunk.minTime >= range.start, chunk.maxTime <= range.end {
            reserve(Int(chunk.count))
            _ = chunk.forEach { append($0, $1) }
        } else {
            _ = chunk.forEach { if range.contains($0) { append($0, $1) } }
        }
    }

    /// Appends samples that are in order among themselves.
    mutating func append(_ times: ArraySlice<Int64>, _ newValues: [Double]) {
        if let last = timestamps.last, let first = times.first, first <= last { isInOrder = false }
        timestamps.append(contentsOf: times)
        values.append(contentsOf: newValues)
    }

    /// The column; of samples with the same time the one that was appended last stays.
    consuming func column(_ labels: Labels) -> SeriesColumn {
        if isInOrder { return SeriesColumn(labels: labels, timestamps: timestamps, values: values) }
        let order = timestamps.indices.sorted {
            (timestamps[$0], $0) < (timestamps[$1], $1)
        }
        var sortedTimes: [Int64] = []
        var sortedValues: [Double] = []
        sortedTimes.reserveCapacity(order.count)
        sortedValues.reserveCapacity(order.count)
        for index in order {
            if sortedTimes.last == timestamps[index] {
                sortedValues[sortedValues.count - 1] = values[index]
            } else {
                sortedTimes.append(timestamps[index])
                sortedValues.append(values[index])
            }
        }
        return SeriesColumn(labels: labels, timestamps: sortedTimes, values: sortedValues)
    }
}
