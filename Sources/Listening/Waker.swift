import Base
internal import CLinux

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ends a thread's wait from another thread.
package final class Waker: Sendable {
    /// Readable when somebody woke.
    package let descriptor = wp_waker()

    package init() {}

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Ends a wait, or the next one.
    package func wake() { if descriptor >= 0 { wp_wake(descriptor) } }

    /// Waits, and holds up its thread.
    /// - Parameter duration: `nil` is for ever.
    package func wait(for duration: Duration?) {
        // Without a descriptor, as there were none left, by time alone.
        guard descriptor >= 0 else {
            usleep(100_000)
            return
        }
        wp_waker_wait(descriptor, duration.map { Int32(clamping: max(0, $0.milliseconds) + 1) } ?? -1)
    }

    /// Takes back what woke.
    package func calm() { if descriptor >= 0 { wp_waker_calm(descriptor) } }
}
