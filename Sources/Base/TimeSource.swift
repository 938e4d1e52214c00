#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where code asks for the wall-clock time, so that tests can hand it a clock of their own.
public protocol TimeSource: Sendable {
    /// Milliseconds since the Unix epoch.
    func now() -> Int64
}

/// The machine's wall clock.
public struct SystemTimeSource: TimeSource {
    public init() {}

    public func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
