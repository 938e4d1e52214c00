package import Model

/// What is searched for in the logs.
package struct LogSearchRequest: Sendable {
    package enum Language: String, Codable, Sendable { case lucene, kql }

    package enum Order: String, Sendable { case newestFirst = "desc", oldestFirst = "asc" }

    /// Columns of a histogram: so many at most, or each so many milliseconds wide.
    package enum Columns: Sendable { case count(Int), width(Int64) }

    package var query: String
    package var language: Language
    /// What must hold beside the query, each in Lucene's language: `level:"ERROR"`, `NOT camera_id:"cam-3"`.
    package var filters: [String] = []
    package var range: TimeRange
    /// The bounds of the range as a person writes them, `now-1h` or a date; they count instead of those of ``range``.
    package var start: String?
    package var end: String?
    /// The zone by whose clock dates and `now/d` are meant; `nil` for the site's own.
    package var timeZone: String?
    /// The most events; 0 where counts alone are wanted.
    package var limit: Int
    package var order = Order.newestFirst
    /// Where an earlier page ended, ``LogPage/next``.
    package var cursor: String?
    /// The fields that are wanted of each event; `nil` for all.
    package var fields: [String]?
    package var wantsTotal = false
    package var histogram: Columns?
    /// The field by whose values columns are divided.
    package var split: String?
    /// Fields whose commonest values are wanted, and how many of each.
    package var terms: [String] = []
    package var termsSize = 10
    /// The longest that it may take, in milliseconds; `nil` for the server's own limit.
    package var timeout: Int64?

    package init(query: String, language: Language, range: TimeRange, limit: Int) {
        self.query = query
        self.language = language
        self.range = range
        self.limit = limit
    }

    package var wantsCounts: Bool { wantsTotal || histogram != nil || !terms.isEmpty }
}

/// Log events that were found, and what was counted of all that there are.
package struct LogPage: Codable, Sendable {
    package var events: [LogEventView]
    /// Whether there are more, which the limit or the time cut off.
    package var isCut: Bool
    /// Whether the time was over before all was looked at: events and counts are a part then.
    package var timedOut = false
    /// Where the next page begins, ``LogSearchRequest/cursor``; `nil` where there is none.
    package var next: String?
    package var total: Int?
    package var histogram: LogHistogram?
    /// By field.
    package var terms: [String: LogTerms]?

    package init(events: [LogEventView], isCut: Bool) {
        self.events = events
        self.isCut = isCut
    }

    private enum CodingKeys: String, CodingKey {
        case events, isCut, next, total, histogram, terms
        case timedOut = "timed_out"
    }
}

/// How many events there are over time.
package struct LogHistogram: Codable, Sendable, Equatable {
    package struct Column: Codable, Sendable, Equatable {
        /// In milliseconds since the Unix epoch.
        package var start: Int64
        package var count: Int
        /// By the values of the field that divides it; `nil` where none does.
        package var parts: [String: Int]?

        package init(start: Int64, count: Int, parts: [String: Int]? = nil) {
            self.start = start
            self.count = count
            self.parts = parts
        }
    }

    /// The width of a column in milliseconds.
    package var interval: Int64
    /// In their order; those of the searched time that have no events too.
    package var columns: [Column]

    package init(interval: Int64, columns: [Column]) {
        self.interval = interval
        self.columns = columns
    }
}

/// The commonest values of a field.
package struct LogTerms: Codable, Sendable, Equatable {
    package struct Term: Codable, Sendable, Equatable {
        package var value: String
        package var count: Int

        package init(value: String, count: Int) {
            self.value = value
            self.count = count
        }
    }

    /// The commonest first.
    package var values: [Term]
    /// How often other values come.
    package var others: Int

    package init(values: [Term], others: Int) {
        self.values = values
        self.others = others
    }
}

/// An event as people and programs see it.
package struct LogEventView: Codable, Sendable, Hashable {
    package var timestamp: Int64
    package var level: String
    package var component: String
    package var camera: String
    package var message: String
    /// By dotted names; values as they are: texts, numbers, truth values, arrays, null.
    package var fields: [String: LogValue]

    /// - Parameter wanted: the names of the fields that are kept, which may also stand behind `fields.`; `nil` for all.
    package init(_ event: LogEvent, fields wanted: [String]? = nil) {
        func text(_ name: String) -> String {
            if let wanted, !wanted.contains(name) { return "" }
            return event[name]?.text ?? ""
        }
        timestamp = event.timestamp
        level = text("level")
        component = text("component")
        camera = text("camera_id")
        message = wanted.map { $0.contains("message") } ?? true ? event.message : ""
        if let wanted {
            let found = wanted.compactMap { name in event[name].map { (name, $0) } }
            fields = Dictionary(found) { first, _ in first }
        } else {
            fields = [:]
            for (name, value) in event.fields where !LogFields.isReserved(name) { fields[name] = value }
        }
    }

    private enum CodingKeys: String, CodingKey { case timestamp, level, component, camera, message, fields }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        timestamp = try container.decode(Int64.self, forKey: .timestamp)
        level = try container.decodeIfPresent(String.self, forKey: .level) ?? ""
        component = try container.decodeIfPresent(String.self, forKey: .component) ?? ""
        camera = try container.decodeIfPresent(String.self, forKey: .camera) ?? ""
        message = try container.decodeIfPresent(String.self, forKey: .message) ?? ""
        fields = try container.decode([String: LogValue].self, forKey: .fields)
    }
}

/// Events that arrived, in their order, and where the next ones begin.
package struct LogArrivalsView: Codable, Sendable {
    package var events: [LogEventView]
    /// What to ask with for those that come then.
    package var next: String
    /// Whether others came of which the server cannot tell any longer; a search finds them.
    package var isGap: Bool
    /// Whether there are more behind them now.
    package var isCut: Bool

    package init(events: [LogEventView], next: String, isGap: Bool, isCut: Bool) {
        self.events = events
        self.next = next
        self.isGap = isGap
        self.isCut = isCut
    }
}

/// Which line's neighbours are wanted.
package struct LogContextRequest: Sendable {
    package var path: String
    package var offset: Int64
    package var host: String?
    /// In milliseconds since the Unix epoch; `nil` for the newest line at that offset.
    package var time: Int64?
    package var before: Int
    package var after: Int
    package var fields: [String]?

    package init(path: String, offset: Int64, before: Int, after: Int) {
        self.path = path
        self.offset = offset
        self.before = before
        self.after = after
    }
}

/// A line and those around it in its own file, in the file's order.
package struct LogContextView: Codable, Sendable {
    package var before: [LogEventView]
    package var event: LogEventView
    package var after: [LogEventView]
    /// Whether the time was over before all was looked at.
    package var timedOut: Bool

    package init(before: [LogEventView], event: LogEventView, after: [LogEventView], timedOut: Bool) {
        self.before = before
        self.event = event
        self.after = after
        self.timedOut = timedOut
    }

    private enum CodingKeys: String, CodingKey {
        case before, event, after
        case timedOut = "timed_out"
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
    /// Where in the query, in characters from 0; `nil` for what is wrong elsewhere.
    package let offset: Int?
    /// Whether it is no fault of the search: later it can be done.
    package let isBusy: Bool

    package init(_ description: String, offset: Int? = nil, isBusy: Bool = false) {
        self.description = description
        self.offset = offset
        self.isBusy = isBusy
    }
}
