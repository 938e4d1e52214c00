internal import Base
internal import Exposition
internal import Model

/// An instrument of a registry with the labels of its samples, and with what stands before their values on a page.
/// Both are made once: a page of thousands of cameras is then little more than numbers.
final class RegisteredSeries: Sendable {
    let instrument: Registry.Instrument
    /// Of each sample: one, or a histogram's buckets, sum and count.
    let labels: [Labels]
    /// Like `camera_fps{camera_id="1"} `, of each sample.
    let prefixes: [[UInt8]]

    init(_ definition: MetricDefinition, _ labelValues: [String], _ instrument: Registry.Instrument) {
        self.instrument = instrument
        let own = zip(definition.labelNames, labelValues).map { Label($0, $1) }
        func labels(_ suffix: String = "", le: String? = nil) -> Labels {
            let name = Label(Labels.metricName, definition.name + suffix)
            return Labels(own + [name] + (le.map { [Label("le", $0)] } ?? []))
        }
        switch instrument {
        case .gauge, .counter: self.labels = [labels()]
        case .histogram(let histogram):
            self.labels =
                (histogram.bounds + [.infinity]).map { labels("_bucket", le: FloatText.general($0)) }
                + [labels("_sum"), labels("_count")]
        }
        prefixes = self.labels.map { ExpositionWriter.series($0) + [UInt8(ascii: " ")] }
    }

    /// The samples' values, as many as ``labels``.
    func values() -> [Double] {
        switch instrument {
        case .gauge(let gauge): return [gauge.value]
        case .counter(let counter): return [counter.value]
        case .histogram(let histogram):
            let state = histogram.snapshot()
            var total: UInt64 = 0
            var values: [Double] = []
            values.reserveCapacity(state.counts.count + 2)
            for count in state.counts {
                total += count
                values.append(Double(total))
            }
            return values + [state.sum, Double(total)]
        }
    }

    /// Appends a line for each sample.
    func appendLines(to bytes: inout [UInt8]) {
        switch instrument {
        case .gauge(let gauge): Self.append(prefixes[0], gauge.value, to: &bytes)
        case .counter(let counter): Self.append(prefixes[0], counter.value, to: &bytes)
        case .histogram:
            for (prefix, value) in zip(prefixes, values()) { Self.append(prefix, value, to: &bytes) }
        }
    }

    private static func append(_ prefix: [UInt8], _ value: Double, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: prefix)
        FloatText.append(value, .general, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }
}
