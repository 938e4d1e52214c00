internal import Base
internal import HTTPTypes
internal import LogDocuments
internal import LogSearch
internal import Model

extension ElasticAPI {
    private static let scopeParameters: Set<String> = [
        "ignore_unavailable", "allow_no_indices", "expand_wildcards", "ignore_throttled", "preference", "routing",
        "index",
    ]
    private static let queryParameters: Set<String> = [
        "q", "df", "default_operator", "analyze_wildcard", "lenient", "min_score", "terminate_after",
    ]
    private static let searchParameters = scopeParameters.union(queryParameters).union([
        "from", "size", "sort", "_source", "_source_includes", "_source_excludes", "track_total_hits",
        "rest_total_hits_as_int", "request_cache", "search_type", "scroll", "batched_reduce_size",
        "max_concurrent_shard_requests", "pre_filter_shard_size", "ccs_minimize_roundtrips",
        "allow_partial_search_results", "docvalue_fields", "stored_fields", "version", "seq_no_primary_term",
        "track_scores", "stats", "typed_keys", "explain",
    ])

    private func check(_ parameters: ElasticParameters, _ known: Set<String>, _ path: String) throws {
        try parameters.allow(only: known, at: path)
        for name in ["typed_keys", "explain"] where try parameters.flag(name) == true {
            throw ElasticError.illegal("[\(name)] is not supported")
        }
        for name in ["min_score", "terminate_after"] {
            if let text = parameters[name], (Double(text) ?? 1) > 0 {
                throw ElasticError.illegal("[\(name)] is not supported")
            }
        }
    }

    /// `_search`.
    func search(_ call: Call, index: String?) async throws -> ElasticAnswer {
        guard call.method == .get || call.method == .post else {
            throw ElasticError(405, "method_not_allowed", "_search takes GET and POST")
        }
        try check(call.parameters, Self.searchParameters, call.path)
        let body = try Self.object(try await body(call))
        let (parameters, began) = (call.parameters, ContinuousClock.now)
        let keeps = parameters["scroll"] != nil
        return try await ask { searcher in
            ElasticAnswer(
                json: try Self.search(
                    body, index ?? parameters["index"], parameters, began: began, keeps: keeps, searcher))
        }
    }

    /// - Parameter keeps: whether the answer says how the client goes on.
    private static func search(
        _ body: Document, _ index: String?, _ parameters: ElasticParameters, began: ContinuousClock.Instant,
        keeps: Bool,
        _ searcher: Searcher
    ) throws -> [UInt8] {
        let request = try SearchRequest(body, parameters, searcher.reader)
        var expression = index
        var until = Int64.max
        if let id = request.pointInTime {
            let point = try SearchCursor(id)
            (expression, until) = (point.index, point.until)
        }
        if keeps, request.from > 0 {
            throw ElasticError.illegal("using [from] is not allowed in a scroll context")
        }
        if keeps, request.size == 0 { throw ElasticError.illegal("[size] cannot be [0] in a scroll context") }
        let scope = try searcher.scope(
            try IndexExpression(expression, now: searcher.now),
            ignoresAbsent: try parameters.flag("ignore_unavailable") ?? false,
            allowsNone: try parameters.flag("allow_no_indices") ?? true)
        let found = try within(request.timeout) { try searcher.find(request, scope, until: until) }
        var cursor: SearchCursor?
        if keeps {
            var kept = body
            for name in ["aggs", "aggregations", "search_after", "from", "timeout"] { kept.removeValue(named: name) }
            kept["size"] = request.size.json
            if let text = parameters["q"] { kept["query"] = Self.queryString(text, parameters) }
            if let sort = parameters["sort"] {
                kept["sort"] = .array(
                    sort.split(separator: ",").map { part in
                        let pieces = part.split(separator: ":", maxSplits: 1).map(String.init)
                        return .object([pieces[0]: .string(pieces.count > 1 ? pieces[1] : "asc")])
                    })
            }
            cursor = SearchCursor(
                index: expression ?? "*", body: kept,
                until: min(until, request.sort.byTime == .oldestFirst ? searcher.now : .max),
                next: found.next, total: found.total)
        }
        return Self.answer(found, request, parameters, began: began, scrollID: cursor?.text, searcher)
    }

    private static func queryString(_ text: String, _ parameters: ElasticParameters) -> DocumentValue {
        var body: Document = ["query": text.json]
        if let field = parameters["df"] { body.append("default_field", field.json) }
        if let joined = parameters["default_operator"] { body.append("default_operator", joined.json) }
        return .object(["query_string": .object(body)])
    }

    /// Works for a time that the client names, of which a part of the answer is enough.
    private static func within<Result>(_ timeout: Duration?, _ work: () throws -> Result) throws -> Result {
        guard let timeout else { return try work() }
        return try Work.until(WorkEnd(ContinuousClock.now + min(timeout, longest)), work)
    }

    private static func answer(
        _ found: Searcher.Found, _ request: SearchRequest, _ parameters: ElasticParameters,
        began: ContinuousClock.Instant, scrollID: String?, _ searcher: Searcher
    ) -> [UInt8] {
        var bytes = Array("{".utf8)
        func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
        if let scrollID { add("\"_scroll_id\":\"\(scrollID)\",") }
        if let point = request.pointInTime { add("\"pit_id\":\"\(point)\",") }
        add("\"took\":\(began.duration(to: .now).wholeMilliseconds),\"timed_out\":\(found.isPartial),")
        add(#""_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"#)
        let most = request.countsUpTo ?? .max
        if (parameters["rest_total_hits_as_int"] ?? "false") != "false" {
            add("\"total\":\(most == 0 ? -1 : found.total),")
        } else if most > 0 {
            let isMore = found.total > most
            add("\"total\":{\"value\":\(min(found.total, most)),\"relation\":\"\(isMore ? "gte" : "eq")\"},")
        }
        add("\"max_score\":\(request.sort.isNamed || found.hits.isEmpty ? "null" : "1.0"),\"hits\":[")
        var writer = HitWriter(
            names: searcher.names, source: request.source, fields: request.fields, isSorted: request.sort.isNamed)
        (writer.wantsVersion, writer.wantsSequence) = (request.wantsVersion, request.wantsSequence)
        for (place, hit) in found.hits.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            writer.write(hit, to: &bytes)
        }
        add("]}")
        if let aggregations = found.aggregations {
            add(",\"aggregations\":")
            aggregations.write(to: &bytes)
        }
        add("}")
        return bytes
    }

    // MARK: Going on

    /// `_search/scroll`.
    func scroll(_ call: Call, id: String?) async throws -> ElasticAnswer {
        try call.parameters.allow(only: ["scroll", "scroll_id", "rest_total_hits_as_int"], at: call.path)
        let body = try Self.object(try await body(call))
        if call.method == .delete { return ElasticAnswer(["succeeded": true.json, "num_freed": 1.json]) }
        guard let text = try body.text("scroll_id", in: "scroll") ?? id ?? call.parameters["scroll_id"] else {
            throw ElasticError(400, "action_request_validation_exception", "Validation Failed: 1: scrollId is missing;")
        }
        let start = try SearchCursor(text)
        let (parameters, began) = (call.parameters, ContinuousClock.now)
        return try await ask { searcher in
            var cursor = start
            let request = try SearchRequest(cursor.body, ElasticParameters(""), searcher.reader)
            var found = Searcher.Found()
            if let next = cursor.next {
                let scope = try searcher.scope(
                    try IndexExpression(cursor.index, now: searcher.now), ignoresAbsent: true)
                found = try searcher.find(request, scope, until: cursor.until, next: next, counts: false)
            }
            found.total = cursor.total
            cursor.next = found.next
            return ElasticAnswer(
                json: Self.answer(found, request, parameters, began: began, scrollID: cursor.text, searcher))
        }
    }

    /// `_pit`: what comes later is not seen by searches that name it.
    func openPoint(_ call: Call, index: String) async throws -> ElasticAnswer {
        try call.parameters.allow(
            only: Self.scopeParameters.union(["keep_alive", "allow_partial_search_results"]), at: call.path)
        return try await ask { searcher in
            _ = try searcher.scope(try IndexExpression(index, now: searcher.now))
            let point = SearchCursor(index: index, body: [:], until: searcher.now, next: nil, total: 0)
            return ElasticAnswer([
                "id": point.text.json,
                "_shards": .object(["total": 1.json, "successful": 1.json, "skipped": 0.json, "failed": 0.json]),
            ])
        }
    }

    // MARK: Several questions

    private static let mostSearches = 200

    /// `_msearch`: a line that says where, and one that says what, of each search.
    func multiSearch(_ call: Call, index: String?) async throws -> ElasticAnswer {
        try check(
            call.parameters,
            Self.scopeParameters.union([
                "max_concurrent_searches", "max_concurrent_shard_requests", "pre_filter_shard_size", "search_type",
                "rest_total_hits_as_int", "typed_keys", "ccs_minimize_roundtrips",
            ]), call.path)
        let bytes = try await body(call)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) }
        let (parameters, began) = (call.parameters, ContinuousClock.now)
        var pairs: [(head: [UInt8], body: [UInt8])] = []
        var place = 0
        while place < lines.count {
            // An empty head is one of no words.
            if place == lines.count - 1, !lines[place].contains(where: { $0 > 32 }) { break }
            guard place + 1 < lines.count else {
                throw ElasticError.illegal("The msearch request must be terminated by a newline [\\n]")
            }
            pairs.append((lines[place], lines[place + 1]))
            place += 2
        }
        guard !pairs.isEmpty else {
            throw ElasticError(400, "action_request_validation_exception", "Validation Failed: 1: no requests added;")
        }
        guard pairs.count <= Self.mostSearches else {
            throw ElasticError.illegal("more than \(Self.mostSearches) searches stand in one request")
        }
        let searches = pairs
        return try await ask { searcher in
            var answer = Array("{\"responses\":[".utf8)
            for (place, pair) in searches.enumerated() {
                if place > 0 { answer.append(UInt8(ascii: ",")) }
                do {
                    let own = try Self.one(pair, index, parameters, began, searcher)
                    answer += own.dropLast()
                    answer.append(contentsOf: ",\"status\":200}".utf8)
                } catch {
                    if Work.isOver { throw error }
                    ElasticError(of: error).body.write(to: &answer)
                }
            }
            answer.append(contentsOf: "],\"took\":\(began.duration(to: .now).wholeMilliseconds)}".utf8)
            return ElasticAnswer(json: answer)
        }
    }

    private static let headFields: Set<String> = [
        "index", "ignore_unavailable", "allow_no_indices", "expand_wildcards", "ignore_throttled", "preference",
        "routing",
        "search_type", "request_cache", "ccs_minimize_roundtrips", "allow_partial_search_results",
        "max_concurrent_shard_requests", "type", "types",
    ]

    private static func one(
        _ pair: (head: [UInt8], body: [UInt8]), _ index: String?, _ parameters: ElasticParameters,
        _ began: ContinuousClock.Instant, _ searcher: Searcher
    ) throws -> [UInt8] {
        let head = try object(pair.head)
        try head.allow(only: headFields, in: "msearch")
        let named = head["index"]?.list.compactMap(\.string).joined(separator: ",")
        var own = ["ignore_unavailable", "allow_no_indices"].compactMap { name in
            head[name].flatMap(\.truth).map { "\(name)=\($0)" }
        }
        if let whole = parameters["rest_total_hits_as_int"] { own.append("rest_total_hits_as_int=\(whole)") }
        for name in ["ignore_unavailable", "allow_no_indices"] where head[name] == nil {
            if let flag = try parameters.flag(name) { own.append("\(name)=\(flag)") }
        }
        return try search(
            try object(pair.body), named.flatMap { $0.isEmpty ? nil : $0 } ?? index,
            ElasticParameters(own.joined(separator: "&")), began: began, keeps: false, searcher)
    }

    // MARK: Counting

    /// `_count`.
    func count(_ call: Call, index: String?) async throws -> ElasticAnswer {
        try check(call.parameters, Self.scopeParameters.union(Self.queryParameters), call.path)
        let body = try Self.object(try await body(call))
        try body.allow(only: ["query"], in: "count")
        let parameters = call.parameters
        return try await ask { searcher in
            let reader = searcher.reader
            var query = try reader.query(body["query"])
            if let text = parameters["q"] { query = try SearchRequest.query(text, parameters, reader) }
            let scope = try searcher.scope(
                try IndexExpression(index, now: searcher.now),
                ignoresAbsent: try parameters.flag("ignore_unavailable") ?? false,
                allowsNone: try parameters.flag("allow_no_indices") ?? true)
            let total = try LogSearch.counts(of: scope.and(query), in: .all, source: searcher.source).total
            return ElasticAnswer([
                "count": total.json,
                "_shards": .object(["total": 1.json, "successful": 1.json, "skipped": 0.json, "failed": 0.json]),
            ])
        }
    }
}
