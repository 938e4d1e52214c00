internal import Glibc

/// Linux's epoll with a way to wake who waits. Swift's Glibc module does not have the header, so the three
/// functions are asked of the C library by name.
package final class EventQueue: Sendable {
    package struct Event {
        /// What was given to ``add(_:token:writes:)``; ``wakeToken`` for a wake-up.
        package var token: UInt64
        package var canRead: Bool
        package var canWrite: Bool
    }

    package static let wakeToken = UInt64.max

    private typealias Create = @convention(c) (Int32) -> Int32
    private typealias Control = @convention(c) (Int32, Int32, Int32, UnsafeMutableRawPointer?) -> Int32
    private typealias Wait = @convention(c) (Int32, UnsafeMutableRawPointer?, Int32, Int32) -> Int32

    private struct Functions {
        var create: Create
        var control: Control
        var wait: Wait
    }

    private static let functions: Functions? = {
        guard let create = dlsym(nil, "epoll_create1"), let control = dlsym(nil, "epoll_ctl"),
            let wait = dlsym(nil, "epoll_wait")
        else { return nil }
        return Functions(
            create: unsafeBitCast(create, to: Create.self), control: unsafeBitCast(control, to: Control.self),
            wait: unsafeBitCast(wait, to: Wait.self))
    }()

    // `struct epoll_event` is packed on x86-64 alone.
    #if arch(x86_64)
        private static let size = 12
        private static let tokenOffset = 4
    #else
        private static let size = 16
        private static let tokenOffset = 8
    #endif
    private static let readable: UInt32 = 0x001
    private static let writable: UInt32 = 0x004

    private let descriptor: Int32
    private let wakeReader: Int32
    private let wakeWriter: Int32

    package init() {
        // EPOLL_CLOEXEC is O_CLOEXEC.
        descriptor = Self.functions?.create(O_CLOEXEC) ?? -1
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
    package func add(_ file: Int32, token: UInt64, writes: Bool) -> Bool { control(1, file, token, writes) }

    package func modify(_ file: Int32, token: UInt64, writes: Bool) { _ = control(3, file, token, writes) }

    private func control(_ operation: Int32, _ file: Int32, _ token: UInt64, _ writes: Bool) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Self.size, alignment: 8) { event in
            event.initializeMemory(as: UInt8.self, repeating: 0)
            event.storeBytes(of: Self.readable | (writes ? Self.writable : 0), as: UInt32.self)
            event.storeBytes(of: token, toByteOffset: Self.tokenOffset, as: UInt64.self)
            return Self.functions?.control(descriptor, operation, file, event.baseAddress) == 0
        }
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
        withUnsafeTemporaryAllocation(byteCount: Self.size * most, alignment: 8) { buffer in
            let count = Self.functions?.wait(descriptor, buffer.baseAddress, Int32(most), milliseconds) ?? -1
            // Without epoll, or after a signal: a pause, so that no error makes the thread spin.
            if count < 0 { usleep(5_000) }
            for index in 0..<Int(max(0, count)) {
                let flags = buffer.loadUnaligned(fromByteOffset: index * Self.size, as: UInt32.self)
                let token = buffer.loadUnaligned(fromByteOffset: index * Self.size + Self.tokenOffset, as: UInt64.self)
                if token == Self.wakeToken {
                    calm()
                } else {
                    events.append(
                        Event(token: token, canRead: flags & ~Self.writable != 0, canWrite: flags & Self.writable != 0))
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
