internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

extension QueryReader {
    private static let timestamp = LogEvent.timestampName

    /// A query on the values of a field.
    func leaf(_ query: String, _ body: Document) throws -> LogQuery {
        switch query {
        case "exists":
            try body.allow(only: Self.decorations.union(["field"]), in: query)
            guard let name = try body.text("field", in: query) else {
                throw ElasticError.parsing("[exists] must be provided with a [field]")
            }
            return try exists(name)
        case "ids":
            try body.allow(only: Self.decorations.union(["values", "type"]), in: query)
            return try ids(body["values"]?.list ?? [])
        case "multi_match": return try multiMatch(body)
        case "terms": return try terms(body)
        default: break
        }
        guard let (name, value) = body.members.first else {
            throw ElasticError.illegal("[\(query)] query malformed, no field is named")
        }
        guard body.count == 1 else {
            throw ElasticError.parsing(
                "[\(query)] query doesn't support multiple fields, found [\(name.prefix(80))] and "
                    + "[\(body.members[1].name.prefix(80))]")
        }
        if query == "range" { return try range(name, value) }
        let short = ["match": "query", "match_phrase": "query"][query] ?? "value"
        let options = value.object ?? [short: value]
        // Elasticsearch took `wildcard` beside `value`.
        guard let wanted = options[short] ?? (query == "wildcard" ? options["wildcard"] : nil),
            let text = wanted.plainText
        else {
            throw ElasticError.illegal("[\(query)] on [\(name.prefix(80))]: [\(short)] is missing, or no single value")
        }
        let place = query
        switch query {
        case "term":
            try options.allow(only: Self.decorations.union(["value", "case_insensitive"]), in: place)
            return try term(name, [wanted], ignoresCase: try options.truth("case_insensitive", in: place) ?? false)
        case "match":
            return try match(name, text, options)
        case "match_phrase":
            try options.allow(only: Self.decorations.union(["query", "slop", "zero_terms_query"]), in: place)
            if isSpecial(name) { return try term(name, [wanted]) }
            if Self.form(name) == .exact { return try term(name, [wanted]) }
            return .phrase(name, text, slop: try options.whole("slop", in: place) ?? 0, now: now, zone: .gmt)
        case "fuzzy":
            try options.allow(
                only: Self.decorations.union(["value", "fuzziness", "max_expansions", "transpositions", "rewrite"]),
                in: place)
            try refuseTime(name, query)
            let edits = try edits(try options.text("fuzziness", in: place) ?? "AUTO", text)
            return .fuzzy(Self.field(name), text, edits: edits, now: now, zone: .gmt)
        default: return try shape(query, name, text, options)
        }
    }

    /// Whether a field is none of a document's own.
    private func isSpecial(_ name: String) -> Bool { name == Self.timestamp || name == "_index" || name == "_id" }

    private func refuseTime(_ name: String, _ query: String) throws {
        guard name == Self.timestamp else { return }
        throw ElasticError(
            400, "query_shard_exception",
            "Can only use \(query) queries on keyword and text fields - not on [@timestamp] which is of type [date]")
    }

    // MARK: Whole values

    private func terms(_ body: Document) throws -> LogQuery {
        let fields = body.members.filter { !Self.decorations.contains($0.name) }
        guard let (name, value) = fields.first, fields.count == 1 else {
            throw ElasticError.parsing("[terms] query requires exactly one field name")
        }
        guard case .array(let values) = value else {
            throw ElasticError.parsing("[terms] on [\(name.prefix(80))]: an array of values is expected")
        }
        guard values.count <= 65_536 else {
            throw ElasticError.illegal(
                "The number of terms [\(values.count)] used in the Terms Query request is above 65536")
        }
        return try term(name, values)
    }

    func term(_ name: String, _ values: [DocumentValue], ignoresCase: Bool = false) throws -> LogQuery {
        switch name {
        case Self.timestamp:
            return .any(
                try values.map { value in
                    guard let range = DateFormat.standard.range(value.plainText ?? "", now: now, zone: .gmt) else {
                        throw unreadable(value.plainText ?? value.json)
                    }
                    return .time(range)
                })
        case "_index":
            return .any(try values.map { names.query(try IndexExpression($0.plainText, now: now)) })
        case "_id": return try ids(values)
        default: break
        }
        let plain = try values.map { value -> LogValue in
            guard let plain = value.logValue, plain != .null else {
                throw ElasticError.illegal("[term] on [\(name.prefix(80))]: \(value.kind) is no single value")
            }
            return plain
        }
        let field = Self.field(name)
        if ignoresCase, Self.form(name) == .exact {
            let folded = Set(plain.compactMap { if case .string(let text) = $0 { text.lowercased() } else { nil } })
            return .any([
                .value(of: field, isOneOf: plain, .exact),
                .text(of: field, folded.sorted().joined(separator: " ")) { folded.contains($0.lowercased()) },
            ])
        }
        return .value(of: field, isOneOf: plain, Self.form(name))
    }

    private func ids(_ values: [DocumentValue]) throws -> LogQuery {
        let texts = values.compactMap(\.plainText)
        let made = texts.compactMap { text in EventID(text).map { (text, $0) } }
        let names = names
        return .any(
            [.value(of: DocumentFields.id, isOneOf: texts.map { .string($0) }, .exact)]
                + made.map { text, id in
                    .every([
                        .time(TimeRange(start: id.time, end: id.time)),
                        .event("_id:\(text)") { EventID.text(of: $0, in: names.index(of: $0)) == text },
                    ])
                })
    }

    private func exists(_ name: String) throws -> LogQuery {
        switch name {
        case Self.timestamp, "_index", "_id", "_source": return .all
        default: break
        }
        let field = Self.field(name)
        if name.contains("*") {
            let found = try fieldNames().filter { !LogFields.isReserved($0) && IndexExpression.matches($0, name) }
            return .any(found.sorted().map { .exists($0) })
        }
        // An object is there where something of it is.
        let inner = try fieldNames().filter { $0.hasPrefix(field + ".") || $0.hasPrefix("fields.\(field).") }
        return .any([.exists(field)] + inner.sorted().map { .exists($0) })
    }

    // MARK: Words

    private func match(_ name: String, _ text: String, _ options: Document) throws -> LogQuery {
        try options.allow(
            only: Self.decorations.union([
                "query", "operator", "minimum_should_match", "lenient", "zero_terms_query", "fuzziness",
                "auto_generate_synonyms_phrase_query", "analyzer", "max_expansions", "prefix_length",
            ]), in: "match")
        for unsupported in ["fuzziness", "analyzer"] where options[unsupported] != nil {
            throw ElasticError.parsing("[match] [\(unsupported)] is not supported")
        }
        if let zero = try options.text("zero_terms_query", in: "match"), zero.lowercased() != "none" {
            throw ElasticError.parsing("[match] [zero_terms_query] [\(zero.prefix(80))] is not supported")
        }
        if isSpecial(name) || Self.form(name) == .exact { return try term(name, [.string(text)]) }
        let isAnd = try joinsByAnd(options["operator"], in: "match")
        let share = options["minimum_should_match"]
        if let share { _ = try Self.share(share, of: 1) }
        return .match(
            name, text,
            atLeast: { words in isAnd ? words : max(1, share.flatMap { try? Self.share($0, of: words) } ?? 1) },
            now: now, zone: .gmt)
    }

    private func edits(_ fuzziness: String, _ text: String) throws -> Int {
        if fuzziness.uppercased() == "AUTO" { return text.count < 3 ? 0 : text.count < 6 ? 1 : 2 }
        guard let number = Int(fuzziness), (0...2).contains(number) else {
            throw ElasticError.illegal("[fuzzy] fuzziness [\(fuzziness.prefix(80))] is none of AUTO, 0, 1 and 2")
        }
        return number
    }

    private func shape(_ query: String, _ name: String, _ text: String, _ options: Document) throws -> LogQuery {
        var known = Self.decorations.union(["value", "case_insensitive", "rewrite"])
        if query == "wildcard" { known.insert("wildcard") }
        if query == "regexp" { known.formUnion(["flags", "flags_value", "max_determinized_states"]) }
        try options.allow(only: known, in: query)
        try refuseTime(name, query)
        let ignoresCase = try options.truth("case_insensitive", in: query) ?? false
        if name == "_index" {
            guard query != "regexp" else { throw ElasticError.parsing("[regexp] on [_index] is not supported") }
            return names.query(try IndexExpression(query == "prefix" ? text + "*" : text, now: now))
        }
        if name == "_id" { throw ElasticError.illegal("[\(query)] on [_id] is not supported; ask for ids") }
        let (field, form) = (Self.field(name), Self.form(name))
        switch query {
        case "prefix": return .prefix(field, text, form, ignoresCase: ignoresCase)
        case "wildcard": return .wildcard(field, text, form, ignoresCase: ignoresCase)
        default:
            let flags = try options.text("flags", in: query) ?? "ALL"
            return try .regexp(
                field, try LuceneRegexp.translated(text, hasOperators: flags.uppercased() != "NONE"), form,
                ignoresCase: ignoresCase)
        }
    }

    // MARK: Ranges

    private func unreadable(_ text: String) -> ElasticError {
        ElasticError(
            400, "parse_exception",
            "failed to parse date field [\(text.prefix(80))] with format [strict_date_optional_time||epoch_millis]")
    }

    private func range(_ name: String, _ value: DocumentValue) throws -> LogQuery {
        guard let body = value.object else {
            throw ElasticError.parsing("[range] query malformed, no start_object after the field's name")
        }
        try body.allow(
            only: Self.decorations.union([
                "gt", "gte", "lt", "lte", "from", "to", "include_lower", "include_upper", "format", "time_zone",
                "relation",
            ]), in: "range")
        var (lower, upper) = (body["from"], body["to"])
        var includesLower = try body.truth("include_lower", in: "range") ?? true
        var includesUpper = try body.truth("include_upper", in: "range") ?? true
        if let bound = body["gte"] { (lower, includesLower) = (bound, true) }
        if let bound = body["gt"] { (lower, includesLower) = (bound, false) }
        if let bound = body["lte"] { (upper, includesUpper) = (bound, true) }
        if let bound = body["lt"] { (upper, includesUpper) = (bound, false) }
        let zone = try zone(body["time_zone"])
        func text(_ value: DocumentValue?) throws -> String? {
            guard let value, value != .null else { return nil }
            guard let text = value.plainText else {
                throw ElasticError.parsing("[range] on [\(name.prefix(80))]: \(value.kind) is no bound")
            }
            return text
        }
        let format = try body.text("format", in: "range").map { try DateFormat($0) }
        if name == Self.timestamp {
            return .time(
                try times(
                    try text(lower), includesLower, try text(upper), includesUpper, format ?? .standard, zone))
        }
        if name == "_index" || name == "_id" { throw ElasticError.illegal("[range] on [\(name)] is not supported") }
        func plain(_ text: String?) throws -> String? {
            guard let text, let format else { return text }
            // The field's own dates are written as everybody writes them.
            guard let time = format.range(text, now: now, zone: zone) else { throw unreadable(text) }
            return DocumentTime.text(time.start)
        }
        return .range(
            Self.field(name), from: try plain(try text(lower)), includesLower: includesLower,
            to: try plain(try text(upper)), includesUpper: includesUpper, Self.form(name), now: now, zone: zone)
    }

    private func times(
        _ lower: String?, _ includesLower: Bool, _ upper: String?, _ includesUpper: Bool, _ format: DateFormat,
        _ zone: TimeZone
    ) throws -> TimeRange {
        func bound(_ text: String) throws -> TimeRange {
            guard let range = format.range(text, now: now, zone: zone) else { throw unreadable(text) }
            return range
        }
        var (start, end) = (Int64.min, Int64.max)
        if let lower {
            let bound = try bound(lower)
            start = includesLower ? bound.start : bound.end &+ 1
        }
        if let upper {
            let bound = try bound(upper)
            end = includesUpper ? bound.end : bound.start &- 1
        }
        return TimeRange(start: start, end: end)
    }
}
