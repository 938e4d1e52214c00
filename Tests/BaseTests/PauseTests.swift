import Base
import Testing

@Suite("A pause")
struct PauseTests {
    @Test("ends early when it is woken, also before it began, and lasts otherwise", .timeLimit(.minutes(10)))
    func waking() async {
        let pause = Pause()
        pause.wake()
        await pause.sleep(for: .seconds(3_600))
        async let slept: Void = pause.sleep(for: .seconds(3_600))
        pause.wake()
        await slept
        let began = ContinuousClock.now
        await pause.sleep(for: .milliseconds(50))
        #expect(began.duration(to: .now) >= .milliseconds(50), "what woke it before is over")
    }

    @Test("ends with its task", .timeLimit(.minutes(10)))
    func cancelling() async {
        let pause = Pause()
        let task = Task { await pause.sleep(for: .seconds(3_600)) }
        task.cancel()
        await task.value
        let began = ContinuousClock.now
        await pause.sleep(for: .milliseconds(50))
        #expect(began.duration(to: .now) >= .milliseconds(50))
    }

    @Test(
        "until the next multiple is never longer than the interval, and never nothing",
        arguments: [Duration.zero, .milliseconds(1), .milliseconds(7), .seconds(5), .seconds(3_600)])
    func multiples(_ interval: Duration) {
        for _ in 0..<1_000 {
            let rest = interval.untilNext
            #expect(rest > .zero && rest <= max(interval, .milliseconds(1)))
        }
    }
}
