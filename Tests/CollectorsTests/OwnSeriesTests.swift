import Foundation
import Instruments
import Logging
import Model
import Synchronization
import TestSupport
import Testing

@testable import Collectors

@Suite("Our own series")
struct OwnSeriesTests {
    /// Counts what it is given, and refuses all of it as too old where told to.
    private final class Appender: SampleAppender {
        private let state = Mutex(
            (labels: [Labels](), samples: [RefSample](), exemplars: [RefExemplar](), isRefusing: false))
        private let isHeld = Atomic(false)

        /// Lets nothing be stored for as long as it is held.
        func hold(_ isHeld: Bool) { self.isHeld.store(isHeld, ordering: .releasing) }

        var times: [Int64] { state.withLock { $0.samples.map(\.timestamp) } }

        var samples: [(name: String, value: Double)] {
            state.withLock { state in
                state.samples.map { (state.labels[Int($0.ref.rawValue)].metricName, $0.value) }
            }
        }

        var exemplars: [(series: Labels, exemplar: Exemplar)] {
            state.withLock { state in state.exemplars.map { (state.labels[Int($0.ref.rawValue)], $0.exemplar) } }
        }

        func append(exemplars: [RefExemplar]) throws { state.withLock { $0.exemplars += exemplars } }

        func refuse(_ isRefusing: Bool) { state.withLock { $0.isRefusing = isRefusing } }

        func resolve(_ labels: Labels) throws -> SeriesRef {
            state.withLock { state in
                if let index = state.labels.firstIndex(of: labels) { return SeriesRef(rawValue: UInt32(index)) }
                state.labels.append(labels)
                return SeriesRef(rawValue: UInt32(state.labels.count - 1))
            }
        }

        func append(_ samples: [RefSample]) throws -> AppendOutcome {
            while isHeld.load(ordering: .acquiring) { Thread.sleep(forTimeInterval: 0.001) }
            return state.withLock { state in
                var outcome = AppendOutcome()
                if state.isRefusing { outcome.tooOld = samples.count } else { state.samples += samples }
                return outcome
            }
        }
    }

    @Test("what the store refuses is told, and stored again once it is taken")
    func refused() throws {
        let appender = Appender()
        let series = OwnSeries(
            sources: [.init(registry: Registry(), job: "watchpost") { false }], instance: "node-1",
            interval: { .seconds(1) }, appender: appender, now: { 1_000 }, logger: Logger(label: "test"))
        appender.refuse(true)
        let error = #expect(throws: RefusedSamples.self) { try series.store() }
        #expect(error?.description.contains("clock") == true)
        appender.refuse(false)
        try series.store()
        #expect(appender.samples.map(\.name) == ["up"])
    }

    @Test("they go on over a restart: a stop marks none as ended")
    func stop() async throws {
        let appender = Appender()
        let series = OwnSeries(
            sources: [.init(registry: Registry(), job: "watchpost") { false }], instance: "node-1",
            interval: { .milliseconds(10) }, appender: appender, now: { 1_000 }, logger: Logger(label: "test"))
        let running = Task { await series.run() }
        _ = try await eventually("a sample") { appender.samples.isEmpty ? nil : true }
        running.cancel()
        await running.value
        #expect(!appender.samples.contains { StaleMarker.isStale($0.value) })
    }

    @Test(
        "they are collected at their time while the disk is slow, and all stored once it is not",
        .timeLimit(.minutes(5)))
    func slowDisk() async throws {
        let appender = Appender()
        let time = Atomic<Int64>(0)
        let told = Atomic(0)
        let registry = Registry()
        registry.addSource {
            told.add(1, ordering: .relaxed)
            return []
        }
        let series = OwnSeries(
            sources: [.init(registry: registry, job: "watchpost") { false }], instance: "node-1",
            interval: { .milliseconds(10) }, appender: appender,
            now: { time.add(1_000, ordering: .relaxed).newValue }, logger: Logger(label: "test"))
        appender.hold(true)
        let running = Task { await series.run() }
        let count = try await eventually("twenty collections") {
            let count = told.load(ordering: .relaxed)
            return count < 20 ? nil : count
        }
        #expect(appender.times.isEmpty)
        appender.hold(false)
        _ = try await eventually("all to be stored") { appender.times.count >= count ? true : nil }
        running.cancel()
        await running.value
        let times = appender.times
        #expect(times == times.indices.map { Int64($0 + 1) * 1_000 })
        #expect(series.lostSamples == 0)
    }

    @Test("what waits for a disk that never comes is bounded, and what is over the bound is counted and told")
    func bounded() throws {
        let appender = Appender()
        let registry = Registry()
        registry.addSource {
            [
                MetricFamily(
                    name: "many", kind: .gauge, help: "",
                    points: (0..<100).map {
                        MetricPoint(labels: ["__name__": "many", "number": "\($0)"], value: 1)
                    })
            ]
        }
        let series = OwnSeries(
            sources: [.init(registry: registry, job: "watchpost") { false }], instance: "node-1",
            interval: { .seconds(1) }, appender: appender, now: { 1_000 }, logger: Logger(label: "test"),
            waitingMax: 250)
        for _ in 0..<2 { try series.collect() }
        let error = #expect(throws: OwnSeriesLost.self) { try series.collect() }
        #expect(error?.samples == 101)
        #expect(series.lostSamples == 101)
    }

    @Test("exemplars go with their series, each once, and not those of what the store refuses")
    func exemplars() throws {
        let appender = Appender()
        let time = Atomic<Int64>(10_000)
        let registry = Registry()
        registry.addSource {
            let traces = [("1", Int64(9_999)), ("2", 10_500), ("3", 11_500)].filter {
                $0.1 <= time.load(ordering: .relaxed)
            }
            let points = traces.map { trace, timestamp in
                MetricPoint(
                    labels: ["__name__": "seconds_bucket", "le": trace], value: 1,
                    exemplar: Exemplar(labels: ["trace_id": trace], value: 0.5, timestamp: timestamp))
            }
            return [MetricFamily(name: "seconds", kind: .histogram, help: "", points: points)]
        }
        let series = OwnSeries(
            sources: [.init(registry: registry, job: "watchpost") { false }], instance: "node-1",
            interval: { .seconds(1) }, appender: appender, now: { time.load(ordering: .relaxed) },
            logger: Logger(label: "test"))
        for _ in 0..<3 {
            try series.store()
            time.add(1_000, ordering: .relaxed)
        }
        #expect(appender.exemplars.map { $0.exemplar.labels["trace_id"] } == ["1", "2", "3"])
        #expect(appender.exemplars.map { $0.series["le"] } == ["1", "2", "3"])
        #expect(appender.exemplars.allSatisfy { $0.series["job"] == "watchpost" && $0.exemplar.value == 0.5 })
    }

    @Test("a count that has begun since the last time is stored with the zero that it began at, if it was not lost")
    func zeros() throws {
        let appender = Appender()
        let time = Atomic<Int64>(10_000)
        let isReplaced = Atomic(false)
        let registry = Registry()
        registry.addSource {
            let began: [(String, Int64?)] = [("old", 9_000), ("new", 10_400), ("unknown", nil), ("ahead", 99_000)]
            let points = began.filter { $0.0 == "old" || time.load(ordering: .relaxed) > 10_000 }.map { name, since in
                MetricPoint(labels: ["__name__": "calls_total", "name": name], value: 3, since: since)
            }
            return [MetricFamily(name: "calls_total", kind: .counter, help: "", points: points)]
        }
        let series = OwnSeries(
            sources: [.init(registry: registry, job: "watchpost") { isReplaced.load(ordering: .relaxed) }],
            instance: "node-1", interval: { .seconds(1) }, appender: appender,
            now: { time.load(ordering: .relaxed) }, logger: Logger(label: "test"))
        func zeros() -> [Int64] { zip(appender.times, appender.samples).filter { $1.value == 0 }.map(\.0) }
        try series.store()
        #expect(zeros() == [8_999])
        time.store(11_000, ordering: .relaxed)
        try series.store()
        // What says that it begins later has begun by now.
        #expect(zeros() == [8_999, 10_399, 10_999])
        // A job that brought the same for a while has ended.
        for (now, replaced) in [(12_000, true), (13_000, false)] as [(Int64, Bool)] {
            time.store(now, ordering: .relaxed)
            isReplaced.store(replaced, ordering: .relaxed)
            try series.store()
        }
        #expect(zeros() == [8_999, 10_399, 10_999, 12_999])
    }
}
