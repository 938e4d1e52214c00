import Base
import ConfigText
import Model
import Patterns
import Scraping
import Synchronization

extension RelabelRule {
    /// A rule with the defaults of `relabel_configs`.
    static func test(
        _ action: Action = .replace, from sources: [String] = [], separator: String = ";", regex: String = "(.*)",
        modulus: UInt64 = 0, to target: String = "", replacement: String = "$1"
    ) throws -> RelabelRule {
        RelabelRule(
            action: action, sourceLabels: sources, separator: separator,
            regex: try Pattern(regex, dotMatchesNewline: true), modulus: modulus, targetLabel: target,
            replacement: replacement)
    }
}

extension ScrapeConfig {
    static let place = SourcePosition(file: "prometheus.yml", line: 1, column: 1)

    /// A job with these addresses. Pages have 200 milliseconds, so that a busy machine makes few scrapes fail.
    static func test(
        _ name: String = "node", targets: [String], labels: Labels = .empty, interval: Duration = .milliseconds(200),
        timeout: Duration? = nil, change: (inout ScrapeConfig) throws -> Void = { _ in }
    ) rethrows -> ScrapeConfig {
        var config = ScrapeConfig(
            jobName: name, position: place, scrapeInterval: interval, scrapeTimeout: timeout ?? interval)
        config.staticConfigs = [StaticTargets(targets: targets.map { Located($0, at: place) }, labels: labels)]
        try change(&config)
        return config
    }
}

/// A store in memory: each series with all samples that were appended to it.
final class MemoryStore: SampleAppender {
    private struct State {
        var refs: [Labels: SeriesRef] = [:]
        var samples: [SeriesRef: [Sample]] = [:]
        var next: UInt32 = 0
        var forgotten: Set<SeriesRef> = []
        var isFailing = false
        var oldest = Int64.min
    }

    struct Full: Error, CustomStringConvertible {
        var description: String { "no space left on device" }
    }

    private let state = Mutex(State())

    func resolve(_ labels: Labels) throws -> SeriesRef {
        state.withLock { state in
            if let ref = state.refs[labels] { return ref }
            state.next += 1
            state.refs[labels] = SeriesRef(rawValue: state.next)
            return SeriesRef(rawValue: state.next)
        }
    }

    func append(_ samples: [RefSample]) throws -> AppendOutcome {
        try state.withLock { state in
            if state.isFailing { throw Full() }
            var outcome = AppendOutcome()
            for sample in samples {
                if sample.timestamp < state.oldest {
                    outcome.tooOld += 1
                    continue
                }
                if state.forgotten.contains(sample.ref) {
                    outcome.unknown.append(sample.ref)
                    continue
                }
                state.samples[sample.ref, default: []].append(
                    Sample(timestamp: sample.timestamp, value: sample.value))
                outcome.accepted += 1
            }
            return outcome
        }
    }

    /// Lets all numbers given so far lose their meaning, as a store does with series that ended long ago.
    func forgetNumbers() {
        state.withLock { state in
            state.forgotten.formUnion(state.refs.values)
            state.refs = [:]
        }
    }

    /// Lets what is older be refused.
    func refuse(before oldest: Int64) { state.withLock { $0.oldest = oldest } }

    func fail(_ isFailing: Bool) { state.withLock { $0.isFailing = isFailing } }

    /// Label sets with at least one sample, sorted.
    var series: [Labels] {
        state.withLock { state in state.refs.filter { state.samples[$0.value] != nil }.keys.sorted() }
    }

    func samples(_ labels: Labels) -> [Sample] {
        state.withLock { state in state.refs[labels].flatMap { state.samples[$0] } ?? [] }
    }

    func values(_ labels: Labels) -> [Double] { samples(labels).map(\.value) }

    /// Values of the series that have this metric name, the last sample of each, by label set.
    func last(_ name: String) -> [Labels: Double] {
        state.withLock { state in
            var result: [Labels: Double] = [:]
            for (labels, ref) in state.refs where labels.metricName == name {
                result[labels] = state.samples[ref]?.last?.value
            }
            return result
        }
    }

    /// How often series were marked as ended.
    var endCount: Int {
        state.withLock { $0.samples.values.reduce(0) { $0 + $1.count { StaleMarker.isStale($0.value) } } }
    }

    /// Whether the series' last sample marks its end.
    func hasEnded(_ labels: Labels) -> Bool { samples(labels).last.map { StaleMarker.isStale($0.value) } ?? false }
}

/// A clock that stands where the test puts it.
final class FixedTime: TimeSource {
    private let milliseconds: Mutex<Int64>

    init(_ milliseconds: Int64) { self.milliseconds = Mutex(milliseconds) }

    func now() -> Int64 { milliseconds.withLock { $0 } }

    func set(_ time: Int64) { milliseconds.withLock { $0 = time } }
}
