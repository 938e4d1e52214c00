import Testing

@testable import CameraRecords

@Suite("Time up, by samples")
struct ConnectionHistoryTests {
    private static func history(_ values: [(Int64, Double)]) -> ConnectionHistory {
        var history = ConnectionHistory()
        history.add(values.map(\.0), values.map(\.1))
        history.end()
        return history
    }

    /// A sample every five seconds.
    private static func samples(from start: Int64, _ values: [Double]) -> [(Int64, Double)] {
        values.enumerated().map { (start + Int64($0.offset) * 5_000, $0.element) }
    }

    @Test("a sample stands for the time until the next one")
    func steps() {
        let history = Self.history(Self.samples(from: 0, [1, 1, 0, 0, 1, 1]))
        #expect(history.up == spans([0, 10_000], [20_000, 30_000]) && history.down == spans([10_000, 20_000]))
        #expect(history.reconnects == [20_000])
    }

    @Test("a time without samples is neither up nor down, and one lost sample is no such time")
    func unknown() {
        var history = Self.history(
            Self.samples(from: 0, [1, 1, 1, 1]) + Self.samples(from: 600_000, [1, 1, 1]))
        #expect(history.up == spans([0, 20_000], [600_000, 615_000]) && history.down.isEmpty)
        history = Self.history(Self.samples(from: 0, [1, 1, 1]) + Self.samples(from: 20_000, [1, 1]))
        #expect(history.up == spans([0, 30_000]))
    }

    @Test("a stale marker ends what is known")
    func stale() {
        let history = Self.history(Self.samples(from: 0, [1, 1, .nan, .nan, 1, 0, 1]))
        #expect(history.up == spans([0, 10_000], [20_000, 25_000], [30_000, 35_000]))
        #expect(history.down == spans([25_000, 30_000]))
    }

    @Test("while a server that starts connects, nothing is known; what lasts longer was down from its begin")
    func connecting() {
        var history = Self.history(Self.samples(from: 0, [0, 0, 1, 1, 1]))
        #expect(history.up == spans([10_000, 25_000]) && history.down.isEmpty && history.reconnects.isEmpty)
        // A restart within seconds, which its samples' moments show.
        history = Self.history(
            Self.samples(from: 0, [1, 1, 1, 1]) + Self.samples(from: 17_300, [0, 1, 1]) + [(32_300, 0), (37_300, 1)])
        #expect(history.down == spans([32_300, 37_300]) && history.reconnects == [37_300])
        history = Self.history(Self.samples(from: 0, [0, 0, 0, 0, 0, 0, 0, 0, 1]))
        #expect(history.down == spans([0, 40_000]) && history.reconnects == [40_000])
        history = Self.history(Self.samples(from: 0, [0, 0]))
        #expect(history.down == spans([0, 10_000]), "nothing came")
    }

    @Test("samples that come in parts are counted as in one")
    func parts() {
        let all = Self.samples(from: 0, (0..<600).map { $0 % 50 < 3 ? 0 : 1 })
        var parts = ConnectionHistory()
        for start in stride(from: 0, to: all.count, by: 70) {
            let part = all[start..<min(all.count, start + 70)]
            parts.add(part.map(\.0), part.map(\.1))
        }
        parts.end()
        #expect(parts == Self.history(all) && parts.reconnects.count == 11, "the first of the twelve was a start")
    }

    @Test("two series of one camera are one, up where one of them says so")
    func union() {
        var one = Self.history(Self.samples(from: 0, [1, 1, 0, 0, 0, 0, 1]))
        one.formUnion(Self.history(Self.samples(from: 0, [1, 1, 0, 0, 1, 1, 1])))
        #expect(one.up == spans([0, 10_000], [20_000, 35_000]) && one.down == spans([10_000, 20_000]))
        #expect(one.reconnects == [20_000])
    }

    @Test("media that comes again after a time of which nothing is known has come again")
    func across() {
        let history = Self.history(
            Self.samples(from: 0, [1, 0, 0, 0]) + Self.samples(from: 900_000, Array(repeating: 0, count: 9))
                + Self.samples(from: 1_800_000, [1, 1, 1]))
        #expect(history.reconnects == [1_800_000])
    }

    @Test("one sample alone, and none, say nothing that is wrong")
    func few() {
        #expect(Self.history([(5, 1)]).up.total == 0)
        #expect(Self.history([]) == ConnectionHistory())
    }

    @Test("a counter's rises are counted, also where it began anew")
    func rises() {
        var counter = CounterRises()
        counter.add([0, 1_000, 2_000], [7, 7, 9])
        counter.add([3_000, 4_000, 5_000], [9, 1, .nan])
        #expect(counter.count(in: TimeSpan(start: 0, end: 10_000)) == 3)
        #expect(counter.count(in: TimeSpan(start: 0, end: 4_000)) == 2)
    }
}
