internal import Dispatch
internal import Glibc
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
    public static func map<Result: Sendable>(
        _ count: Int, batch: Int = 16, _ transform: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        if count <= batch || helpers.isEmpty { return try (0..<count).map(transform) }
        // Sound without the compiler's checks: each index is written by one thread only, and the array is read after all
        // have ended.
        nonisolated(unsafe) let results = UnsafeMutableBufferPointer<Result?>.allocate(capacity: count)
        results.initialize(repeating: nil)
        defer {
            results.deinitialize()
            results.deallocate()
        }
        let failure = Mutex<(any Error)?>(nil)
        let share = Share(batches: (count + batch - 1) / batch)
        let work = { @Sendable (number: Int) in
            for index in number * batch..<min(count, (number + 1) * batch) {
                do {
                    results[index] = try transform(index)
                } catch {
                    share.stop()
                    failure.withLock { $0 = $0 ?? error }
                    return
                }
            }
        }
        withoutActuallyEscaping(work) { work in
            share.divide(among: helpers.prefix(share.batches - 1), work)
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return results.compactMap { $0 }
    }

    /// Threads that help whoever computes, one less than there are cores: his own is the other one. They are none of
    /// Swift's cooperative pool, which Dispatch's own `concurrentPerform` would take.
    private static let helpers = (1..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))).map {
        DispatchQueue(label: "helper \($0)")
    }

    /// One call's batches, and who is at work on them.
    private final class Share: Sendable {
        private struct State {
            /// What is done with the number of a batch; `nil` before the call and after it.
            var work: (@Sendable (Int) -> Void)?
            var helping = 0
        }

        let batches: Int
        private let next = Atomic(0)
        private let state = Mutex(State())
        private let lastHasLeft = DispatchSemaphore(value: 0)

        init(batches: Int) { self.batches = batches }

        /// Lets no further batch begin.
        func stop() { next.store(batches, ordering: .relaxed) }

        /// Has `work` called once with the number of each batch. When it returns nobody is at work any more, nor keeps
        /// `work`; helpers that come later find nothing to do.
        func divide(among queues: some Sequence<DispatchQueue>, _ work: @escaping @Sendable (Int) -> Void) {
            state.withLock { $0.work = work }
            for queue in queues { queue.async { self.help() } }
            take(work)
            let mustWait = state.withLock { state in
                state.work = nil
                return state.helping > 0
            }
            if mustWait { lastHasLeft.wait() }
        }

        private func help() {
            guard takeAsHelper() else { return }
            let wasLast = state.withLock { state in
                state.helping -= 1
                return state.work == nil && state.helping == 0
            }
            if wasLast { lastHasLeft.signal() }
        }

        /// A function of its own, so that its hold on the work ends before the helper says that it has left.
        @inline(never)
        private func takeAsHelper() -> Bool {
            let work = state.withLock { state in
                if state.work != nil { state.helping += 1 }
                return state.work
            }
            guard let work else { return false }
            take(work)
            return true
        }

        private func take(_ work: (Int) -> Void) {
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                if number >= batches { return }
                work(number)
            }
        }
    }
}
