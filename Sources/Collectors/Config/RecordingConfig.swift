/// Where a camera's segments lie.
public struct RecordingConfig: Sendable, Hashable {
    public var camera: String
    public var path: String
    /// The planned length of a segment.
    public var segment: Duration

    public init(camera: String, path: String, segment: Duration) {
        self.camera = camera
        self.path = path
        self.segment = segment
    }
}
