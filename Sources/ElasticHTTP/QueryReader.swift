internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// Reads the query language of Elasticsearch. What it does not know is refused, as leaving it out would change what is
/// found.
struct QueryReader {
    let names: IndexNames
    /// What `now` stands for.
    let now: Int64
    /// The names of the fields that there are, for who asks whether an object is there.
    let fieldNames: () throws -> Set<String>

    private static let depthMax = 60

    /// What says how much a query counts among others, and its name: none of it changes what is found.
    static let decorations: Set<String> = ["boost", "_name"]

    /// - Throws: ``ElasticError``, ``LogQueryError``.
    func query(_ value: DocumentValue?, depth: Int = 0) throws -> LogQuery {
        guard let value, value != .null else { return .all }
        guard let object = value.object else {
            throw ElasticError.parsing("[query] is \(value.kind) where an object is expected")
        }
        guard depth < Self.depthMax else { throw ElasticError.parsing("the query is nested too deep") }
        guard let (name, body) = object.members.first else {
            throw ElasticError.illegal("query malformed, empty clause found")
        }
        guard object.count == 1 else {
            throw ElasticError.parsing(
                "[\(name)] malformed query, expected [END_OBJECT] but found [\(object.members[1].name.prefix(80))]")
        }
        guard let inner = body.object else {
            throw ElasticError.parsing("[\(name)] query malformed, no start_object after query name")
        }
        switch name {
        case "match_all":
            try inner.allow(only: Self.decorations, in: name)
            return .all
        case "match_none":
            try inner.allow(only: Self.decorations, in: name)
            return .none
        case "bool": return try bool(inner, depth)
        case "constant_score":
            try inner.allow(only: Self.decorations.union(["filter"]), in: name)
            return try query(try required(inner, "filter", of: name), depth: depth + 1)
        case "dis_max":
            try inner.allow(only: Self.decorations.union(["queries", "tie_breaker"]), in: name)
            return .any(try queries(inner["queries"], depth))
        case "query_string": return try queryString(inner)
        case "term", "terms", "match", "match_phrase", "prefix", "wildcard", "regexp", "fuzzy", "range", "exists",
            "ids",
            "multi_match":
            return try leaf(name, inner)
        default:
            throw ElasticError.parsing("unknown query [\(name.prefix(80))]")
        }
    }

    func required(_ object: Document, _ name: String, of query: String) throws -> DocumentValue {
        guard let value = object[name] else {
            throw ElasticError.parsing("[\(query)] requires [\(name)]")
        }
        return value
    }

    private func queries(_ value: DocumentValue?, _ depth: Int) throws -> [LogQuery] {
        guard let value, value != .null else { return [] }
        return try value.list.map { try query($0, depth: depth + 1) }
    }

    // MARK: Joined queries

    private func bool(_ body: Document, _ depth: Int) throws -> LogQuery {
        try body.allow(
            only: Self.decorations.union([
                "must", "filter", "should", "must_not", "minimum_should_match", "adjust_pure_negative",
            ]), in: "bool")
        var parts = try queries(body["must"], depth) + queries(body["filter"], depth)
        let shoulds = try queries(body["should"], depth)
        if !shoulds.isEmpty {
            let count =
                try body["minimum_should_match"].map { try Self.share($0, of: shoulds.count) }
                ?? (parts.isEmpty ? 1 : 0)
            if count > 0 { parts.append(.any(shoulds, atLeast: count)) }
        }
        parts += try queries(body["must_not"], depth).map { .not($0) }
        return .every(parts)
    }

    /// `2`, `-1`, `75%`, `-25%`: how many of `count` must be there.
    static func share(_ value: DocumentValue, of count: Int) throws -> Int {
        guard let text = value.plainText?.trimmingCharacters(in: .whitespaces) else {
            throw ElasticError.parsing("[minimum_should_match] is \(value.kind) where a number is expected")
        }
        let result: Int
        if text.hasSuffix("%"), let percent = Int(text.dropLast()) {
            guard abs(percent) <= 100 else { throw ElasticError.illegal("[minimum_should_match] is above 100 %") }
            let part = count * abs(percent) / 100
            result = percent < 0 ? count - part : part
        } else if let number = Int(text), number.magnitude < 1 << 31 {
            result = number < 0 ? count + number : number
        } else {
            throw ElasticError.illegal(
                "[minimum_should_match] [\(text.prefix(80))] is no number or share; write 2 or 75%")
        }
        return max(0, result)
    }

    private func queryString(_ body: Document) throws -> LogQuery {
        try body.allow(
            only: Self.decorations.union([
                "query", "default_field", "fields", "default_operator", "analyze_wildcard", "allow_leading_wildcard",
                "lenient", "time_zone", "type", "tie_breaker", "phrase_slop", "fuzziness", "fuzzy_max_expansions",
                "fuzzy_prefix_length", "fuzzy_transpositions", "enable_position_increments", "escape",
                "auto_generate_synonyms_phrase_query", "max_determinized_states", "rewrite",
            ]), in: "query_string")
        guard var text = try body.text("query", in: "query_string") else {
            throw ElasticError.parsing("query_string must be provided with a [query]")
        }
        for (name, plain) in [("phrase_slop", 0), ("fuzzy_prefix_length", 0)] {
            if let value = try body.whole(name, in: "query_string"), value != plain {
                throw ElasticError.parsing("[query_string] [\(name)] is not supported")
            }
        }
        if try body.truth("escape", in: "query_string") == true {
            text = text.map { "+-=!(){}[]^\"~*?:\\/<>&|".contains($0) ? "\\\($0)" : String($0) }.joined()
        }
        if let fuzziness = try body.text("fuzziness", in: "query_string"), fuzziness != "AUTO", text.contains("~") {
            throw ElasticError.parsing("[query_string] [fuzziness] is not supported; write it behind the word, word~1")
        }
        var fields: [String]?
        let named =
            try body["fields"]?.list.map { try fieldName($0) }
            ?? body.text("default_field", in: "query_string").map { [$0] }
        if let named, !named.contains("*"), !named.isEmpty {
            if let pattern = named.first(where: { $0.contains("*") }) {
                fields = try expanded(named, because: pattern)
            } else {
                fields = named.map(Self.field)
            }
        }
        return try LogQuery.lucene(
            text, fields: fields, joinsByAnd: try joinsByAnd(body["default_operator"], in: "query_string"), now: now,
            zone: try zone(body["time_zone"]))
    }

    /// Names of fields in the place of patterns.
    private func expanded(_ patterns: [String], because pattern: String) throws -> [String] {
        let all = try fieldNames()
        let found = patterns.flatMap { pattern in
            pattern.contains("*")
                ? all.filter { !LogFields.isReserved($0) && IndexExpression.matches($0, pattern) }.sorted()
                : [Self.field(pattern)]
        }
        guard found.count <= 1_000 else {
            throw ElasticError.illegal("the pattern [\(pattern)] stands for more than 1000 fields")
        }
        return found.isEmpty ? ["\u{0}"] : found
    }

    /// `message^2`: how much a field counts changes nothing of what is found.
    private func fieldName(_ value: DocumentValue) throws -> String {
        guard let text = value.string else { throw ElasticError.parsing("[fields] holds \(value.kind)") }
        return text.split(separator: "^", maxSplits: 1).first.map(String.init) ?? text
    }

    func joinsByAnd(_ value: DocumentValue?, in place: String) throws -> Bool {
        switch value?.plainText?.lowercased() {
        case nil, "or": return false
        case "and": return true
        case let other?: throw ElasticError.illegal("[\(place)] operator [\(other.prefix(80))] is neither and nor or")
        }
    }

    func zone(_ value: DocumentValue?) throws -> TimeZone {
        guard let value, value != .null else { return .gmt }
        guard let text = value.string, let zone = LogTime.zone(text) else {
            throw ElasticError.illegal("Unknown time-zone ID: \(value.json.prefix(80))")
        }
        return zone
    }

    /// Each text stands as a keyword too: `NAME.keyword` is the field, compared letter for letter.
    static func field(_ name: String) -> String {
        name.hasSuffix(".keyword") && name.utf8.count > 8 ? String(name.dropLast(8)) : name
    }

    static func form(_ name: String) -> LogTextForm {
        name.hasSuffix(".keyword") || LogFields.isReserved(name) ? .exact : .analyzed
    }

    /// `multi_match`, as far as it is the same as asking each field.
    func multiMatch(_ body: Document) throws -> LogQuery {
        try body.allow(
            only: Self.decorations.union([
                "query", "fields", "type", "operator", "tie_breaker", "minimum_should_match", "lenient", "slop",
            ]), in: "multi_match")
        let names = try body["fields"]?.list.map { try fieldName($0) } ?? ["*"]
        let fields =
            names.contains { $0.contains("*") } ? try expanded(names, because: names.joined(separator: ",")) : names
        var inner: Document = ["query": try required(body, "query", of: "multi_match")]
        let type = try body.text("type", in: "multi_match") ?? "best_fields"
        let query: String
        switch type {
        case "best_fields", "most_fields":
            query = "match"
            for name in ["operator", "minimum_should_match"] { if let value = body[name] { inner[name] = value } }
        case "phrase":
            query = "match_phrase"
            if let slop = body["slop"] { inner["slop"] = slop }
        default: throw ElasticError.parsing("[multi_match] type [\(type.prefix(80))] is not supported")
        }
        return .any(try fields.map { try leaf(query, [$0: .object(inner)]) })
    }
}
