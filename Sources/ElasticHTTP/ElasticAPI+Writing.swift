internal import HTTPKit
internal import Hummingbird
internal import LogDocuments
internal import LogSearch
internal import NIOCore

extension ElasticAPI {
    private static let writeParameters: Set<String> = [
        "refresh", "routing", "pipeline", "wait_for_active_shards", "require_alias", "require_data_stream", "type",
        "_source",
        "_source_includes", "_source_excludes", "op_type", "version", "version_type", "if_seq_no", "if_primary_term",
        "list_executed_pipelines", "include_source_on_error",
    ]

    /// `_bulk`: many documents.
    func bulk(_ call: Call, index: String?) async throws -> ElasticAnswer {
        guard call.method != .get, call.method != .delete else {
            throw ElasticError(405, "method_not_allowed", "_bulk takes POST and PUT")
        }
        try call.parameters.allow(only: Self.writeParameters, at: call.path)
        let began = ContinuousClock.now
        let outcomes = try await store(call) { documents, bytes in
            try documents.perform(try BulkRequest(bytes, index: index), bytes)
        }
        return ElasticAnswer(json: Self.items(outcomes, took: began.duration(to: .now).wholeMilliseconds))
    }

    private func store(
        _ call: Call, _ work: @escaping @Sendable (DocumentStore, UnsafeRawBufferPointer) throws -> [Done]
    ) async throws -> [Done] {
        let body = try await call.request.body.collect(upTo: MessageLanes.bodyBytesMax)
        let (documents, request) = (documents, call.request)
        do {
            let done = try await parts.lanes.run(bodyBytes: body.readableBytes) { limit in
                try Self.opened(body, request, limit: limit)
            } _: { bytes in
                try bytes.withUnsafeBytes { try work(documents, $0) }
            }
            let failed = done.count { if case .failed = $0.outcome { true } else { false } }
            parts.wrote(done.count - failed, failed, body.readableBytes)
            return done
        } catch {
            parts.wrote(0, 1, 0)
            throw error
        }
    }

    typealias Done = DocumentStore.Done

    private static func items(_ outcomes: [Done], took: Int) -> [UInt8] {
        let hasErrors = outcomes.contains { if case .failed = $0.outcome { true } else { false } }
        var bytes: [UInt8] = Array(#"{"took":\#(took),"errors":\#(hasErrors),"items":["#.utf8)
        bytes.reserveCapacity(outcomes.count * 200)
        for (place, done) in outcomes.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            let item: Document = [done.kind.rawValue: .object(Self.item(done.outcome))]
            item.write(to: &bytes)
        }
        bytes.append(contentsOf: "]}".utf8)
        return bytes
    }

    private static func item(_ outcome: DocumentStore.Outcome) -> Document {
        func written(_ index: String, _ id: String, _ result: String, version: Int, status: Int) -> Document {
            [
                "_index": index.json, "_id": id.json, "_version": version.json, "result": result.json,
                "_shards": .object(["total": 1.json, "successful": 1.json, "failed": 0.json]), "_seq_no": 0.json,
                "_primary_term": 1.json, "status": status.json,
            ]
        }
        switch outcome {
        case .stored(let index, let id): return written(index, id, "created", version: 1, status: 201)
        case .unchanged(let index, let id): return written(index, id, "updated", version: 2, status: 200)
        case .failed(let index, let id, let error):
            return [
                "_index": index.json, "_id": id?.json ?? .null, "status": error.status.json,
                "error": .object(["type": error.type.json, "reason": error.reason.json]),
            ]
        }
    }

    // MARK: One document

    /// `_doc`, `_create`, `_source` of an index.
    func document(_ call: Call, index: String, id: String?, isCreate: Bool) async throws -> ElasticAnswer {
        switch call.method {
        case .get:
            guard let id else { throw ElasticError.illegal("no id is named") }
            return try await stored(call, index: index, id: id)
        case .delete: throw Self.appendOnly
        default: break
        }
        try call.parameters.allow(only: Self.writeParameters, at: call.path)
        let isCreate = isCreate || call.parameters["op_type"] == "create"
        let done = try await store(call) { documents, bytes in
            guard !bytes.isEmpty else { throw ElasticError.parsing("request body is required") }
            return try documents.perform(
                BulkRequest(one: isCreate ? .create : .index, index: index, id: id, bytes: bytes.count), bytes)
        }
        guard let first = done.first else { throw ElasticError.parsing("request body is required") }
        if case .failed(_, _, let error) = first.outcome { throw error }
        var answer = Self.item(first.outcome)
        let status = answer.removeValue(named: "status")?.whole ?? 201
        return ElasticAnswer(answer, status: status)
    }

    /// A document by its id.
    private func stored(_ call: Call, index: String, id: String) async throws -> ElasticAnswer {
        try call.parameters.allow(
            only: ["_source", "_source_includes", "_source_excludes", "realtime", "refresh", "routing", "preference"],
            at: call.path)
        let isSource = call.segments.contains("_source")
        let filter = try SourceFilter(nil, call.parameters)
        return try await ask { searcher in
            let scope = try searcher.scope(try IndexExpression(index, now: searcher.now))
            let query = try searcher.reader.query(["ids": .object(["values": .array([id.json])])].value)
            let hit = try searcher.first(scope.and(query))
            guard let hit else {
                if isSource {
                    throw ElasticError(404, "resource_not_found_exception", "Document not found [\(index)]/[\(id)]")
                }
                return ElasticAnswer(["_index": index.json, "_id": id.json, "found": false.json], status: 404)
            }
            var source: [UInt8] = []
            filter.write(hit, to: &source)
            if isSource { return ElasticAnswer(json: source) }
            let head: Document = [
                "_index": searcher.names.index(of: hit).json, "_id": id.json, "_version": 1.json, "_seq_no": 0.json,
                "_primary_term": 1.json, "found": true.json,
            ]
            var bytes: [UInt8] = []
            head.write(to: &bytes)
            if filter.isWanted {
                bytes.removeLast()
                bytes.append(contentsOf: #","_source":"#.utf8)
                bytes += source
                bytes.append(UInt8(ascii: "}"))
            }
            return ElasticAnswer(json: bytes)
        }
    }
}

extension Duration {
    var wholeMilliseconds: Int { Int(self / .milliseconds(1)) }
}

extension [String: DocumentValue] {
    var value: DocumentValue { .object(Document(map { (name: $0.key, value: $0.value) })) }
}
