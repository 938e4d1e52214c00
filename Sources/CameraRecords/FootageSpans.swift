/// What is known of a camera's footage.
public struct FootageSpans: Sendable, Equatable {
    /// Of what there was footage. What was deleted since then is still there.
    public var present = TimeSpans()
    /// The part of it that is known from names and times of files alone; frames were not looked at.
    public var estimated = TimeSpans()
    /// Of what it is known whether there was footage.
    public var known = TimeSpans()
    /// The part of that in which none was due: on motion, outside the camera's times, in maintenance.
    public var undue = TimeSpans()

    /// Pauses between two pieces of footage that are no gap: files are cut at key frames. Milliseconds.
    public static let joining: Int64 = 1_000

    public init() {}

    public var isEmpty: Bool { present.isEmpty && estimated.isEmpty && known.isEmpty && undue.isEmpty }

    /// Spans in which footage was due and there was none, within a span of time. What is shorter than ``joining`` is a pause
    /// as between two files, also at an end of what is known.
    public func gaps(in range: TimeSpan) -> TimeSpans {
        TimeSpans(known.subtracting(undue).subtracting(present).spans.filter { $0.length > Self.joining })
            .clipped(to: range)
    }

    public mutating func formUnion(_ other: FootageSpans) {
        present.formUnion(other.present, joining: Self.joining)
        estimated.formUnion(other.estimated, joining: Self.joining)
        known.formUnion(other.known)
        undue.formUnion(other.undue)
    }
}
