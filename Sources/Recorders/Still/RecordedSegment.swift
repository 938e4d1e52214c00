/// A segment of a camera's footage on disk.
package struct RecordedSegment: Sendable, Hashable {
    package var path: String
    /// When it was last written, in milliseconds since the Unix epoch.
    package var modified: Int64
    /// When it was begun, as its name says.
    package var named: Int64?

    package init(path: String, modified: Int64, named: Int64?) {
        self.path = path
        self.modified = modified
        self.named = named
    }
}
