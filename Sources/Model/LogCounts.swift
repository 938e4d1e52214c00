/// What is counted of the events that a filter wants, in one pass.
public struct LogCountRequest: Sendable, Hashable {
    /// The width of a column of the histogram in milliseconds; `nil` for none. Columns begin at its multiples.
    public var interval: Int64?
    /// By how many milliseconds columns begin before the multiples: how far the clock by which days begin is ahead of UTC.
    public var offset: Int64
    /// Fields of which the values are counted, by their names or behind `fields.`.
    public var terms: [String]
    /// The field by whose values each column is divided, by its name or behind `fields.`; `nil` for none.
    public var split: String?

    public init(interval: Int64? = nil, offset: Int64 = 0, terms: [String] = [], split: String? = nil) {
        self.interval = interval.map { max(1, $0) }
        self.offset = offset
        self.terms = terms
        self.split = split
    }

    /// The time at which the column begins that holds `time`; `nil` where there is no histogram.
    public func column(of time: Int64) -> Int64? {
        guard let interval else { return nil }
        let rest = (time &+ offset) % interval
        return time &- (rest < 0 ? rest + interval : rest)
    }
}

/// How many events there are, when, and with which values.
public struct LogCounts: Sendable, Equatable {
    /// Columns of a histogram, and distinct values of a field, that are told apart.
    public static let most = 10_000

    /// A part of the histogram: the events with one value of the field that divides it.
    public struct Part: Sendable, Equatable {
        public let value: String
        /// By the time at which a column begins.
        public var histogram: [Int64: Int] = [:]
    }

    /// Parts that are told apart: those of the first values that come.
    public static let mostParts = 20

    public private(set) var total = 0
    /// By the time at which a column begins.
    public private(set) var histogram: [Int64: Int] = [:]
    /// By field and value, as text.
    public private(set) var terms: [String: [String: Int]] = [:]
    /// Values of each field beyond ``most`` distinct ones, and events beyond as many columns.
    public private(set) var others: [String: Int] = [:]
    /// The histogram by the values of the field that divides it; what has none, or another value, is in no part.
    public private(set) var parts: [Part] = []

    public init() {}

    /// The place of a value among ``parts``, with which its events are counted; `nil` where it has none.
    public mutating func part(of value: LogValue?) -> Int? {
        guard let text = value?.single else { return nil }
        if let known = parts.firstIndex(where: { $0.value == text }) { return known }
        if parts.count >= Self.mostParts { return nil }
        parts.append(Part(value: text))
        return parts.count - 1
    }

    /// Counts events of one moment.
    /// - Parameter part: of the field that divides the histogram, as ``part(of:)`` gave it.
    public mutating func add(time: Int64, _ request: LogCountRequest, count: Int = 1, part: Int? = nil) {
        total += count
        guard let start = request.column(of: time) else { return }
        if histogram[start] != nil || histogram.count < Self.most {
            histogram[start, default: 0] += count
            if let part { parts[part].histogram[start, default: 0] += count }
        } else {
            others["@timestamp", default: 0] += count
        }
    }

    /// Counts a value of a field, of an array each of its values.
    public mutating func add(_ value: LogValue, of field: String, count: Int = 1) {
        if case .array(let values) = value {
            for value in values { add(value, of: field, count: count) }
            return
        }
        guard let text = value.single else { return }
        if terms[field]?[text] != nil || terms[field]?.count ?? 0 < Self.most {
            terms[field, default: [:]][text, default: 0] += count
        } else {
            others[field, default: 0] += count
        }
    }

    public mutating func add(_ event: borrowing LogEvent, _ request: LogCountRequest) {
        add(time: event.timestamp, request, part: request.split.flatMap { part(of: event[$0]) })
        for field in request.terms { if let value = event[field] { add(value, of: field) } }
    }
}

extension LogValue {
    /// The value as text; `nil` for null and for an array.
    fileprivate var single: String? {
        switch self {
        case .string(let value): value
        case .integer(let value): String(value)
        case .double(let value): "\(value)"
        case .boolean(let value): value ? "true" : "false"
        case .null, .array: nil
        }
    }
}
