internal import Glibc
internal import Synchronization

/// The header `Date` of answers, as RFC 9110 writes it, made anew when it is asked for and the second has changed.
final class DateHeader: Sendable {
    private let last = Mutex((second: time_t(-1), text: ""))

    /// `Thu, 26 Nov 2026 14:13:12 GMT`.
    var text: String {
        // `time` may be some milliseconds behind this clock, which dates all else.
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        let now = clock.tv_sec
        return last.withLock { last in
            if last.second != now { last = (now, Self.text(of: now)) }
            return last.text
        }
    }

    static func text(of second: time_t) -> String {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            // Nobody sets a locale: the names are English.
            let count = strftime(buffer.baseAddress, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            return String(decoding: UnsafeRawBufferPointer(buffer).prefix(count), as: UTF8.self)
        }
    }
}
