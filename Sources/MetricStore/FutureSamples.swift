/// Samples that were stored while the clock was ahead, and now lie in the future: no query of today sees them, and when
/// their time comes they are there.
public struct FutureSamples: Sendable, Equatable {
    /// Series in memory that have some.
    public internal(set) var series = 0
    /// The time of the last of them, in milliseconds since the Unix epoch.
    public internal(set) var newest = Int64.min

    public init() {}
}
