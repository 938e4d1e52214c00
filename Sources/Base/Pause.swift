internal import Synchronization

/// A loop's pause that can be ended early, so that a loop which has nothing to do may sleep long and still be there at
/// once when it has. It costs less than `Task.sleep` (``WorkTimer``).
public final class Pause: Sendable {
    private struct State {
        var isWoken = false
        var sleeper: (continuation: CheckedContinuation<Void, Never>, timer: WorkTimer.Call)?
    }

    private let state = Mutex(State())

    public init() {}

    /// Sleeps for `duration`.
    /// - Throws: `CancellationError` if its task is cancelled, at once.
    public static func sleep(for duration: Duration) async throws {
        await Pause().sleep(for: duration)
        try Task.checkCancellation()
    }

    /// Sleeps for `duration`, or until ``wake()`` or the end of the task. A wake-up of before counts.
    public func sleep(for duration: Duration) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let sleeps = state.withLock { state in
                    if state.isWoken || Task.isCancelled { return false }
                    assert(state.sleeper == nil, "BUG: two loops sleep in one pause")
                    let timer = WorkTimer.call(after: duration) { [self] in end() }
                    state.sleeper = (continuation, timer)
                    return true
                }
                if !sleeps { continuation.resume() }
            }
        } onCancel: {
            end()
        }
        state.withLock { $0.isWoken = false }
    }

    /// Ends the sleep, or keeps the next one from beginning.
    public func wake() {
        state.withLock { $0.isWoken = true }
        end()
    }

    private func end() {
        let sleeper = state.withLock { $0.sleeper.take() }
        guard let sleeper else { return }
        WorkTimer.cancel(sleeper.timer)
        sleeper.continuation.resume()
    }
}

extension Duration {
    /// How long it is until the steady clock stands at a multiple of this duration. Loops that wait so wake the processor
    /// once, together: where little is to be done that is most of their cost.
    public var untilNext: Duration {
        let interval = max(1, milliseconds)
        return .milliseconds(interval - SystemTimeSource().steady() % interval)
    }
}
