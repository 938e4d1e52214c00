/// A span of time from `start` up to, and without, `end`: milliseconds since the Unix epoch.
public struct TimeSpan: Sendable, Hashable, Codable {
    public var start: Int64
    public var end: Int64

    /// One that ends before it begins is empty.
    public init(start: Int64, end: Int64) {
        self.start = start
        self.end = max(start, end)
    }

    /// Milliseconds.
    public var length: Int64 { end - start }
    public var isEmpty: Bool { end <= start }

    /// What both have; empty where that is nothing.
    public func intersection(_ other: TimeSpan) -> TimeSpan {
        TimeSpan(start: max(start, other.start), end: min(end, other.end))
    }
}
