internal import CLinux
internal import Glibc

/// A semaphore whose waits end by the steady clock: those of Dispatch end by the clock that people set.
final class Semaphore: Sendable {
    /// It stays where it is made, and the functions of semaphores may be called from any thread.
    private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    /// Waits for a signal.
    /// - Parameter end: when to wait no longer, as of ``time(after:)``.
    /// - Returns: `false` when `end` came first.
    @discardableResult
    func wait(until end: Int64 = .max) -> Bool { wp_wait_until(semaphore, end) == 0 }

    /// The time on the steady clock after `pause`, in nanoseconds.
    static func time(after pause: Duration) -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let (seconds, attoseconds) = pause.components
        // Within a hundred years: what is longer fits no 64 bits.
        let whole = Int64(time.tv_sec) + min(max(0, seconds), 3_000_000_000)
        return whole * 1_000_000_000 + Int64(time.tv_nsec) + max(0, attoseconds / 1_000_000_000)
    }
}
