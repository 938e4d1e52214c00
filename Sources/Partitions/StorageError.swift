/// A failure of the storage layer: what could not be done to which file, why, and what to do about it.
public struct StorageError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        /// No space, no quota, or a file's greatest size is reached. Passes when there is space again.
        public static let diskFull = Code(description: "disk full")
        /// The file is damaged, or is not a database.
        public static let corrupt = Code(description: "corrupt")
        /// Another process holds the data directory, or a lock did not come free in time.
        public static let inUse = Code(description: "in use")
        /// The device or the file system failed.
        public static let inputOutput = Code(description: "input/output")
        /// The file or its directory may not be written or opened.
        public static let notPermitted = Code(description: "not permitted")
        /// The file was written by a newer version of the program.
        public static let tooNew = Code(description: "too new")
        /// The files are gone from under the running process.
        public static let lost = Code(description: "lost")
        /// Anything else.
        public static let other = Code(description: "other")
    }

    public let code: Code
    /// What was being done: a verb, `open`, `append to`.
    public let action: String
    /// The file or directory concerned.
    public let path: String
    /// The cause as SQLite or the system words it.
    public let cause: String

    public init(_ code: Code, action: String, path: String, cause: String) {
        self.code = code
        self.action = action
        self.path = path
        self.cause = cause
    }

    public var description: String { "cannot \(action) \(path): \(cause); \(advice)" }

    private var advice: String {
        switch code {
        case .diskFull: "free space on that file system, writing goes on by itself then"
        case .corrupt: "restore it from a backup, or move it away to start without its data"
        case .inUse: "stop the other process, or give this one a data directory of its own"
        case .inputOutput: "look at the disk's health and the kernel's log"
        case .notPermitted: "give the user of this process the right to read and write there"
        case .lost: "put it back, or restart to begin anew there"
        case .tooNew: "run the version that wrote it, or a later one"
        default: "see the cause"
        }
    }
}

extension StorageError {
    /// `error` itself if it is of this type; else one with its text as the cause.
    public static func from(_ error: any Error, action: String, path: String) -> StorageError {
        error as? StorageError ?? StorageError(.other, action: action, path: path, cause: "\(error)")
    }
}
