internal import Base
internal import LogDocuments

/// The actions of a `_bulk`: a line that says what is to be done and, behind most, one with the document.
struct BulkRequest {
    enum Kind: String { case index, create, update, delete }

    struct Action {
        let kind: Kind
        /// As the line or the address has it; not checked yet.
        let index: String?
        let id: String?
        /// Where the document lies in the body; empty for what has none.
        let document: Range<Int>
    }

    private(set) var actions: [Action] = []

    /// The most actions of a request: each is answered by some hundred bytes.
    static let mostActions = 200_000
    private static let metadata: Set<String> = [
        "_index", "_id", "_type", "routing", "_routing", "version", "_version", "version_type", "_version_type",
        "pipeline", "op_type", "require_alias", "require_data_stream", "dynamic_templates", "if_seq_no",
        "if_primary_term", "retry_on_conflict", "_retry_on_conflict", "list_executed_pipelines", "_source", "parent",
        "_parent", "timestamp", "ttl",
    ]

    /// - Parameter index: of the address.
    /// - Throws: ``ElasticError`` for lines that are no actions: nothing of the request is done then.
    init(_ body: UnsafeRawBufferPointer, index: String?) throws {
        let bytes = body.bindMemory(to: UInt8.self)
        guard let last = bytes.last else {
            throw ElasticError.parsing("request body is required")
        }
        guard last == UInt8(ascii: "\n") else {
            throw ElasticError.illegal("The bulk request must be terminated by a newline [\\n]")
        }
        var number = 0
        var position = 0
        /// The next line that is not empty, without its end.
        func next() -> Range<Int>? {
            while position < bytes.count {
                let start = position
                var end = start
                while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
                position = end + 1
                number += 1
                while end > start, bytes[end - 1] == UInt8(ascii: "\r") || bytes[end - 1] == 32 { end -= 1 }
                if end > start { return start..<end }
            }
            return nil
        }
        var known: (line: Range<Int>, kind: Kind, index: String?, id: String?)?
        while let line = next() {
            guard actions.count < Self.mostActions else {
                throw ElasticError(
                    413, "content_too_long_exception",
                    "the bulk request has more than \(Self.mostActions) actions; send fewer at once")
            }
            let text = UnsafeBufferPointer(rebasing: bytes[line])
            // Most lines are the same as those before them.
            let isKnown = known.map { UnsafeBufferPointer(rebasing: bytes[$0.line]).elementsEqual(text) } ?? false
            if !isKnown {
                let read = try Self.action(text, line: number)
                known = (line, read.kind, read.index, read.id)
            }
            guard let known else { continue }
            var document = line.upperBound..<line.upperBound
            if known.kind != .delete {
                guard let found = next() else {
                    throw ElasticError.illegal(
                        "Malformed action/metadata line [\(number)], a document is expected behind it")
                }
                document = found
            }
            actions.append(Action(kind: known.kind, index: known.index ?? index, id: known.id, document: document))
        }
        guard !actions.isEmpty else {
            throw ElasticError(
                400, "action_request_validation_exception", "Validation Failed: 1: no requests added;")
        }
    }

    /// One document, which is the whole body.
    init(one kind: Kind, index: String, id: String?, bytes: Int) {
        actions = [Action(kind: kind, index: index, id: id, document: 0..<bytes)]
    }

    private static func action(
        _ text: UnsafeBufferPointer<UInt8>, line: Int
    ) throws -> (kind: Kind, index: String?, id: String?) {
        let read: (document: Document, isExact: Bool)
        do {
            read = try DocumentReader.document(text, .init(depth: 8, values: 1_000))
        } catch {
            throw ElasticError.illegal("Malformed action/metadata line [\(line)], expected START_OBJECT: \(error)")
        }
        guard let (name, value) = read.document.members.first, read.document.count == 1 else {
            throw ElasticError.illegal("Malformed action/metadata line [\(line)], one action is expected")
        }
        guard let kind = Kind(rawValue: name) else {
            throw ElasticError.illegal(
                "Malformed action/metadata line [\(line)], expected field [create], [delete], [index] or [update] but "
                    + "found [\(name.prefix(80))]")
        }
        guard let metadata = value.object ?? (value == .null ? [:] : nil) else {
            throw ElasticError.illegal(
                "Malformed action/metadata line [\(line)], expected START_OBJECT behind [\(name)]")
        }
        for (name, _) in metadata.members where !Self.metadata.contains(name) {
            throw ElasticError.illegal(
                "Action/metadata line [\(line)] contains an unknown parameter [\(name.prefix(80))]")
        }
        func member(_ name: String) throws -> String? {
            guard let value = metadata[name], value != .null else { return nil }
            guard let text = value.plainText else {
                throw ElasticError.illegal("Malformed action/metadata line [\(line)], [\(name)] is no text")
            }
            return text
        }
        // An action may say that a document must not be there yet.
        let isCreate = try kind == .index && member("op_type") == "create"
        return (isCreate ? .create : kind, try member("_index"), try member("_id"))
    }
}
