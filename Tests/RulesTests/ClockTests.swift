import Model
import Testing

@testable import Rules

@Suite("A clock that is set under the rules")
struct ClockTests {
    static let steps: [Int64] = [3_600, -3_600]

    @Test("neither lets an alert fire early nor forgets how long it has waited", arguments: steps)
    func pending(step: Int64) async throws {
        let bench = try Bench(.test(.test(.alert("A"), "down == 1", hold: .seconds(300))))
        await bench.evaluate(["gate": 1], at: 0, 60, 120)
        #expect(bench.alerts == ["gate pending"])
        bench.time.setClock(by: step * 1_000)
        #expect(bench.group.followClock())
        #expect(!bench.group.followClock(), "once is enough")
        await bench.evaluate(["gate": 1], at: step + 180, step + 240, step + 299)
        #expect(bench.alerts == ["gate pending"] && bench.sent().isEmpty)
        await bench.evaluate(["gate": 1], at: step + 300)
        #expect(bench.alerts == ["gate firing"])
        #expect(bench.rule().alerts.first?.activeAt == Bench.start + step * 1_000)
    }

    @Test("leaves a firing alert firing, repeats it after its minute and ends it when it ends", arguments: steps)
    func firing(step: Int64) async throws {
        let bench = try Bench(.test(.test(.alert("A"), "down == 1")))
        await bench.evaluate(["gate": 1], at: 0, 15)
        #expect(bench.sent() == ["gate 0–240"])
        bench.time.setClock(by: step * 1_000)
        #expect(bench.group.followClock())
        await bench.evaluate(["gate": 1], at: step + 30)
        #expect(bench.sent().isEmpty, "it was told a moment ago")
        await bench.evaluate(["gate": 1], at: step + 60)
        #expect(bench.sent() == ["gate \(step)–\(step + 300)"])
        await bench.evaluate(["gate": 0], at: step + 75)
        #expect(bench.sent() == ["gate \(step)–\(step + 75)"])
    }

    @Test("a correction of a second is none")
    func correction() async throws {
        let bench = try Bench(.test(.test(.alert("A"), "down == 1", hold: .seconds(300))))
        await bench.evaluate(["gate": 1], at: 0)
        bench.time.setClock(by: 1_000)
        #expect(!bench.group.followClock())
        #expect(bench.rule().alerts.first?.activeAt == Bench.start)
    }
}
