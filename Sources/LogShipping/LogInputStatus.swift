/// How an input fares.
package struct LogInputStatus: Sendable, Hashable, Identifiable {
    package let id: String
    /// Patterns of the files that are followed.
    package let paths: [String]
    /// Files that are open.
    package var files = 0
    /// Lines read and events appended since the start.
    package var lines = 0
    package var events = 0
    /// What went wrong last, with the mend; `nil` once it is over.
    package var lastError: String?
    /// What a person should know though nothing went wrong: links that are not followed.
    package var note: String?

    package init(id: String, paths: [String]) {
        self.id = id
        self.paths = paths
    }
}
