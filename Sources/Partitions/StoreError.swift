public import Model

/// Why a store could not do what it was asked.
public struct StoreError: SampleSourceFailure, Sendable, CustomStringConvertible {
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
        /// A query would touch more samples than it may.
        public static let sampleLimit = Code(description: "sample limit")
        /// More series at once than the store may hold.
        public static let seriesLimit = Code(description: "series limit")
        /// The store is closed.
        public static let closed = Code(description: "closed")
        /// The task that asked is cancelled.
        public static let cancelled = Code(description: "cancelled")
        /// Anything else.
        public static let other = Code(description: "other")
    }

    public let code: Code
    public let description: String

    public var isLimit: Bool { code == .sampleLimit }
    public var isCancellation: Bool { code == .cancelled }

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// `error` as a store's callers see it.
    /// - Parameter store: what the store is called, "metric store".
    public static func from(_ error: any Error, store: String) -> StoreError {
        switch error {
        case let error as StoreError: error
        case let error as StorageError: StoreError(Code(error.code), error.description)
        default: StoreError(.other, "cannot use the \(store): \(error); see the cause")
        }
    }

    public static func closed(store: String) -> StoreError {
        StoreError(.closed, "cannot use the \(store): it is closed; open it again")
    }
}

extension StoreError.Code {
    fileprivate init(_ code: StorageError.Code) {
        switch code {
        case .diskFull: self = .diskFull
        case .inputOutput, .notPermitted: self = .inputOutput
        case .corrupt: self = .corrupt
        case .inUse: self = .inUse
        default: self = .other
        }
    }
}
