/// What the demo did on purpose, or what came of it.
package struct StoryLine: Sendable, Equatable {
    /// Milliseconds since the Unix epoch.
    package let time: Int64
    package let text: String
    /// The page where it is seen; `nil` where there is none.
    package let path: String?

    package init(time: Int64, text: String, path: String? = nil) {
        self.time = time
        self.text = text
        self.path = path
    }
}
