internal import Base
internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// What a search asks for.
struct SearchRequest {
    var query: LogQuery
    /// The same, and what only hits must be.
    var hitQuery: LogQuery
    var from = 0
    var size = 10
    var sort = SortOrder()
    var after: [DocumentValue]?
    var source = SourceFilter()
    var fields: [FieldPattern] = []
    /// Up to how many hits are counted: `nil` for all, 0 for none.
    var countsUpTo: Int? = 10_000
    var wantsVersion = false
    var wantsSequence = false
    var aggregations: [Aggregation] = []
    var timeout: Duration?
    /// The point in time under which a client asks.
    var pointInTime: String?

    /// The most hits that a search gives, those left out among them.
    static let window = 10_000

    private static let known: Set<String> = [
        "query", "from", "size", "sort", "search_after", "_source", "fields", "docvalue_fields", "stored_fields",
        "track_total_hits", "aggs", "aggregations", "timeout", "version", "seq_no_primary_term", "track_scores",
        "highlight",
        "post_filter", "explain", "profile", "pit", "script_fields", "runtime_mappings", "stats", "min_score", "ext",
        "terminate_after", "indices_boost", "rest_total_hits_as_int",
    ]

    /// - Parameters:
    ///   - body: as it was sent.
    ///   - parameters: of the address, which count before the body.
    /// - Throws: ``ElasticError``, ``LogQueryError``.
    init(_ body: Document, _ parameters: ElasticParameters, _ reader: QueryReader) throws {
        try body.allow(only: Self.known, in: "search")
        query = try reader.query(body["query"])
        if let text = parameters["q"] {
            query = try Self.query(text, parameters, reader)
        }
        hitQuery = query
        if let filter = body["post_filter"] { hitQuery = query.and(try reader.query(filter)) }
        from = try parameters.whole("from") ?? body.whole("from", in: "search") ?? 0
        size = try parameters.whole("size") ?? body.whole("size", in: "search") ?? 10
        guard from >= 0, size >= 0 else {
            throw ElasticError.illegal("[\(from < 0 ? "from" : "size")] parameter cannot be negative")
        }
        guard from <= Self.window, size <= Self.window, from + size <= Self.window else {
            throw ElasticError.illegal(
                "Result window is too large, from + size must be less than or equal to: [\(Self.window)] but was "
                    + "[\(from)+\(size)]. See the scroll api for a more efficient way to request large data sets.")
        }
        sort = try SortOrder(body["sort"], parameters["sort"])
        if let after = body["search_after"], after != .null {
            guard from == 0 else {
                throw ElasticError.illegal("`from` parameter must be set to 0 when `search_after` is used")
            }
            self.after = after.list
        }
        source = try SourceFilter(body["_source"], parameters, storedFields: body["stored_fields"])
        fields =
            try (body["fields"]?.list ?? []).map { try FieldPattern($0) }
            + (body["docvalue_fields"]?.list ?? []).map { try FieldPattern($0) }
            + (parameters["docvalue_fields"]?.split(separator: ",") ?? []).map { try FieldPattern(.string(String($0))) }
        try readCounting(body["track_total_hits"], parameters["track_total_hits"])
        wantsVersion = try parameters.flag("version") ?? body.truth("version", in: "search") ?? false
        wantsSequence =
            try parameters.flag("seq_no_primary_term") ?? body.truth("seq_no_primary_term", in: "search") ?? false
        try refuse(body)
        aggregations = try Aggregation.list(body["aggs"] ?? body["aggregations"], reader)
        if let text = try parameters["timeout"] ?? body.text("timeout", in: "search"), text != "-1" {
            guard let milliseconds = TimeUnits.milliseconds(text) else {
                throw ElasticError.illegal(
                    "failed to parse setting [timeout] with value [\(text.prefix(80))] as a time value")
            }
            timeout = .milliseconds(milliseconds)
        }
        if let point = body["pit"] {
            guard let id = point.object?["id"]?.string else { throw ElasticError.parsing("[pit] requires [id]") }
            pointInTime = id
            sort.addsPlace = true
        }
    }

    /// `q=` of an address.
    static func query(_ text: String, _ parameters: ElasticParameters, _ reader: QueryReader) throws -> LogQuery {
        var body: Document = ["query": .string(text)]
        if let field = parameters["df"] { body.append("default_field", .string(field)) }
        if let joined = parameters["default_operator"] { body.append("default_operator", .string(joined)) }
        return try reader.query(.object(["query_string": .object(body)]))
    }

    private mutating func readCounting(_ value: DocumentValue?, _ parameter: String?) throws {
        switch (parameter.map { DocumentValue.string($0) }) ?? value {
        case nil, .null?: break
        case .boolean(true)?, .string("true")?, .string("")?: countsUpTo = nil
        case .boolean(false)?, .string("false")?: countsUpTo = 0
        case let number?:
            guard let count = number.whole, count >= -1 else {
                throw ElasticError.parsing(
                    "[track_total_hits] parameter must be positive or equals to -1, got \(number.json)")
            }
            countsUpTo = count == -1 ? nil : count
        }
    }

    /// What is understood, and would change the answer.
    private func refuse(_ body: Document) throws {
        for name in ["script_fields", "runtime_mappings"] {
            if let object = body[name]?.object, object.isEmpty { continue }
            guard body[name] == nil || body[name] == .null else {
                throw ElasticError.parsing("[\(name)] is not supported: there are no scripts here")
            }
        }
        for name in ["explain", "profile"] where try body.truth(name, in: "search") == true {
            throw ElasticError.parsing("[\(name)] is not supported")
        }
        if let least = try body.double("min_score", in: "search"), least > 0 {
            throw ElasticError.parsing("[min_score] is not supported: events have no scores")
        }
        if let most = try body.whole("terminate_after", in: "search"), most > 0 {
            throw ElasticError.parsing("[terminate_after] is not supported; write a timeout")
        }
    }
}

/// Spans of time as Elasticsearch writes them: `30s`, `1m`, `1d`, `500ms`.
enum TimeUnits {
    static func milliseconds(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.utf8.count < 13, let count = Int64(digits) else { return nil }
        let unit: Int64
        switch text.dropFirst(digits.count) {
        case "nanos", "micros": return 1
        case "ms", "": unit = 1
        case "s": unit = 1_000
        case "m": unit = 60_000
        case "h": unit = 3_600_000
        case "d": unit = 86_400_000
        default: return nil
        }
        let (result, overflows) = count.multipliedReportingOverflow(by: unit)
        return overflows ? nil : result
    }
}
