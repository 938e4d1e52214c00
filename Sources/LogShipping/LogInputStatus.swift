/// How an input fares.
public struct LogInputStatus: Sendable, Hashable, Identifiable {
    public let id: String
    /// Patterns of the files that are followed.
    public let paths: [String]
    /// Files that are open.
    public var files = 0
    /// Lines read and events appended since the start.
    public var lines = 0
    public var events = 0
    /// What went wrong last, with the mend; `nil` once it is over.
    public var lastError: String?
    /// What a person should know though nothing went wrong: links that are not followed.
    public var note: String?

    public init(id: String, paths: [String]) {
        self.id = id
        self.paths = paths
    }
}
