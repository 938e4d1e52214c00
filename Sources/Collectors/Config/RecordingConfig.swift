package import ConfigText

/// Where a camera's segments lie.
package struct RecordingConfig: Sendable, Hashable {
    package var camera: String
    package var path: String
    /// How they are named below it.
    package var pattern: RecordingPattern?
    /// The planned length of a segment; `nil`: what its segments show.
    package var segment: Duration?
    /// Where its path stands.
    package var position: SourcePosition

    package init(
        camera: String, path: String, pattern: RecordingPattern? = nil, segment: Duration?,
        position: SourcePosition = SourcePosition(file: "watchpost.yml", line: 1, column: 1)
    ) {
        self.position = position
        self.camera = camera
        self.path = path
        self.pattern = pattern
        self.segment = segment
    }
}
