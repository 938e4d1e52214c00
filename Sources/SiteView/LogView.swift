package import Model

/// What is searched for in the logs.
package struct LogSearchRequest: Sendable {
    package enum Language: String, Codable, Sendable { case lucene, kql }

    package var query: String
    package var language: Language
    package var range: TimeRange
    package var limit: Int

    package init(query: String, language: Language, range: TimeRange, limit: Int) {
        self.query = query
        self.language = language
        self.range = range
        self.limit = limit
    }
}

/// Log events that were found, newest first.
package struct LogPage: Codable, Sendable {
    package var events: [LogEventView]
    /// Whether the limit cut the list.
    package var isCut: Bool

    package init(events: [LogEventView], isCut: Bool) {
        self.events = events
        self.isCut = isCut
    }
}

package struct LogEventView: Codable, Sendable, Equatable {
    package var timestamp: Int64
    package var level: String
    package var component: String
    package var camera: String
    package var message: String
    /// All fields as text, dotted names.
    package var fields: [String: String]

    package init(_ event: LogEvent) {
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
    package var text: String {
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
package struct LogSearchRefused: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
