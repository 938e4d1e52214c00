/// Where a camera's segments lie.
package struct RecordingConfig: Sendable, Hashable {
    package var camera: String
    package var path: String
    /// The planned length of a segment.
    package var segment: Duration

    package init(camera: String, path: String, segment: Duration) {
        self.camera = camera
        self.path = path
        self.segment = segment
    }
}
