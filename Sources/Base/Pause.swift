internal import Synchronization

/// A loop's pause that can be ended early, so that a loop which has nothing to do may sleep long and still be there at
/// once when it has.
public final class Pause: Sendable {
    private struct State {
        var isWoken = false
        var nap: Task<Void, Never>?
    }

    private let state = Mutex(State())

    public init() {}

    /// Sleeps for `duration`, or until ``wake()`` or the end of the task. A wake-up of before counts.
    public func sleep(for duration: Duration) async {
        let nap = state.withLock { state -> Task<Void, Never>? in
            if state.isWoken { return nil }
            let nap = Task { _ = try? await Task.sleep(for: duration) }
            state.nap = nap
            return nap
        }
        if let nap {
            await withTaskCancellationHandler {
                await nap.value
            } onCancel: {
                nap.cancel()
            }
        }
        state.withLock { $0 = State() }
    }

    /// Ends the sleep, or keeps the next one from beginning.
    public func wake() {
        state.withLock { state in
            state.isWoken = true
            state.nap?.cancel()
        }
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
