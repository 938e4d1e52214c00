public import Model
import Partitions
import Synchronization

extension MetricStore: ExemplarSource {
    /// Keeps exemplars that are new, as long as there is room: the oldest of all make place.
    /// - Throws: ``StoreError``, and none is kept then.
    public func append(exemplars: [RefExemplar]) throws {
        if exemplars.isEmpty { return }
        do {
            try tail.withLock { tail in
                guard let tail else { throw StoreError.closed }
                let new = head.withLock { head in
                    exemplars.compactMap { one -> ExemplarRing.Entry? in
                        guard let slot = head.slot(of: one.ref) else { return nil }
                        let entry = ExemplarRing.Entry(series: head.series[slot].labels, exemplar: one.exemplar)
                        return head.exemplars.accepts(entry) ? entry : nil
                    }
                }
                if new.isEmpty { return }
                try tail.commit([(.exemplars, ExemplarCodec.encode(new))])
                head.withLock { head in
                    for entry in new { head.exemplars.insert(entry) }
                }
            }
        } catch {
            throw StoreError.from(error)
        }
    }

    public func exemplars(matchingAny selectors: [[Matcher]], in range: TimeRange) throws -> [SeriesExemplars] {
        let ring = head.withLock { $0.exemplars }
        return ring.select(matchingAny: selectors, in: range)
    }

    /// Rows of the tail that hold all exemplars.
    func exemplarRows() -> [[UInt8]] {
        let entries = head.withLock { $0.exemplars }.all
        return stride(from: 0, to: entries.count, by: 4_096).map {
            ExemplarCodec.encode(entries[$0..<min(entries.count, $0 + 4_096)])
        }
    }
}
