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

    /// Appends a chunk's samples that lie in `range`.
    mutating func append(_ chunk: Chunk, in range: TimeRange) {
        chunk.withSamples { times, values, _ in
            var (start, end) = (0, times.count)
            while start < end, times[start] < range.start { start += 1 }
            while end > start, times[end - 1] > range.end { end -= 1 }
            append(
                UnsafeBufferPointer(rebasing: times[start..<end]), UnsafeBufferPointer(rebasing: values[start..<end]))
        }
    }

    /// Appends samples that are in order among themselves.
    mutating func append(_ times: UnsafeBufferPointer<Int64>, _ newValues: UnsafeBufferPointer<Double>) {
        if let last = timestamps.last, let first = times.first, first <= last { isInOrder = false }
        timestamps.append(contentsOf: times)
        values.append(contentsOf: newValues)
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
