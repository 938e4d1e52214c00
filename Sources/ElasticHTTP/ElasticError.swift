internal import Base
internal import LogDocuments
internal import LogSearch

/// What Elasticsearch answers where it cannot do what is asked.
struct ElasticError: Error, CustomStringConvertible {
    let status: Int
    let type: String
    let reason: String
    /// Of an index that is not there.
    var index: String?

    init(_ status: Int, _ type: String, _ reason: String, index: String? = nil) {
        self.status = status
        self.type = type
        self.reason = reason
        self.index = index
    }

    var description: String { "\(type): \(reason)" }

    static func illegal(_ reason: String) -> ElasticError { ElasticError(400, "illegal_argument_exception", reason) }
    static func parsing(_ reason: String) -> ElasticError { ElasticError(400, "parsing_exception", reason) }

    static func noIndex(_ name: String) -> ElasticError {
        ElasticError(404, "index_not_found_exception", "no such index [\(name)]", index: name)
    }

    /// What failed, in Elasticsearch's words.
    init(of error: any Error) {
        switch error {
        case let error as ElasticError: self = error
        case let error as LogQueryError:
            self.init(400, "query_shard_exception", "Failed to parse query: \(error)")
        case let error as DocumentError: self.init(400, "x_content_parse_exception", "cannot read the body: \(error)")
        case is WorkTimedOut:
            self.init(503, "timeout_exception", "the search was ended, as others came before it; ask again")
        case is CancellationError: self.init(503, "task_cancelled_exception", "the search was cancelled")
        default: self.init(503, "status_exception", "\(error)")
        }
    }

    /// The error alone, as it stands in answers of several parts.
    var document: Document {
        var cause = Document()
        cause.append("type", .string(type))
        cause.append("reason", .string(reason))
        if let index {
            for (name, value) in [
                ("resource.type", "index_or_alias"), ("resource.id", index), ("index_uuid", "_na_"), ("index", index),
            ] { cause.append(name, .string(value)) }
        }
        var error: Document = ["root_cause": .array([.object(cause)])]
        for member in cause.members { error.append(member.name, member.value) }
        return error
    }

    /// The whole answer.
    var body: Document { ["error": .object(document), "status": .integer(Int64(status))] }
}
