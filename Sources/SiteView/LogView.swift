public import Model

/// What is searched for in the logs.
public struct LogSearchRequest: Sendable {
    public enum Language: String, Codable, Sendable { case lucene, kql }

    public var query: String
    public var language: Language
    public var range: TimeRange
    public var limit: Int

    public init(query: String, language: Language, range: TimeRange, limit: Int) {
        self.query = query
        self.language = language
        self.range = range
        self.limit = limit
    }
}

/// Log events that were found, newest first.
public struct LogPage: Codable, Sendable {
    public var events: [LogEventView]
    /// Whether the limit cut the list.
    public var isCut: Bool

    public init(events: [LogEventView], isCut: Bool) {
        self.events = events
        self.isCut = isCut
    }
}

public struct LogEventView: Codable, Sendable, Equatable {
    public var timestamp: Int64
    public var level: String
    public var component: String
    public var camera: String
    public var message: String
    /// All fields as text, dotted names.
    public var fields: [String: String]

    public init(_ event: LogEvent) {
        timestamp = event.timestamp
        level = event["level"]?.text ?? ""
        component = event["component"]?.text ?? ""
        camera = event["camera_id"]?.text ?? ""
        message = event.message
        fields = event.fields.mapValues(\.text)
    }
}

extension LogValue {
    /// The value as a person reads it.
    public var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .boolean(let truth): String(truth)
        case .array(let values): values.map(\.text).joined(separator: ", ")
        case .null: ""
        }
    }
}

/// A search that cannot be done; the text says why and what to write instead.
public struct LogSearchRefused: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
