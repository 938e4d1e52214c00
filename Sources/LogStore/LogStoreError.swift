import Base
import Partitions

/// Why the log store could not do what it was asked.
public struct LogStoreError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        /// Nothing can be written now; what is stored can be read, and appending goes on by itself with free space.
        public static let diskFull = Code(description: "disk full")
        /// A failure of the disk or the file system.
        public static let inputOutput = Code(description: "input/output")
        /// A file is damaged.
        public static let corrupt = Code(description: "corrupt")
        /// Another process holds the data directory.
        public static let inUse = Code(description: "in use")
        /// The store is closed.
        public static let closed = Code(description: "closed")
        /// The task that asked is cancelled.
        public static let cancelled = Code(description: "cancelled")
        /// Anything else.
        public static let other = Code(description: "other")
    }

    public let code: Code
    public let description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    init(_ error: StorageError) {
        switch error.code {
        case .diskFull: code = .diskFull
        case .inputOutput, .notPermitted: code = .inputOutput
        case .corrupt: code = .corrupt
        case .inUse: code = .inUse
        default: code = .other
        }
        description = error.description
    }

    /// `error` as the store's callers see it.
    static func from(_ error: any Error) -> LogStoreError {
        switch error {
        case let error as LogStoreError: error
        case let error as StorageError: LogStoreError(error)
        case let error as ZstdError: LogStoreError(.corrupt, error.description)
        default: LogStoreError(.other, "cannot use the log store: \(error); see the cause")
        }
    }

    static let closed = LogStoreError(.closed, "cannot use the log store: it is closed; open it again")

    static let cancelled = LogStoreError(.cancelled, "cannot search logs: the query was cancelled; ask again")

    static func damaged(_ what: String) -> LogStoreError {
        LogStoreError(.corrupt, "cannot read \(what): its bytes are damaged; its events are left out of answers")
    }
}
