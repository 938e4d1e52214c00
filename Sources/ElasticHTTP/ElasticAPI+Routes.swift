internal import HTTPTypes
internal import Hummingbird
internal import LogDocuments

extension ElasticAPI {
    /// Finds out who answers a request.
    func route(_ call: Call) async throws -> ElasticAnswer {
        guard let first = call.segments.first else {
            try call.parameters.allow(only: [], at: "/")
            return ElasticAnswer(Stubs.root(parts.nodeName))
        }
        if !first.hasPrefix("_") || first == "_all" { return try await route(call, index: first) }
        let rest = Array(call.segments.dropFirst())
        switch (first, rest.first) {
        case ("_bulk", nil): return try await bulk(call, index: nil)
        case ("_search", nil): return try await search(call, index: nil)
        case ("_search", "scroll"?): return try await scroll(call, id: rest.count > 1 ? rest[1] : nil)
        case ("_msearch", nil): return try await multiSearch(call, index: nil)
        case ("_count", nil): return try await count(call, index: nil)
        case ("_mapping", _), ("_mappings", _): return try await mapping(call, index: nil)
        case ("_field_caps", nil): return try await fieldCapabilities(call, index: nil)
        case ("_pit", nil) where call.method == .delete:
            return ElasticAnswer(["succeeded": true.json, "num_freed": 1.json])
        case ("_cat", let name?): return try await table(call, name, argument: rest.count > 1 ? rest[1] : nil)
        case ("_refresh", nil), ("_flush", nil): return ElasticAnswer(Stubs.refreshed)
        case ("_alias", _), ("_aliases", _):
            return try await indices(call, index: nil) { _ in ["aliases": .object([:])] }
        case ("_settings", _): return try await indices(call, index: nil) { ["settings": Stubs.settings(of: $0)] }
        case ("_resolve", "index"?): return try await resolved(call, index: rest.count > 1 ? rest[1] : nil)
        default:
            if let answer = try stub(call, first, rest) { return answer }
            throw noHandler(call)
        }
    }

    private func route(_ call: Call, index: String) async throws -> ElasticAnswer {
        let second = call.segments.count > 1 ? call.segments[1] : nil
        let third = call.segments.count > 2 ? call.segments[2] : nil
        switch second {
        case nil: return try await self.index(call, index)
        case "_bulk": return try await bulk(call, index: index)
        case "_search": return try await search(call, index: index)
        case "_msearch": return try await multiSearch(call, index: index)
        case "_count": return try await count(call, index: index)
        case "_mapping", "_mappings":
            if call.method == .put || call.method == .post { return ElasticAnswer(Stubs.acknowledged) }
            return try await mapping(call, index: index)
        case "_field_caps": return try await fieldCapabilities(call, index: index)
        case "_doc" where third == "_bulk": return try await bulk(call, index: index)
        case "_doc" where third == "_search": return try await search(call, index: index)
        case "_doc", "_create", "_source":
            return try await document(call, index: index, id: third, isCreate: second == "_create")
        case "_pit" where call.method == .post: return try await openPoint(call, index: index)
        case "_refresh", "_flush", "_forcemerge", "_cache": return ElasticAnswer(Stubs.refreshed)
        case "_alias", "_aliases":
            if call.method != .get { return ElasticAnswer(Stubs.acknowledged) }
            return try await indices(call, index: index) { _ in ["aliases": .object([:])] }
        case "_settings":
            if call.method == .put { return ElasticAnswer(Stubs.acknowledged) }
            return try await indices(call, index: index) { ["settings": Stubs.settings(of: $0)] }
        case "_update", "_delete_by_query", "_update_by_query": throw Self.appendOnly
        case let type? where !type.hasPrefix("_"):
            // A type, as before version 7.
            switch third {
            case "_bulk": return try await bulk(call, index: index)
            case "_search": return try await search(call, index: index)
            case "_count": return try await count(call, index: index)
            case "_mapping": return ElasticAnswer(Stubs.acknowledged)
            case let id where id?.hasPrefix("_") != true:
                return try await document(call, index: index, id: id, isCreate: false)
            default: throw noHandler(call)
            }
        default: throw noHandler(call)
        }
    }

    static var appendOnly: ElasticError {
        .illegal("logs are append-only: documents are not changed, and go with their time; see logs.retention")
    }

    private func noHandler(_ call: Call) -> ElasticError {
        .illegal("no handler found for uri [\(call.path.prefix(200))] and method [\(call.request.method.rawValue)]")
    }
}

extension Bool {
    var json: DocumentValue { .boolean(self) }
}

extension Int {
    var json: DocumentValue { .integer(Int64(self)) }
}

extension String {
    var json: DocumentValue { .string(self) }
}
