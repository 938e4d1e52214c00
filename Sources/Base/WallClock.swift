internal import Glibc

/// The wall clock as spans need it.
package enum WallClock {
    /// Nanoseconds since the Unix epoch. The clock can be set.
    package static func nanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
