import Base
import ConfigText
import Model
import PromQL
import Synchronization

@testable import Rules

/// A store in memory, which is written to and asked.
final class MemoryStore: SampleAppender, SampleSource {
    private struct State {
        var series: [Labels] = []
        var samples: [Labels: [Sample]] = [:]
        var isFailing = false
        var isFull = false
        var oldest = Int64.min
    }

    struct Broken: Error, CustomStringConvertible {
        var description: String { "the disk is gone" }
    }

    private let state = Mutex(State())

    func resolve(_ labels: Labels) throws -> SeriesRef {
        state.withLock { state in
            if let index = state.series.firstIndex(of: labels) { return SeriesRef(rawValue: UInt32(index)) }
            state.series.append(labels)
            return SeriesRef(rawValue: UInt32(state.series.count - 1))
        }
    }

    func append(_ samples: [RefSample]) throws -> AppendOutcome {
        try state.withLock { state in
            if state.isFull { throw Broken() }
            var outcome = AppendOutcome()
            for sample in samples {
                if sample.timestamp < state.oldest {
                    outcome.tooOld += 1
                    continue
                }
                state.samples[state.series[Int(sample.ref.rawValue)], default: []].append(
                    Sample(timestamp: sample.timestamp, value: sample.value))
                outcome.accepted += 1
            }
            return outcome
        }
    }

    func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) throws -> [SeriesColumn] {
        try state.withLock { state in
            if state.isFailing { throw Broken() }
            return state.samples.filter { labels, _ in matchers.allSatisfy { $0.matches(labels) } }
                .sorted { $0.key < $1.key }.compactMap { labels, all in
                    let found = all.filter { range.contains($0.timestamp) }.sorted { $0.timestamp < $1.timestamp }
                    if found.isEmpty { return nil }
                    return SeriesColumn(
                        labels: labels, timestamps: found.map(\.timestamp), values: found.map(\.value))
                }
        }
    }

    /// Lets what is older be refused.
    func refuse(before oldest: Int64) { state.withLock { $0.oldest = oldest } }

    /// Lets every append fail.
    func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    /// Lets every query fail.
    func fail(_ isFailing: Bool) { state.withLock { $0.isFailing = isFailing } }

    func put(_ labels: Labels, _ value: Double?, at time: Int64) {
        _ = try? append([(labels, Sample(timestamp: time, value: value ?? StaleMarker.value))])
    }

    /// The series of a metric as `labels: value@time, …`, with `end` for a stale marker, without the common labels.
    func shown(_ name: String, since base: Int64 = 0) -> [String] {
        state.withLock { state in
            state.samples.filter { $0.key.metricName == name }.sorted { $0.key < $1.key }.map { labels, samples in
                let points = samples.map { sample in
                    let value = StaleMarker.isStale(sample.value) ? "end" : FloatText.general(sample.value)
                    return "\(value)@\((sample.timestamp - base) / 1_000)"
                }
                return "\(labels.withoutMetricName): " + points.joined(separator: ", ")
            }
        }
    }

    func samples(_ labels: Labels) -> [Sample] { state.withLock { $0.samples[labels] ?? [] } }

    func hasEnded(_ labels: Labels) -> Bool { samples(labels).last.map { StaleMarker.isStale($0.value) } ?? false }
}

/// Keeps what it is told.
final class RecordingSink: AlertSink {
    private let batches = Mutex<[[Alert]]>([])

    func receive(_ alerts: [Alert]) async { batches.withLock { $0.append(alerts) } }

    var alerts: [Alert] { batches.withLock { $0 }.flatMap { $0 } }

    /// What came since the last call.
    func take() -> [Alert] {
        batches.withLock { batches in
            defer { batches = [] }
            return batches.flatMap { $0 }
        }
    }
}

/// A clock that stands where the test puts it.
final class FixedTime: TimeSource {
    private let times: Mutex<(wall: Int64, steps: Int64)>

    init(_ milliseconds: Int64) { times = Mutex((milliseconds, 0)) }

    func now() -> Int64 { times.withLock { $0.wall } }

    func steady() -> Int64 { times.withLock { $0.wall - $0.steps } }

    /// Lets time pass up to `time`.
    func set(_ time: Int64) { times.withLock { $0.wall = time } }

    /// Sets the clock, while no time passes.
    func setClock(by step: Int64) { times.withLock { $0 = ($0.wall + step, $0.steps + step) } }
}

let place = SourcePosition(file: "rules/a.yml", line: 3, column: 7)

extension RuleConfig {
    static func test(
        _ kind: Kind, _ expression: String, hold: Duration = .zero, keepFiringFor: Duration = .zero,
        labels: [String: String] = [:], annotations: [String: String] = [:]
    ) -> RuleConfig {
        var rule = RuleConfig(kind: kind, expr: Located(expression, at: place))
        rule.hold = hold
        rule.keepFiringFor = keepFiringFor
        rule.labels = labels.mapValues { Located($0, at: place) }
        rule.annotations = annotations.mapValues { Located($0, at: place) }
        return rule
    }
}

extension RuleGroupConfig {
    static func test(
        _ rules: RuleConfig..., name: String = "g", interval: Duration? = nil, limit: Int = 0,
        offset: Duration = .zero, labels: [String: String] = [:]
    ) -> RuleGroupConfig {
        var group = RuleGroupConfig(name: name, file: "rules/a.yml")
        group.interval = interval
        group.limit = limit
        group.queryOffset = offset
        group.labels = labels
        group.rules = rules
        return group
    }
}

/// A group of rules on a workbench: the test says when it is evaluated, in seconds.
final class Bench {
    static let start: Int64 = 1_700_000_000_000

    let store: MemoryStore
    let sink = RecordingSink()
    let time = FixedTime(start)
    let group: RuleGroup

    init(_ config: RuleGroupConfig, store: MemoryStore = MemoryStore(), former: RuleGroup? = nil) throws {
        self.store = store
        let compiled = try RuleCompiler.compile(
            [RuleFile(path: config.file, groups: [config])], interval: .seconds(15), queryOffset: .zero, features: [])
        let context = RuleContext(
            engine: PromQLEngine(), source: store, appender: store, sinks: [sink],
            externalLabels: ["cluster": "hcm", "severity": "outer"], externalURL: "http://w", features: [],
            timeSource: time)
        group = RuleGroup(compiled[0], context: context, former: former)
    }

    /// Stores a sample; `nil` ends the series.
    func put(_ labels: Labels, _ value: Double?, at seconds: Int64) {
        store.put(labels, value, at: Self.start + seconds * 1_000)
    }

    /// Evaluates at each of these seconds, with `down` of every camera in `values` set to its value before.
    func evaluate(_ values: [String: Double?] = [:], at seconds: Int64...) async {
        for second in seconds {
            for (camera, value) in values { put(["__name__": "down", "camera": camera], value, at: second) }
            time.set(Self.start + second * 1_000)
            await group.evaluate(at: Self.start + second * 1_000)
        }
    }

    func rule(_ index: Int = 0) -> RuleView { group.view.rules[index] }

    /// Alerts as `camera state`.
    var alerts: [String] { rule().alerts.map { "\($0.labels["camera"]) \($0.state)" } }

    /// What the receivers heard since the last call: `camera from–to`, in seconds.
    func sent() -> [String] {
        sink.take().map { alert in
            let times = [alert.startsAt, alert.endsAt].map { ($0 - Self.start) / 1_000 }
            return "\(alert.labels["camera"]) \(times[0])–\(times[1])"
        }
    }

    func shown(_ name: String) -> [String] { store.shown(name, since: Self.start) }
}
