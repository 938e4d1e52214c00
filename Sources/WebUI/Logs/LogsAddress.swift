internal import Model
internal import SiteView

/// What a page of logs shows, as its address has it: the whole of it, so that a link shows another person the same.
struct LogsAddress: Sendable {
    static let path = "/logs"
    static let standardColumns = ["level", "component", "camera_id", "message"]
    private static let filtersMax = 50
    private static let columnsMax = 20
    private static let facetsMax = 12

    var query = ""
    var isKQL = false
    /// In Lucene's language, each.
    var filters: [String] = []
    var time = SearchTime()
    var columns = standardColumns
    /// Fields of which values are counted beside the usual ones.
    var facets: [String] = []
    /// Where an earlier page ended.
    var cursor: String?
    /// What of the address beside its time cannot be taken, for people.
    private var refusal: String?

    /// What of the address cannot be read, for people.
    var problem: String? { time.problem ?? refusal }

    /// How far back the range goes, `15m`; `nil` where moments are named.
    var since: String? {
        get { time.since }
        set { time.since = newValue }
    }
    /// Milliseconds since the Unix epoch.
    var start: Int64? {
        get { time.start }
        set { time.start = newValue }
    }
    var end: Int64? {
        get { time.end }
        set { time.end = newValue }
    }

    init() {}

    init(_ fields: FormFields) {
        query = fields["query"] ?? ""
        isKQL = fields["language"] == "kql"
        filters = Array(Self.names(fields.all("filter"), max: Self.filtersMax))
        // A form has one field for all of them, a link one for each.
        let named = Self.names(fields.all("columns").flatMap { $0.split(separator: ",") }, max: Self.columnsMax)
            .filter { $0 != "@timestamp" }
        if !named.isEmpty { columns = named }
        facets = Self.names(fields.all("facet"), max: Self.facetsMax)
        cursor = fields["cursor"].flatMap { $0.isEmpty ? nil : $0 }
        time = SearchTime(fields)
        if link().utf8.count > Self.lengthMax {
            refusal = say("logs.tooLong")
            (filters, facets, columns) = ([], [], Self.standardColumns)
            cursor = nil
        }
    }

    /// Hundreds of links of a page have the whole search.
    private static let lengthMax = 8_000

    /// The year 9999, in milliseconds.
    static let farthest: Int64 = 253_402_300_800_000

    private static func names(_ texts: [some StringProtocol], max: Int) -> [String] {
        var names: [String] = []
        for text in texts {
            let name = String(text).trimmed
            if !name.isEmpty, name.utf8.count <= 8_192, !names.contains(name), names.count < max { names.append(name) }
        }
        return names
    }

    /// - Parameter now: milliseconds since the Unix epoch.
    func range(now: Int64) -> TimeRange { time.range(now: now) }

    /// Whether another reader's clock would give it another meaning.
    var isLocal: Bool { time.isLocal && problem == nil }

    /// Whether what comes now belongs to what is shown, at its top.
    func isLive(now: Int64) -> Bool { cursor == nil && time.isLive(now: now) }

    func request(now: Int64, limit: Int) -> LogSearchRequest {
        var request = LogSearchRequest(
            query: query, language: isKQL ? .kql : .lucene, range: range(now: now), limit: limit)
        request.filters = filters
        return request
    }

    // MARK: Links

    func link(_ path: String = path, _ more: [(name: String, value: String?)] = []) -> String {
        let text = FormFields.text(parameters + more)
        return text.isEmpty ? path : path + "?" + text
    }

    /// What the address has, without the usual.
    var parameters: [(name: String, value: String?)] {
        var parameters: [(name: String, value: String?)] = [
            ("query", query.isEmpty ? nil : query), ("language", isKQL ? "kql" : nil),
        ]
        parameters += filters.map { ("filter", $0) }
        parameters += time.parameters
        parameters.append(("columns", columns == Self.standardColumns ? nil : columns.joined(separator: ",")))
        parameters += facets.map { ("facet", $0) }
        return parameters + [("cursor", cursor)]
    }

    func changed(_ change: (inout LogsAddress) -> Void) -> LogsAddress {
        var changed = self
        changed.cursor = nil
        change(&changed)
        return changed
    }

    /// Of a part of the range.
    func from(_ start: Int64?, to end: Int64?) -> LogsAddress {
        changed {
            $0.since = nil
            $0.start = start
            $0.end = end
        }
    }

    /// With another filter; without the one that says the opposite.
    func filtered(_ filter: LogFieldFilter) -> LogsAddress {
        changed { address in
            address.filters.removeAll { $0 == filter.text || $0 == filter.opposite }
            address.filters.append(filter.text)
        }
    }

    func without(_ filter: String) -> LogsAddress { changed { $0.filters.removeAll { $0 == filter } } }

    func has(_ filter: LogFieldFilter) -> Bool { filters.contains(filter.text) }
}

/// That a field has a value, or has not; a filter of a search.
struct LogFieldFilter: Sendable {
    let name: String
    let value: String
    var isExcluded = false

    /// A value that is longer is nothing to filter by.
    static let longest = 256

    /// Whether a field of this name holds the number of a trace.
    static func namesTrace(_ name: String) -> Bool { ["trace_id", "trace.id", "fields.trace_id"].contains(name) }

    /// In Lucene's language.
    var text: String { (isExcluded ? "NOT " : "") + condition }
    var opposite: String { (isExcluded ? "" : "NOT ") + condition }

    private var condition: String {
        var escaped = ""
        for character in name {
            let isPlain = character.isLetter || character.isNumber || "._@".contains(character)
            escaped += isPlain ? String(character) : "\\\(character)"
        }
        return "\(escaped):\"\(Links.quoted(value))\""
    }
}

extension String {
    /// Without blanks around it.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
