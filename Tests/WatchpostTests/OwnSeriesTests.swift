import Instruments
import Logging
import Model
import Synchronization
import TestSupport
import Testing

@testable import Watchpost

@Suite("Our own series")
struct OwnSeriesTests {
    /// Counts what it is given, and refuses all of it as too old where told to.
    private final class Appender: SampleAppender {
        private let state = Mutex((labels: [Labels](), samples: [RefSample](), isRefusing: false))

        var samples: [(name: String, value: Double)] {
            state.withLock { state in
                state.samples.map { (state.labels[Int($0.ref.rawValue)].metricName, $0.value) }
            }
        }

        func refuse(_ isRefusing: Bool) { state.withLock { $0.isRefusing = isRefusing } }

        func resolve(_ labels: Labels) throws -> SeriesRef {
            state.withLock { state in
                if let index = state.labels.firstIndex(of: labels) { return SeriesRef(rawValue: UInt32(index)) }
                state.labels.append(labels)
                return SeriesRef(rawValue: UInt32(state.labels.count - 1))
            }
        }

        func append(_ samples: [RefSample]) throws -> AppendOutcome {
            state.withLock { state in
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
        let running = Task { try await series.run() }
        _ = try await eventually("a sample") { appender.samples.isEmpty ? nil : true }
        running.cancel()
        try await running.value
        #expect(!appender.samples.contains { StaleMarker.isStale($0.value) })
    }
}
