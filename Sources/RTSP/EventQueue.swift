internal import CLinux
internal import Glibc

/// Linux's epoll with a way to wake who waits.
package final class EventQueue: Sendable {
    package struct Event {
        /// What was given to ``add(_:token:writes:)``; ``wakeToken`` for a wake-up.
        package var token: UInt64
        package var canRead: Bool
        package var canWrite: Bool
    }

    package static let wakeToken = UInt64.max

    private let descriptor: Int32
    private let wakeReader: Int32
    private let wakeWriter: Int32

    package init() {
        descriptor = wp_epoll()
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { ends = [-1, -1] }
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (wakeReader, wakeWriter) = (ends[0], ends[1])
        _ = add(wakeReader, token: Self.wakeToken, writes: false)
    }

    deinit { for each in [descriptor, wakeReader, wakeWriter] where each >= 0 { close(each) } }

    /// Watches a file descriptor for bytes to read, and with `writes` for room to write.
    /// - Returns: `false` when the kernel refuses; `errno` says why.
    package func add(_ file: Int32, token: UInt64, writes: Bool) -> Bool {
        wp_epoll_watch(descriptor, file, token, writes ? 1 : 0, 1) == 0
    }

    package func modify(_ file: Int32, token: UInt64, writes: Bool) {
        _ = wp_epoll_watch(descriptor, file, token, writes ? 1 : 0, 0)
    }

    package func wake() {
        var byte: UInt8 = 1
        _ = write(wakeWriter, &byte, 1)
    }

    private func calm() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(wakeReader, buffer.baseAddress, buffer.count) > 0 {}
        }
    }

    /// Fills `events` with what happened, after at most `milliseconds`. Wake-ups are swallowed.
    package func wait(milliseconds: Int32, into events: inout [Event]) {
        events.removeAll(keepingCapacity: true)
        let most = 256
        withUnsafeTemporaryAllocation(of: wp_event.self, capacity: most) { found in
            let count = wp_epoll_wait(descriptor, found.baseAddress, Int32(most), milliseconds)
            // Without epoll, or after a signal: a pause, so that no error makes the thread spin.
            if count < 0 { usleep(5_000) }
            for event in found.prefix(Int(max(0, count))) {
                if event.token == Self.wakeToken {
                    calm()
                } else {
                    events.append(
                        Event(token: event.token, canRead: event.can_read != 0, canWrite: event.can_write != 0))
                }
            }
        }
    }
}

/// Nanoseconds on the steady clock.
package func steadyNow() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

extension Duration {
    /// Whole nanoseconds, without overflow.
    package var nanoseconds: Int64 {
        let parts = components
        return min(max(parts.seconds, -4_000_000_000), 4_000_000_000) * 1_000_000_000
            + parts.attoseconds / 1_000_000_000
    }
}
