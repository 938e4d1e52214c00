import Partitions
import Synchronization

extension MetricStore {
    /// Writes a copy of all samples into a new directory, from which a store can be opened. Appends and queries go on.
    ///
    /// What was acknowledged before the call is in the copy; of what comes meanwhile some may be.
    /// - Parameter includesMemory: whether samples that are not sealed yet are copied too.
    /// - Throws: ``StoreError``; what was written of the copy may be removed then.
    public func snapshot(to directory: String, includesMemory: Bool = true) throws {
        do {
            // Over all of it, so that no sample is sealed after its day was copied and leaves memory before that is.
            try upkeepState.withLock { _ in
                if tail.withLock({ $0 == nil }) { throw StoreError.closed }
                // A copy of what is left would look like one of all.
                if let loss = losses.first { throw loss }
                try FileSystem.makeDirectory(directory)
                try days.copy(to: directory)
                if includesMemory { try copyMemory(to: directory) }
                try FileSystem.synchronizeDirectory(directory)
            }
        } catch {
            throw StoreError.from(error)
        }
    }

    private func copyMemory(to directory: String) throws {
        let copy = try TailLog(directory: directory, sync: .normal)
        defer { copy.close() }
        try forEachImageRow { try copy.commit([$0]) }
        try copy.completeImage()
    }
}
