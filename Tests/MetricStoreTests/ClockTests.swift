import Base
import MetricStore
import Model
import Synchronization
import Testing

/// A clock that can be set, and time that passes beside it.
private final class SetTime: TimeSource {
    private let times: Mutex<(wall: Int64, steady: Int64)>

    init(_ time: Int64) { times = Mutex((time, 0)) }

    func now() -> Int64 { times.withLock { $0.wall } }
    func steady() -> Int64 { times.withLock { $0.steady } }

    /// Sets the clock, while no time passes.
    func set(_ time: Int64) { times.withLock { $0.wall = time } }

    func pass(_ milliseconds: Int64) {
        times.withLock { $0 = ($0.wall + milliseconds, $0.steady + milliseconds) }
    }
}

/// What a clock that is set does to a store: nothing is lost by it, and nothing is refused for longer than it is wrong.
@Suite("A store whose clock is set")
struct ClockTests {
    private let directory: TemporaryDirectory
    private let time = SetTime(noon)

    init() throws { directory = try TemporaryDirectory() }

    private func open(_ change: (inout MetricStoreOptions) -> Void = { _ in }) throws -> MetricStore {
        var options = MetricStoreOptions(directory: directory.path)
        change(&options)
        return try MetricStore(options, timeSource: time)
    }

    /// Appends one sample at the clock's time.
    private func append(_ store: MetricStore, _ value: Double) throws -> AppendOutcome {
        try store.append(series("fps", "a"), [(time.now(), value)])
    }

    private func values(_ store: MetricStore, until end: Int64) throws -> [Double] {
        try store.select(
            [.equal(Labels.metricName, "fps")], in: TimeRange(start: noon - day, end: end), sampleLimit: 1_000
        ).first?.values ?? []
    }

    @Test(
        "stores again at once when the clock is right again, and keeps what was stored ahead for its time",
        arguments: [false, true], [2 * day, 20 * 60_000, 40 * day] as [Int64])
    func ahead(isRestarted: Bool, by step: Int64) throws {
        var store = try open()
        #expect(try append(store, 1).accepted == 1)
        time.set(noon + step)
        for value in [100.0, 101] {
            time.pass(5_000)
            #expect(try append(store, value).accepted == 1)
        }
        try store.upkeep()
        time.set(noon + 15_000)
        if isRestarted {
            try store.close()
            store = try open()
        }
        for round in 0..<600 {
            time.pass(1_000)
            #expect(try append(store, 2 + Double(round)).accepted == 1)
            if round % 100 == 0 { try store.upkeep() }
        }
        #expect(try values(store, until: time.now()) == [1] + (0..<600).map { 2 + Double($0) })
        #expect(store.statistics.tooOldSamples == 0)
        // Of what is really too old the window still speaks.
        #expect(try store.append(series("fps", "a"), [(noon - 2 * hour, 1)]).tooOld == 1)

        try store.close()
        store = try open()
        time.set(noon + step + hour)
        #expect(try append(store, 7).accepted == 1)
        #expect(try values(store, until: time.now()).suffix(3) == [100, 101, 7])
        try store.upkeep()
        #expect(store.statistics.future.series == 0)
        try store.close()
    }

    @Test("tells of what lies in the future")
    func told() throws {
        let store = try open()
        #expect(try append(store, 1).accepted == 1)
        time.set(noon + 2 * day)
        #expect(try append(store, 2).accepted == 1)
        time.set(noon)
        time.pass(5_000)
        #expect(try append(store, 3).accepted == 1)
        try store.upkeep()
        #expect(store.statistics.future.series == 1 && store.statistics.future.newest == noon + 2 * day)
        try store.close()
    }

    @Test("deletes nothing for its age until a clock that was set forward has stayed so for hours")
    func retention() throws {
        let store = try open { $0.retention = 10 * day }
        #expect(try append(store, 1).accepted == 1)
        // A silent series goes into a day file.
        time.pass(day)
        try store.upkeep()
        #expect(store.statistics.days == 1)
        time.set(noon + 60 * day)
        try store.upkeep()
        time.pass(5 * hour)
        try store.upkeep()
        #expect(store.statistics.days == 1)
        time.set(noon + day + 6 * hour)
        try store.upkeep()
        #expect(try values(store, until: time.now()) == [1])
        time.set(noon + 60 * day)
        try store.upkeep()
        time.pass(7 * hour)
        try store.upkeep()
        #expect(store.statistics.days == 0)
        try store.close()
    }

    @Test(
        "deletes nothing for its age after a start years ahead, until the clock has stayed so for hours")
    func retentionAfterStart() throws {
        var store = try open { $0.retention = 10 * day }
        #expect(try append(store, 1).accepted == 1)
        time.pass(day)
        try store.upkeep()
        #expect(store.statistics.days == 1)
        try store.close()
        time.set(noon + 730 * day)
        store = try open { $0.retention = 10 * day }
        try store.upkeep()
        time.pass(5 * hour)
        try store.upkeep()
        #expect(store.statistics.days == 1)
        time.pass(2 * hour)
        try store.upkeep()
        #expect(store.statistics.days == 0)
        try store.close()
    }
}
