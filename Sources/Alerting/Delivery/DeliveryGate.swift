internal import Synchronization

/// Lets a limited number of deliveries run at once, and a limited number wait.
final class DeliveryGate: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let state = Mutex(State())
    private let runningMax: Int
    private let waitingMax: Int

    init(runningMax: Int, waitingMax: Int) {
        self.runningMax = runningMax
        self.waitingMax = waitingMax
    }

    /// Deliveries that run or wait.
    var load: Int { state.withLock { $0.running + $0.waiting.count } }

    /// Runs `body` when there is room; `nil` if too many wait already.
    func run<Value: Sendable>(_ body: () async -> Value) async -> Value? {
        let isAdmitted = await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.running < runningMax {
                    state.running += 1
                    return true
                }
                guard state.waiting.count < waitingMax else { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
        guard isAdmitted else { return nil }
        defer { leave() }
        return await body()
    }

    /// Who leaves hands the place to the one who has waited longest.
    private func leave() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            if state.waiting.isEmpty {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: true)
    }
}
