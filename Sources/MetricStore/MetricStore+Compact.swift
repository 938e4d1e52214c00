import Model
import Partitions
import Synchronization

extension MetricStore {
    /// Gives all samples their final form: seals whatever is in memory, and cuts the tail to what is left, which is
    /// next to nothing. Samples that come meanwhile may stay in memory.
    ///
    /// Upkeep does the same bit by bit when the time of a window is over; this is for whoever wants to measure or copy
    /// the files now. A window that gets more samples later is sealed in more pieces than it would have been.
    /// - Throws: ``StoreError``; nothing is lost then.
    public func compact() throws {
        do {
            try upkeepState.withLock { state in
                if tail.withLock({ $0 == nil }) { throw StoreError.closed }
                try sealEverything(&state)
                try writeImage(&state)
            }
        } catch {
            throw StoreError.from(error)
        }
    }
}
