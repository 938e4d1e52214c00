internal import Synchronization

/// Calls at a time, from one thread for all of them.
///
/// The timers of Dispatch, on which `Task.sleep` stands, wake two threads a sleep more than this one does, and keep those
/// that were cancelled until their time. In a server that has little to do that is most of its cost.
package enum WorkTimer {
    /// A call to come.
    package struct Call: Sendable {
        fileprivate let number: Int
    }

    private struct Waiting {
        let number: Int
        /// On the steady clock, in nanoseconds.
        let due: Int64
        let body: @Sendable () -> Void
    }

    private struct State {
        /// The next one is the last.
        var waiting: [Waiting] = []
        var lastNumber = 0
        var hasThread = false

        /// Where a call at that time belongs: the first place behind all that are later.
        func index(of due: Int64) -> Int {
            var range = waiting.startIndex..<waiting.endIndex
            while !range.isEmpty {
                let middle = range.lowerBound + range.count / 2
                range = waiting[middle].due > due ? middle + 1..<range.upperBound : range.lowerBound..<middle
            }
            return range.lowerBound
        }
    }

    private static let state = Mutex(State())
    private static let changes = Semaphore()
    private static let queue = WorkQueue("timer")

    /// - Parameter body: called on the timer's thread, so it must be short.
    @discardableResult
    package static func call(after pause: Duration, _ body: @escaping @Sendable () -> Void) -> Call {
        let due = Semaphore.time(after: pause)
        let (number, isNext, hasThread) = state.withLock { state in
            state.lastNumber += 1
            // Of those with the same time the one that came first is called first.
            let index = state.index(of: due)
            state.waiting.insert(Waiting(number: state.lastNumber, due: due, body: body), at: index)
            defer { state.hasThread = true }
            return (state.lastNumber, index == state.waiting.endIndex - 1, state.hasThread)
        }
        if !hasThread { start() } else if isNext { changes.signal() }
        return Call(number: number)
    }

    /// Takes a call back, unless it is under way or has been.
    package static func cancel(_ call: Call) {
        state.withLock { state in
            guard let index = state.waiting.lastIndex(where: { $0.number == call.number }) else { return }
            state.waiting.remove(at: index)
        }
    }

    private static func start() {
        Task(executorPreference: queue) { run() }
    }

    private static func run() {
        while true {
            let (due, next) = state.withLock { state -> ([Waiting], Int64) in
                let now = Semaphore.time(after: .zero)
                var due: [Waiting] = []
                while let last = state.waiting.last, last.due <= now { due.append(state.waiting.removeLast()) }
                return (due, state.waiting.last?.due ?? Int64.max)
            }
            for call in due { call.body() }
            // A new call may be the next one by now.
            if due.isEmpty { changes.wait(until: next) }
        }
    }
}
