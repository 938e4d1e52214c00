internal import HTTPTypes
internal import HummingbirdCore
internal import LogDocuments
internal import LogSearch
internal import Model

extension ElasticAPI {
    private static let parameters: Set<String> = [
        "ignore_unavailable", "allow_no_indices", "expand_wildcards", "include_defaults", "write_index_only",
        "wait_for_active_shards", "features", "require_alias",
    ]

    private func expression(_ index: String?) throws -> IndexExpression { try IndexExpression(index, now: parts.now()) }

    /// An index itself: whether it is there, what it is, and that it be made.
    func index(_ call: Call, _ index: String) async throws -> ElasticAnswer {
        switch call.method {
        case .put:
            let name = try DocumentStore.checked(index, now: parts.now())
            made.add(name)
            return ElasticAnswer(["acknowledged": true.json, "shards_acknowledged": true.json, "index": name.json])
        case .get:
            try call.parameters.allow(only: Self.parameters, at: call.path)
            if call.request.method == .head {
                return try await ask { searcher in
                    let expression = try IndexExpression(index, now: searcher.now)
                    _ = try searcher.scope(expression, allowsNone: expression.names != nil)
                    return ElasticAnswer([:])
                }
            }
            return try await indices(call, index: index) { name in
                ["aliases": .object([:]), "mappings": .object([:]), "settings": Stubs.settings(of: name)]
            }
        default: throw Self.appendOnly
        }
    }

    /// Says the same of each index.
    func indices(
        _ call: Call, index: String?, _ describe: @escaping @Sendable (String) -> Document
    ) async throws -> ElasticAnswer {
        let expression = try expression(index)
        return try await ask { searcher in
            let names = try IndexCatalog(searcher: searcher).counts(expression).map(\.name)
            return ElasticAnswer(Document(names.map { (name: $0, value: .object(describe($0))) }))
        }
    }

    /// `_resolve/index`.
    func resolved(_ call: Call, index: String?) async throws -> ElasticAnswer {
        let expression = try expression(index)
        return try await ask { searcher in
            let names = try IndexCatalog(searcher: searcher).counts(expression).map(\.name)
            return ElasticAnswer([
                "indices": .array(names.map { .object(["name": $0.json, "attributes": .array(["open".json])]) }),
                "aliases": .array([]), "data_streams": .array([]),
            ])
        }
    }

    /// `_mapping`, also of some fields alone.
    func mapping(_ call: Call, index: String?) async throws -> ElasticAnswer {
        try call.parameters.allow(only: Self.parameters, at: call.path)
        guard !call.segments.contains("field") else {
            throw ElasticError.illegal("_mapping/field is not supported; ask for the whole mapping")
        }
        let expression = try expression(index)
        return try await ask { searcher in
            let catalog = IndexCatalog(searcher: searcher)
            let names = try catalog.counts(expression).map(\.name)
            let mapping = IndexCatalog.mapping(try catalog.types(searcher.names.query(expression)))
            return ElasticAnswer(
                Document(names.map { (name: $0, value: .object(["mappings": .object(mapping)])) }))
        }
    }

    /// `_field_caps`: which fields there are, and what may be asked of them.
    func fieldCapabilities(_ call: Call, index: String?) async throws -> ElasticAnswer {
        try call.parameters.allow(
            only: Self.parameters.union(["fields", "include_unmapped", "filters", "types", "include_empty_fields"]),
            at: call.path)
        let body = try Self.object(try await body(call))
        try body.allow(only: ["fields", "index_filter"], in: "field_caps")
        let patterns = call.parameters.list("fields") ?? body["fields"]?.list.compactMap(\.string) ?? ["*"]
        let expression = try expression(index)
        let ignoresAbsent = try call.parameters.flag("ignore_unavailable") ?? false
        let kinds = call.parameters.list("types").map(Set.init)
        let skipsMetadata = call.parameters.list("filters")?.contains("-metadata") ?? false
        return try await ask { searcher in
            let catalog = IndexCatalog(searcher: searcher)
            var scope = try searcher.scope(expression, ignoresAbsent: ignoresAbsent)
            if let filter = body["index_filter"] { scope = scope.and(try searcher.reader.query(filter)) }
            var types = try catalog.types(scope)
            types[LogEvent.timestampName] = ["date"]
            for (name, own) in types where !own.isDisjoint(with: ["text", "keyword"]) {
                types[name + ".keyword"] = ["keyword"]
            }
            let metadata = ["_id", "_index", "_source"]
            if !skipsMetadata { for name in metadata { types[name] = [name] } }
            var fields = Document()
            for (name, own) in types.sorted(by: { $0.key < $1.key }) {
                guard patterns.contains(where: { IndexExpression.matches(name, $0) }) else { continue }
                let capabilities = own.sorted().filter { kinds?.contains($0) ?? true }.map { type in
                    (
                        name: type,
                        value: DocumentValue.object([
                            "type": type.json, "metadata_field": metadata.contains(name).json,
                            "searchable": (name != "_source").json,
                            "aggregatable": (type != "text" && name != "_source" && name != "_id").json,
                        ])
                    )
                }
                if !capabilities.isEmpty { fields.append(name, .object(Document(capabilities))) }
            }
            let names = try catalog.counts(expression, ignoresAbsent: ignoresAbsent).map(\.name)
            return ElasticAnswer(["indices": .array(names.map(\.json)), "fields": .object(fields)])
        }
    }

    // MARK: Tables

    /// `_cat`: tables for people.
    func table(_ call: Call, _ name: String, argument: String?) async throws -> ElasticAnswer {
        try call.parameters.allow(
            only: Self.parameters.union([
                "h", "s", "help", "bytes", "time", "health", "pri", "ts", "full_id", "include_unloaded_segments",
            ]), at: call.path)
        var table: CatTable
        switch name {
        case "health": table = .health(now: parts.now())
        case "nodes": table = .nodes(parts.nodeName)
        case "templates", "aliases", "plugins": table = CatTable(columns: ["name"], rows: [])
        case "indices", "count":
            let expression = try expression(argument)
            let now = parts.now()
            let counts = try await ask { try IndexCatalog(searcher: $0).counts(expression) }
            table = name == "indices" ? .indices(counts) : .count(counts.reduce(0) { $0 + $1.count }, now: now)
        default:
            throw ElasticError.illegal("no handler found for uri [\(call.path.prefix(200))] and method [GET]")
        }
        try table.arrange(columns: call.parameters.list("h"), order: call.parameters.list("s"))
        let accept = call.request.headers[.accept] ?? ""
        let isJSON =
            call.parameters["format"] == "json"
            || (call.parameters["format"] == nil && accept.contains("json") && !accept.contains("text/plain"))
        return isJSON
            ? ElasticAnswer(json: table.json)
            : ElasticAnswer(text: table.text(hasHead: try call.parameters.flag("v") ?? false))
    }
}
