/// A closed range of time in milliseconds since the Unix epoch.
public struct TimeRange: Hashable, Sendable {
    public let start: Int64
    public let end: Int64

    /// An empty range has `end` before `start`.
    public init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    public static let all = TimeRange(start: .min, end: .max)

    public func contains(_ timestamp: Int64) -> Bool { start <= timestamp && timestamp <= end }

    public func overlaps(_ other: TimeRange) -> Bool { start <= other.end && other.start <= end }
}
