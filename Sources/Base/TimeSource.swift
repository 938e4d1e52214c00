#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where code asks for the time, so that tests can hand it clocks of their own.
public protocol TimeSource: Sendable {
    /// The wall clock: milliseconds since the Unix epoch. It can be set.
    func now() -> Int64

    /// Milliseconds since some moment in the past, by a clock that nobody sets.
    func steady() -> Int64
}

extension TimeSource {
    /// A source with one clock says that it is never set.
    public func steady() -> Int64 { now() }
}

/// The machine's clocks.
public struct SystemTimeSource: TimeSource {
    public init() {}

    public func now() -> Int64 { Self.milliseconds(CLOCK_REALTIME) }

    /// Counts on while the machine sleeps.
    public func steady() -> Int64 {
        #if canImport(Glibc)
            Self.milliseconds(CLOCK_BOOTTIME)
        #else
            Self.milliseconds(CLOCK_MONOTONIC)
        #endif
    }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// Tells when the wall clock was set, by comparing it with the steady one.
public struct ClockSteps: Sendable {
    private var offset: Int64?

    /// A smaller difference is a clock being led to the right time, which nobody's waiting needs to follow.
    public static let tolerance: Int64 = 2_000

    public init() {}

    /// By how many milliseconds the wall clock was set since the last look; 0 if it was not.
    public mutating func look(_ source: some TimeSource) -> Int64 {
        let current = source.now() - source.steady()
        guard let offset else {
            self.offset = current
            return 0
        }
        self.offset = current
        let step = current - offset
        return step.magnitude > Self.tolerance ? step : 0
    }
}
