internal import Model

/// Alerts that are told together: those of one route with the same group labels. Times are in milliseconds.
struct AlertGroup: Sendable {
    struct ID: Hashable, Sendable {
        let route: Int
        let labels: Labels
        /// Counts configurations, so that a flush of an old one cannot touch a group of the new one.
        let generation: Int
    }

    let id: ID
    var alerts: Set<UInt64> = []
    var nextFlush: Int64
    var hasFlushed = false
    var isFlushing = false

    init(id: ID, nextFlush: Int64) {
        self.id = id
        self.nextFlush = nextFlush
    }
}
