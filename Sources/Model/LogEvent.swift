/// A value of a log event's field.
public enum LogValue: Sendable, Hashable {
    case string(String)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    case array([LogValue])
    case null
}

/// One event of a log, as Filebeat and Elasticsearch know it, with nested objects flattened to dotted names
/// (`log.file.path`, `fields.component`).
public struct LogEvent: Sendable, Equatable {
    /// `@timestamp`, in milliseconds since the Unix epoch.
    public var timestamp: Int64
    /// All fields but `@timestamp`.
    public var fields: LogFields

    public init(timestamp: Int64, fields: LogFields) {
        self.timestamp = timestamp
        self.fields = fields
    }

    public init(timestamp: Int64, fields: [String: LogValue]) {
        self.init(timestamp: timestamp, fields: LogFields(fields))
    }

    public var message: String {
        if case .string(let text) = fields["message"] { text } else { "" }
    }

    /// The value of `name`, or of `fields.<name>`: Filebeat nests what its `fields` setting adds,
    /// while people ask for `component:recording`.
    public subscript(name: String) -> LogValue? { fields[name] ?? fields["fields." + name] }
}

/// What log events are appended to.
public protocol LogAppender: Sendable {
    /// Appends a batch and, in the same transaction, moves the reader's offset. When it returns both survive
    /// the end of the process: each line of a file is stored exactly once.
    func append(_ events: [LogEvent], offset: TailOffset?) throws
}

/// How far a file was read: what the tailer needs to go on after a restart.
public struct TailOffset: Sendable, Hashable {
    /// The input's id and the file's identity (device, inode, fingerprint).
    public let source: String
    public let path: String
    public let offset: Int64
    /// A checksum of all bytes in front of `offset`, by which a copy of the file is known; `nil` where none was made.
    public let checksum: UInt64?

    public init(source: String, path: String, offset: Int64, checksum: UInt64? = nil) {
        self.source = source
        self.path = path
        self.offset = offset
        self.checksum = checksum
    }
}

extension LogEvent {
    /// About how many bytes the event takes in memory.
    public var approximateBytes: Int { fields.reduce(0) { $0 + $1.key.utf8.count + $1.value.approximateBytes } }
}

extension LogValue {
    fileprivate var approximateBytes: Int {
        switch self {
        case .string(let text): 32 + text.utf8.count
        case .array(let values): values.reduce(32) { $0 + $1.approximateBytes }
        case .null, .boolean, .integer, .double: 32
        }
    }
}
