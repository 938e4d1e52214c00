import Model
import PromQL
import PromQLScripts
import Synchronization
import Testing

/// The engine's limits, and what it does with names that go late.
struct EngineTests {
    private static func source(series: Int = 3, samples: Int = 10) -> MemorySource {
        let source = MemorySource()
        for number in 0..<series {
            let labels: Labels = ["__name__": "up", "instance": "\(number)"]
            let times = (0..<samples).map { (Int64($0) * 60_000, Double($0)) }
            source.load(labels, Dictionary(uniqueKeysWithValues: times))
        }
        return source
    }

    @Test("A query that reads too many samples is refused as such")
    func sampleLimit() throws {
        var limits = PromQLEngine.Limits()
        limits.samples = 29
        let engine = PromQLEngine(limits: limits)
        let expression = try PromQLParser.parse("sum(rate(up[1h]))")
        let error = #expect(throws: PromQLError.self) {
            try engine.instant(expression, at: 600_000, from: Self.source())
        }
        #expect(error?.code == .limit)
        limits.samples = 30
        #expect(throws: Never.self) {
            try PromQLEngine(limits: limits).instant(expression, at: 600_000, from: Self.source())
        }
    }

    @Test(
        "Steps without end are refused before they take the memory",
        arguments: ["sum_over_time(vector(1)[100y:1ms])", "up[250y:1ms]"])
    func stepLimit(_ text: String) throws {
        let expression = try PromQLParser.parse(text)
        let error = #expect(throws: PromQLError.self) {
            try PromQLEngine().instant(expression, at: 600_000, from: Self.source())
        }
        #expect(error?.code == .limit)
    }

    @Test("Labels made of values are bounded as samples are")
    func countValuesLimit() throws {
        var limits = PromQLEngine.Limits()
        limits.samples = 1_000
        let source = Self.source(series: 1, samples: 200)
        let error = #expect(throws: PromQLError.self) {
            try PromQLEngine(limits: limits).range(
                try PromQLParser.parse("count_values(\"v\", up)"), start: 0, end: 199 * 60_000, step: 60_000,
                from: source)
        }
        #expect(error?.code == .limit)
    }

    /// Ends the task that reads from it, as a caller that has gone does while its query computes.
    private struct LeavingSource: SampleSource {
        let source: MemorySource

        func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) throws -> [SeriesColumn] {
            defer { withUnsafeCurrentTask { $0?.cancel() } }
            return try source.select(matchers, in: range, sampleLimit: sampleLimit)
        }
    }

    @Test(
        "A query that nobody waits for ends within its loops",
        arguments: ["quantile_over_time(0.5, up[1h])", "up", "rate(up[1h])"])
    func cancelled(text: String) async throws {
        let source = LeavingSource(source: Self.source(series: 1, samples: 2_000))
        let expression = try PromQLParser.parse(text)
        let query = Task {
            try PromQLEngine().range(expression, start: 0, end: 2_000 * 60_000, step: 60_000, from: source)
        }
        await #expect(throws: CancellationError.self) { try await query.value }
    }

    private struct Broken: Error {}

    /// Fails each time it is read.
    private struct FailingSource: SampleSource {
        struct Failure: SampleSourceFailure {
            var isLimit = false
            var isCancellation = false
        }

        let failure: any Error

        func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) throws -> [SeriesColumn] {
            throw failure
        }
    }

    @Test("A source that fails is told from a query that asks too much and from one that nobody waits for")
    func failingSource() throws {
        let expression = try PromQLParser.parse("sum(up)")
        func code(_ failure: any Error) -> PromQLError.Code? {
            #expect(throws: PromQLError.self) {
                try PromQLEngine().instant(expression, at: 0, from: FailingSource(failure: failure))
            }?.code
        }
        #expect(code(Broken()) == .storage)
        #expect(code(FailingSource.Failure()) == .storage)
        #expect(code(FailingSource.Failure(isLimit: true)) == .limit)
        #expect(throws: CancellationError.self) {
            try PromQLEngine().instant(
                expression, at: 0, from: FailingSource(failure: FailingSource.Failure(isCancellation: true)))
        }
    }

    @Test("The longest row of operators is answered")
    func longestRow() throws {
        let row = "1" + String(repeating: "+1", count: 999)
        let nested = String(repeating: "(", count: 90) + row + String(repeating: ")", count: 90)
        let expression = try PromQLParser.parse(nested)
        let result = try PromQLEngine().instant(expression, at: 0, from: Self.source())
        guard case .scalar(let sample) = result.value else { return #expect(Bool(false), "no scalar") }
        #expect(sample.value == 1_000 && expression.prettyPrinted.count > 2_000 && expression.selectors.isEmpty)
    }

    @Test("A subquery without a step has the engine's, as it is at that moment")
    func subqueryStep() throws {
        let step = Mutex<Int64>(60_000)
        var limits = PromQLEngine.Limits()
        limits.subqueryStep = { step.withLock { $0 } }
        let engine = PromQLEngine(limits: limits)
        let expression = try PromQLParser.parse("count_over_time(vector(1)[10m:])")
        func count() throws -> Double? {
            let result = try engine.instant(expression, at: 600_000, from: Self.source())
            if case .vector(let samples) = result.value { return samples.first?.sample.value } else { return nil }
        }
        #expect(try count() == 10)
        step.withLock { $0 = 15_000 }
        #expect(try count() == 40)
    }

    @Test("Two series of the one side are an error even where nothing matches them")
    func unmatchedDuplicates() throws {
        let source = MemorySource()
        source.load(["__name__": "a", "x": "1"], [0: 1])
        for y in ["1", "2"] { source.load(["__name__": "b", "x": "2", "y": y], [0: 1]) }
        let expression = try PromQLParser.parse("a * on(x) b")
        let error = #expect(throws: PromQLError.self) { try PromQLEngine().instant(expression, at: 0, from: source) }
        #expect(error?.description.contains("found duplicate series") == true)
    }

    @Test("A range query needs a step above zero and an end that is not before its start")
    func badSteps() throws {
        let expression = try PromQLParser.parse("up")
        for (start, end, step) in [(0, 10, 0), (0, 10, -1), (10, 0, 1)] as [(Int64, Int64, Int64)] {
            #expect(throws: PromQLError.self) {
                try PromQLEngine().range(expression, start: start, end: end, step: step, from: Self.source())
            }
        }
        let window = try PromQLParser.parse("up[5m]")
        #expect(throws: PromQLError.self) {
            try PromQLEngine().range(window, start: 0, end: 10, step: 1, from: Self.source())
        }
    }

    @Test("The lookback is the engine's")
    func lookback() throws {
        var limits = PromQLEngine.Limits()
        limits.lookback = 30_000
        let result = try PromQLEngine(limits: limits).instant(
            try PromQLParser.parse("count(up) or vector(0)"), at: 9 * 60_000 + 30_000, from: Self.source())
        guard case .vector(let samples) = result.value else { return #expect(Bool(false), "no vector") }
        #expect(samples.map(\.sample.value) == [0])
    }

    @Test("Durations are computed from the query's own steps")
    func formulas() throws {
        let report = try ScriptRunner(features: []).run(
            """
            load 1m
              frames 0+1x20

            eval range from 10m to 14m step 2m count_over_time(frames[step() + 1m])
              {} 3 3 3

            eval range from 10m to 14m step 2m sum_over_time(frames[max_of(range(), 1s) / 2] offset (step() - 1m))
              {} 17 21 25

            eval range from 10m to 14m step 2m frames[1m] - 1
              expect fail

            eval instant at 10m sum_over_time(frames[-step()])
              expect fail msg: duration must be greater than 0
            """)
        #expect(report.failures.isEmpty, "\(report.failures)")
    }

    @Test("With delayed removal, names are there to group by until the end")
    func delayedNames() throws {
        let script = """
            load 1m
              sent_total{stream="hls"} 0+60x10
              received_total{stream="hls"} 0+120x10

            eval instant at 10m sum by (__name__) (rate({__name__=~"sent_total|received_total"}[5m])) > 1
              {} 2
            """
        let late = try ScriptRunner(features: [.delayedNameRemoval]).run(script)
        #expect(late.failures.isEmpty, "\(late.failures)")
        // Without it, the two rates are one series, which no vector may have twice.
        #expect(try ScriptRunner(features: []).run(script).failures.count == 1)
    }

    @Test("A rate of what may not be a counter is told, and where")
    func notes() throws {
        let result = try PromQLEngine().instant(
            try PromQLParser.parse("sum(\n  rate(up[5m]))"), at: 600_000, from: Self.source())
        #expect(
            result.infos == [
                "PromQL info: metric might not be a counter, name does not end in "
                    + "_total/_sum/_count/_bucket: \"up\" (2:8)"
            ])
        #expect(result.warnings.isEmpty)
    }
}
