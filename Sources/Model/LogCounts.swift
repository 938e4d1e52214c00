/// What is counted of the events that a filter wants, in one pass.
public struct LogCountRequest: Sendable, Hashable {
    /// The width of a column of the histogram in milliseconds; `nil` for none. Columns begin at its multiples.
    public var interval: Int64?
    /// By how many milliseconds columns begin before the multiples: how far the clock by which days begin is ahead of UTC.
    public var offset: Int64
    /// Fields of which the values are counted, by their names or behind `fields.`.
    public var terms: [String]

    public init(interval: Int64? = nil, offset: Int64 = 0, terms: [String] = []) {
        self.interval = interval.map { max(1, $0) }
        self.offset = offset
        self.terms = terms
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

    public private(set) var total = 0
    /// By the time at which a column begins.
    public private(set) var histogram: [Int64: Int] = [:]
    /// By field and value, as text.
    public private(set) var terms: [String: [String: Int]] = [:]
    /// Values of each field beyond ``most`` distinct ones, and events beyond as many columns.
    public private(set) var others: [String: Int] = [:]

    public init() {}

    /// Counts events of one moment.
    public mutating func add(time: Int64, _ request: LogCountRequest, count: Int = 1) {
        total += count
        guard let start = request.column(of: time) else { return }
        if histogram[start] != nil || histogram.count < Self.most {
            histogram[start, default: 0] += count
        } else {
            others["@timestamp", default: 0] += count
        }
    }

    /// Counts a value of a field, of an array each of its values.
    public mutating func add(_ value: LogValue, of field: String, count: Int = 1) {
        let text: String
        switch value {
        case .string(let value): text = value
        case .integer(let value): text = String(value)
        case .double(let value): text = "\(value)"
        case .boolean(let value): text = value ? "true" : "false"
        case .null: return
        case .array(let values):
            for value in values { add(value, of: field, count: count) }
            return
        }
        if terms[field]?[text] != nil || terms[field]?.count ?? 0 < Self.most {
            terms[field, default: [:]][text, default: 0] += count
        } else {
            others[field, default: 0] += count
        }
    }

    public mutating func add(_ event: borrowing LogEvent, _ request: LogCountRequest) {
        add(time: event.timestamp, request)
        for field in request.terms { if let value = event[field] { add(value, of: field) } }
    }
}
