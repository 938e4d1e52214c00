internal import Base
internal import Exposition
internal import Model

/// An instrument of a registry with the labels of its samples, and with what stands before their values on a page.
/// Both are made once: a page of thousands of cameras is then little more than numbers.
final class RegisteredSeries: Sendable {
    let instrument: Registry.Instrument
    /// Of each sample: one, or a histogram's buckets, sum and count.
    let labels: [Labels]
    /// Like `camera_fps{camera_id="1"} `, of each sample, one after the other.
    private let prefixes: [UInt8]
    private let prefixEnds: [Int]
    /// The most bytes that the lines of all samples take.
    let lineBytesMax: Int

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
        var prefixes: [UInt8] = []
        var ends: [Int] = []
        for labels in self.labels {
            prefixes += ExpositionWriter.series(labels)
            prefixes.append(UInt8(ascii: " "))
            ends.append(prefixes.count)
        }
        self.prefixes = prefixes
        prefixEnds = ends
        lineBytesMax = prefixes.count + ends.count * (FloatText.bytesMax + 1)
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

    /// Writes a line for each sample to `target`, where ``lineBytesMax`` bytes have room.
    /// - Returns: how many bytes were written.
    func writeLines(to target: UnsafeMutablePointer<UInt8>) -> Int {
        prefixes.withUnsafeBufferPointer { prefix in
            switch instrument {
            case .gauge(let gauge): return Self.write(prefix[...], gauge.value, to: target)
            case .counter(let counter): return Self.write(prefix[...], counter.value, to: target)
            case .histogram:
                var (start, count) = (0, 0)
                for (end, value) in zip(prefixEnds, values()) {
                    count += Self.write(prefix[start..<end], value, to: target + count)
                    start = end
                }
                return count
            }
        }
    }

    private static func write(
        _ prefix: Slice<UnsafeBufferPointer<UInt8>>, _ value: Double, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let bytes = UnsafeBufferPointer(rebasing: prefix)
        if let start = bytes.baseAddress { target.initialize(from: start, count: bytes.count) }
        let end = bytes.count + FloatText.write(value, .general, to: target + bytes.count)
        target[end] = UInt8(ascii: "\n")
        return end + 1
    }
}
