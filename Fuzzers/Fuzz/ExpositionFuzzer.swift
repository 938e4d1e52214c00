internal import Exposition
internal import Model

/// Reads any bytes as a page in both formats: the first byte says which.
enum ExpositionFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let page = UnsafeBufferPointer(start: data + 1, count: size - 1)
        var sink = LabelSink()
        try? ExpositionParser.parse(page, format: data[0] & 1 == 0 ? .text : .openMetrics, into: &sink)
    }
}

/// Reads the labels of each series too, as a scrape does for new ones.
private struct LabelSink: ExpositionSink {
    mutating func sample(series: UnsafeBufferPointer<UInt8>, value: Double, timestamp: Int64?) throws {
        let labels = try ExpositionParser.labels(of: series)
        // What was taken apart must go together again.
        precondition(Labels(packed: labels.packed) == labels, "BUG: labels do not survive packing")
    }

    mutating func exemplar(labels: Labels, value: Double, timestamp: Int64?) {}
    mutating func metadata(name: String, kind: MetricKind) {}
    mutating func metadata(name: String, help: String) {}
}
