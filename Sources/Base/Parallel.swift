internal import Dispatch
internal import Synchronization

/// Work on many things at once, on all cores.
public enum Parallel {
    /// What `transform` makes of each index below `count`, in order. The calling thread takes part, and the call ends
    /// when all are done.
    ///
    /// After one has thrown, no further ones are begun. `transform` may look at the current task only where it runs on
    /// the caller's thread, which it does for some of the indices until the end: that is enough to notice a
    /// cancellation soon.
    /// - Parameter batch: how many indices are taken at once; more where each is little work.
    /// - Throws: what the first failing `transform` throws.
    public static func map<Result>(
        _ count: Int, batch: Int = 16, _ transform: (Int) throws -> Result
    ) throws -> [Result] {
        if count <= batch { return try (0..<count).map(transform) }
        // Sound without the compiler's checks: each index is written by one thread only, the array is read after all
        // have ended, and `transform` does not outlive the call.
        nonisolated(unsafe) let transform = transform
        nonisolated(unsafe) let results = UnsafeMutableBufferPointer<Result?>.allocate(capacity: count)
        results.initialize(repeating: nil)
        defer {
            results.deinitialize()
            results.deallocate()
        }
        let failure = Mutex<(any Error)?>(nil)
        let hasFailed = Atomic(false)
        DispatchQueue.concurrentPerform(iterations: (count + batch - 1) / batch) { number in
            for index in number * batch..<min(count, (number + 1) * batch) {
                if hasFailed.load(ordering: .relaxed) { return }
                do {
                    results[index] = try transform(index)
                } catch {
                    hasFailed.store(true, ordering: .relaxed)
                    failure.withLock { $0 = $0 ?? error }
                    return
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return results.compactMap { $0 }
    }
}
