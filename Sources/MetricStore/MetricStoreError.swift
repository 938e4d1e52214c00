public import Model
import Partitions

/// Why the metric store could not do what it was asked.
public struct MetricStoreError: SampleSourceFailure, Sendable, CustomStringConvertible {
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
    static func from(_ error: any Error) -> MetricStoreError {
        switch error {
        case let error as MetricStoreError: error
        case let error as StorageError: MetricStoreError(error)
        default: MetricStoreError(.other, "cannot use the metric store: \(error); see the cause")
        }
    }

    static func sampleLimit(_ limit: Int) -> MetricStoreError {
        MetricStoreError(
            .sampleLimit,
            "cannot select samples: they are more than the limit of \(limit); ask for fewer series or a shorter time")
    }

    static let closed = MetricStoreError(
        .closed, "cannot use the metric store: it is closed; open it again")

    static let cancelled = MetricStoreError(
        .cancelled, "cannot select samples: the query was cancelled; ask again")
}
