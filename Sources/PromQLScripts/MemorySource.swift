package import Model
internal import Synchronization

/// Series in memory, as the scripts load them.
package final class MemorySource: SampleSource {
    private struct State {
        var series: [Labels: [Int64: Double]] = [:]
        var histograms: Set<Labels> = []
        var hasTouchedHistogram = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Adds samples to a series, by their time in milliseconds.
    package func load(_ labels: Labels, _ samples: [Int64: Double]) {
        state.withLock { $0.series[labels, default: [:]].merge(samples) { _, new in new } }
    }

    /// Adds a series in the notation of the test language, `metric{label="value"} 1 _ 2+3x4 stale`: sample i stands at i
    /// intervals (milliseconds) from epoch 0.
    /// - Throws: ``ScriptError`` for a text that cannot be read, or that has native histograms.
    package func load(_ line: String, interval: Int64) throws {
        let series = try SeriesNotation(line)
        if series.isHistogram { throw ScriptError("native histograms are not known") }
        var samples: [Int64: Double] = [:]
        for (index, value) in series.values.enumerated() { samples[Int64(index) * interval] = value }
        load(series.labels, samples)
    }

    /// The labels of a series as text; none for an empty one.
    /// - Throws: ``ScriptError``.
    package static func labels(_ text: String) throws -> Labels {
        text.allSatisfy(\.isWhitespace) ? .empty : try SeriesNotation.labels(text)
    }

    /// Notes that `labels` is a series of native histograms, which this source does not hold.
    func loadHistogram(_ labels: Labels) { state.withLock { _ = $0.histograms.insert(labels) } }

    /// Whether a query asked for a series of native histograms since the last call.
    func takeTouchedHistogram() -> Bool {
        state.withLock { state in
            defer { state.hasTouchedHistogram = false }
            return state.hasTouchedHistogram
        }
    }

    package func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) throws -> [SeriesColumn] {
        state.withLock { state in
            if state.histograms.contains(where: { labels in matchers.allSatisfy { $0.matches(labels) } }) {
                state.hasTouchedHistogram = true
            }
            return state.series.filter { series in matchers.allSatisfy { $0.matches(series.key) } }
                .sorted { $0.key < $1.key }
                .compactMap { labels, samples in
                    let times = samples.keys.filter(range.contains).sorted()
                    if times.isEmpty { return nil }
                    return SeriesColumn(labels: labels, timestamps: times, values: times.compactMap { samples[$0] })
                }
        }
    }
}
