internal import Codecs
import Partitions

extension StoreError {
    static func from(_ error: any Error) -> StoreError {
        if let error = error as? ZstdError { return StoreError(.corrupt, error.description) }
        return from(error, store: "trace store")
    }

    static let closed = closed(store: "trace store")

    static let cancelled = StoreError(.cancelled, "cannot search traces: the query was cancelled; ask again")

    static func damaged(_ what: String) -> StoreError {
        StoreError(.corrupt, "cannot read \(what): its bytes are damaged; its spans are left out of answers")
    }
}
