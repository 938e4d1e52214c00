import Model
import Testing

@testable import Rules

@Suite("Alerts whose input is refused")
struct RefusedInputTests {
    enum Refusal: CaseIterable { case full, time }

    private func set(_ refusal: Refusal, _ isOn: Bool, _ store: MemoryStore) {
        switch refusal {
        case .full: store.fill(isOn)
        case .time: store.refuse(before: isOn ? .max : .min)
        }
    }

    @Test(
        "go on, though the last sample is out of sight, and end when the input says so",
        arguments: Refusal.allCases)
    func firing(refusal: Refusal) async throws {
        let bench = try Bench(.test(.test(.alert("A"), "down == 1")))
        await bench.evaluate(["gate": 1], at: 0, 15)
        #expect(bench.sent() == ["gate 0–240"])
        set(refusal, true, bench.store)
        for second in stride(from: Int64(30), through: 7_200, by: 15) {
            await bench.evaluate(at: second)
            #expect(bench.alerts == ["gate firing"])
            #expect(bench.sink.take().allSatisfy { $0.endsAt > Bench.start + second * 1_000 }, "told as over")
        }
        set(refusal, false, bench.store)
        // The first scrape comes later than the first evaluation.
        await bench.evaluate(at: 7_215, 7_230)
        #expect(bench.alerts == ["gate firing"])
        await bench.evaluate(["gate": 1], at: 7_245, 7_500)
        #expect(bench.alerts == ["gate firing"])
        #expect(bench.rule().alerts.first?.activeAt == Bench.start)
        _ = bench.sent()
        await bench.evaluate(["gate": 0], at: 7_515)
        #expect(bench.alerts.isEmpty && bench.sent() == ["gate 0–7515"])
    }

    @Test("end soon after the store takes samples again, if none comes for them")
    func gone() async throws {
        let bench = try Bench(.test(.test(.alert("A"), "down == 1")))
        await bench.evaluate(["gate": 1], at: 0)
        bench.store.fill(true)
        for second in stride(from: Int64(15), through: 600, by: 15) { await bench.evaluate(at: second) }
        bench.store.fill(false)
        await bench.evaluate(at: 615, 630)
        #expect(bench.alerts == ["gate firing"])
        await bench.evaluate(at: 735)
        #expect(bench.alerts.isEmpty)
    }

    @Test("wait no further while they are pending, and are not forgotten")
    func pending() async throws {
        let bench = try Bench(.test(.test(.alert("A"), "down == 1", hold: .seconds(600))))
        await bench.evaluate(["gate": 1], at: 0, 15)
        bench.store.fill(true)
        for second in stride(from: Int64(30), through: 3_600, by: 15) {
            await bench.evaluate(at: second)
            #expect(bench.alerts == ["gate pending"], "at \(second)")
        }
        #expect(bench.sent().isEmpty)
        bench.store.fill(false)
        await bench.evaluate(["gate": 1], at: 3_615)
        #expect(bench.alerts == ["gate firing"])
    }
}
