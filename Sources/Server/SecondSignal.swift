internal import Dispatch
internal import Glibc
internal import Synchronization

/// Ends the process at once when it is told to end a second time, as by Ctrl-C pressed again: whoever does that does not
/// want to wait. Nothing that was acknowledged is lost, as with `kill -9`.
enum SecondSignal {
    private struct State {
        var sources: [any DispatchSourceSignal] = []
        var firstAt: ContinuousClock.Instant?
    }

    private static let state = Mutex(State())
    /// Runs even where everything else is stuck.
    private static let queue = DispatchQueue(label: "second signal", qos: .userInteractive)
    /// `timeout` and its like send the same signal twice, at once.
    private static let sameSignal = Duration.milliseconds(200)

    /// Waits for signals from now on. Others, who end the process in order, must wait for them too.
    static func watch() {
        state.withLock { state in
            guard state.sources.isEmpty else { return }
            for number in [SIGTERM, SIGINT] {
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler { came(number) }
                source.resume()
                state.sources.append(source)
            }
        }
    }

    private static func came(_ number: Int32) {
        let isSecond = state.withLock { state in
            guard let first = state.firstAt else {
                state.firstAt = .now
                return false
            }
            return ContinuousClock.now - first > sameSignal
        }
        if isSecond { _exit(128 + number) }
    }
}
