import Partitions

extension StoreError {
    static func from(_ error: any Error) -> StoreError { from(error, store: "metric store") }

    static func sampleLimit(_ limit: Int) -> StoreError {
        StoreError(
            .sampleLimit,
            "cannot select samples: they are more than the limit of \(limit); ask for fewer series or a shorter time")
    }

    static let closed = closed(store: "metric store")

    static let cancelled = StoreError(.cancelled, "cannot select samples: the query was cancelled; ask again")
}
