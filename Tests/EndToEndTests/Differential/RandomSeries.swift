import Base
import Codecs
import Foundation
import Model
import TestSupport

/// Series as sites have them and as they have not: gauges, counters with resets, histograms, gaps, NaN, infinities,
/// stale markers, series that come and go.
struct RandomSeries {
    let labels: Labels
    let samples: [Sample]

    /// Samples stand on this grid, 0.4 s off whole seconds: no query time, no border of a window and no step of a
    /// subquery, all on other parts of a second, ever falls on one. So closed and left-open ranges are the same.
    static let step: Int64 = 15_000
    static let phase: Int64 = 400

    static func all(_ generator: inout SeededGenerator, from start: Int64, count: Int) -> [RandomSeries] {
        var series: [RandomSeries] = []
        let instances = ["node-1", "node-2", "node-3"]
        for instance in instances {
            for camera in 0..<4 {
                let labels = ["instance": instance, "camera": "cam-\(camera)", "job": "vms"]
                series.append(make("fps", labels, &generator, start, count) { _, _ in 25 })
                series.append(
                    make("bitrate", labels, &generator, start, count) { previous, generator in
                        (previous + Double.random(in: -9...9, using: &generator)).rounded() / 1
                    })
                series.append(
                    make("frames_total", labels, &generator, start, count) { previous, generator in
                        // A reset leaves a counter well above its steps: 2.42 and 3 extend windows differently where one comes
                        // from near zero, see ``RandomQuery``.
                        generator.chance(2)
                            ? 60_000 + previous.truncatingRemainder(dividingBy: 7_000)
                            : max(100_000, previous) + Double(Int.random(in: 0...400, using: &generator))
                    })
            }
            series.append(
                make(
                    "temperature", ["instance": instance, "zone": "Phòng máy \"\(instance)\""], &generator, start, count
                ) {
                    $0 + Double.random(in: -1.5...1.5, using: &$1)
                })
            series.append(
                make("info", ["instance": instance, "version": "1.\(instance.suffix(1))"], &generator, start, count) {
                    _, _ in 1
                })
            series += histogram(instance, &generator, start, count)
        }
        series.append(
            make("odd", ["kind": "nan"], &generator, start, count) { _, generator in generator.chance(30) ? .nan : 2 })
        series.append(
            make("odd", ["kind": "inf"], &generator, start, count) { _, generator in
                generator.pick([.infinity, -.infinity, 1, 1, 1])
            })
        series.append(
            make("odd", ["kind": "tiny"], &generator, start, count) { _, generator in
                Double.random(in: -1e-300...1e-300, using: &generator)
            })
        series.append(
            make("odd", ["kind": "huge"], &generator, start, count) { _, generator in
                Double.random(in: -1e100...1e100, using: &generator)
            })
        series.append(
            make("odd", ["kind": "zero"], &generator, start, count) { _, generator in generator.pick([0, -0.0]) })
        series.append(make("only_here", [:], &generator, start, count) { previous, _ in max(5_000, previous + 1) })
        return series
    }

    private static func make(
        _ name: String, _ labels: [String: String], _ generator: inout SeededGenerator, _ start: Int64, _ count: Int,
        _ next: (Double, inout SeededGenerator) -> Double
    ) -> RandomSeries {
        var value = Double(Int.random(in: -50...500, using: &generator))
        let hasGaps = generator.chance(40)
        let first = generator.chance(15) ? Int.random(in: 0..<count, using: &generator) : 0
        let last = generator.chance(15) ? Int.random(in: first..<count, using: &generator) : count - 1
        var samples: [Sample] = []
        var silentUntil = 0
        for index in first...last {
            value = next(value, &generator)
            if index < silentUntil { continue }
            if hasGaps, generator.chance(3) {
                silentUntil = index + Int.random(in: 1...40, using: &generator)
                // Some end with a marker, some are just not heard of any more.
                if generator.chance(50) {
                    samples.append(Sample(timestamp: start + Int64(index) * step + phase, value: StaleMarker.value))
                }
                continue
            }
            samples.append(Sample(timestamp: start + Int64(index) * step + phase, value: value))
        }
        return RandomSeries(
            labels: Labels(labels.map { Label($0, $1) } + [Label(Labels.metricName, name)]), samples: samples)
    }

    private static func histogram(
        _ instance: String, _ generator: inout SeededGenerator, _ start: Int64, _ count: Int
    ) -> [RandomSeries] {
        let bounds = ["0.1", "0.5", "1", "2.5", "10", "+Inf"]
        let base = bounds.indices.map { Double(50_000 * ($0 + 1)) }
        var counts = base
        var samples = [[Sample]](repeating: [], count: bounds.count)
        for index in 0..<count {
            if generator.chance(1) { counts = base.map { $0 / 2 } }
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                let observed = Int.random(in: bounds.indices, using: &generator)
                for bucket in observed..<bounds.count { counts[bucket] += 1 }
            }
            for bucket in bounds.indices {
                samples[bucket].append(Sample(timestamp: start + Int64(index) * step + phase, value: counts[bucket]))
            }
        }
        return bounds.indices.map { bucket in
            RandomSeries(
                labels: Labels([
                    Label(Labels.metricName, "latency_seconds_bucket"), Label("instance", instance),
                    Label("le", bounds[bucket]),
                ]), samples: samples[bucket])
        }
    }
}

/// A remote write request of version 1.
struct RemoteWriteBody {
    /// Compressed, as it is sent.
    private(set) var bytes: [UInt8]

    /// - Parameter range: only samples in it are written.
    init(_ series: [RandomSeries], in range: Range<Int64>) {
        var message: [UInt8] = []
        for one in series {
            let samples = one.samples.filter { range.contains($0.timestamp) }
            if samples.isEmpty { continue }
            var body: [UInt8] = []
            for label in one.labels {
                var pair: [UInt8] = []
                Self.append(1, Array(label.name.utf8), to: &pair)
                Self.append(2, Array(label.value.utf8), to: &pair)
                Self.append(1, pair, to: &body)
            }
            for sample in samples {
                var bytes: [UInt8] = [1 << 3 | 1]
                bytes.appendFixed64(sample.value.bitPattern)
                bytes.append(2 << 3)
                bytes.appendVarint(UInt64(bitPattern: sample.timestamp))
                Self.append(2, bytes, to: &body)
            }
            Self.append(1, body, to: &message)
        }
        bytes = Snappy.compress(message)
    }

    private static func append(_ field: UInt8, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(field << 3 | 2)
        bytes.appendVarint(UInt64(content.count))
        bytes += content
    }
}
