public import Model
import Partitions
import Synchronization

extension MetricStore {
    /// Deletes the samples in `range` of the series that fulfil any of `selectors`. When it returns they are gone from
    /// memory and from the disk; there are no tombstones that a query would have to mind.
    ///
    /// After a failure, or the end of the process within, some are deleted and others not; deleting again is safe.
    /// - Returns: how many samples went.
    @discardableResult
    public func delete(matchingAny selectors: [[Matcher]], in range: TimeRange) throws -> Int {
        do {
            return try upkeepState.withLock { state in
                if tail.withLock({ $0 == nil }) { throw StoreError.closed }
                var removed = 0
                for matchers in selectors {
                    for day in days.days(overlapping: range) {
                        guard let index = try days.index(of: day) else { continue }
                        removed += try days.delete(index.select(matchers), of: day, index, in: range)
                    }
                }
                let inMemory = deleteFromHead(selectors, in: range)
                // The tail's older files still have the samples: a new one with what is left takes their place.
                if inMemory > 0 { try writeImage(&state) }
                return removed + inMemory
            }
        } catch {
            throw StoreError.from(error)
        }
    }

    private func deleteFromHead(_ selectors: [[Matcher]], in range: TimeRange) -> Int {
        // The tail's lock keeps appends out, whose samples would come between.
        tail.withLock { _ in
            head.withLock { head in
                var removed = 0
                for matchers in selectors {
                    let slots = head.index.select(matchers, labels: { head.series[Int($0)].labels })
                    for slot in slots { removed += head.delete(range, from: slot) }
                    head.exemplars.remove(matchers, in: range)
                    // What is left of them would be their names, and the times after which samples are too old.
                    head.drop(
                        slots.filter { head.series[Int($0)].isEmpty && range.contains(head.series[Int($0)].newest) })
                }
                return removed
            }
        }
    }
}
