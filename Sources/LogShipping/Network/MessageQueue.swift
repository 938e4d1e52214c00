import Synchronization

/// Messages on their way from the network to the store, within limits for each input.
final class MessageQueue: Sendable {
    struct Limits: Sendable {
        var items = 10_000
        /// As ``ReceivedMessage/cost`` counts them.
        var bytes = 32 << 20
    }

    /// Messages of an input, in the order in which they came.
    struct Batch: Sendable {
        let input: ListeningInput
        var messages: [ReceivedMessage]
    }

    private struct Waiting {
        let input: ListeningInput
        var messages: [ReceivedMessage] = []
        /// How many of `messages` were taken.
        var first = 0
        /// What waits, and what was taken and is not stored yet.
        var items = 0
        var bytes = 0

        /// How many were not taken.
        var left: Int { messages.count - first }
    }

    private struct State {
        var inputs: [ObjectIdentifier: Waiting] = [:]
        /// Messages that were not taken yet, and what they cost.
        var count = 0
        var bytes = 0
        /// Whether who stores them sleeps until there are any.
        var isIdle = false
    }

    /// So many messages are stored at once.
    static let batchItems = 1_000
    private static let batchBytes = 4 << 20

    private let limits: Limits
    private let state = Mutex(State())

    init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Whether something waits, but less than is stored at once.
    var hasPart: Bool { state.withLock { $0.count > 0 && !isFull($0) } }

    /// Whether as much waits as is stored at once, or as there is room for.
    private func isFull(_ state: State) -> Bool {
        state.count >= min(Self.batchItems, limits.items) || state.bytes >= min(Self.batchBytes, limits.bytes)
    }

    func hasRoom(_ input: ListeningInput) -> Bool {
        state.withLock { state in
            guard let waiting = state.inputs[ObjectIdentifier(input)] else { return true }
            return waiting.items < limits.items && waiting.bytes < limits.bytes
        }
    }

    /// Adds messages, whatever the limits say: who reads from a connection asks before it does.
    func add(_ messages: [ReceivedMessage], of input: ListeningInput) {
        if messages.isEmpty { return }
        state.withLock { state in
            var waiting = state.inputs.removeValue(forKey: ObjectIdentifier(input)) ?? Waiting(input: input)
            waiting.messages.append(contentsOf: messages)
            waiting.items += messages.count
            let bytes = messages.reduce(0) { $0 + $1.cost }
            waiting.bytes += bytes
            state.inputs[ObjectIdentifier(input)] = waiting
            state.count += messages.count
            state.bytes += bytes
        }
    }

    /// Whether who stores messages is to be woken.
    func takeWakeUp() -> Bool {
        state.withLock { state in
            if state.isIdle, state.count > 0 {
                state.isIdle = false
                return true
            }
            return isFull(state)
        }
    }

    /// Takes as many messages as are stored at once, of each input in its turn; none where nothing waits, and then
    /// ``takeWakeUp()`` tells of the next.
    func take() -> [Batch] {
        state.withLock { state in
            var batches: [Batch] = []
            var items = Self.batchItems
            var bytes = Self.batchBytes
            // Who has the least goes first, so that one loud sender holds up nobody.
            let keys = state.inputs.sorted { $0.value.left < $1.value.left }.map(\.key)
            for key in keys where items > 0 && bytes > 0 {
                guard var waiting = state.inputs.removeValue(forKey: key) else { continue }
                let start = waiting.first
                while waiting.first < waiting.messages.count, items > 0, bytes > 0 {
                    let cost = waiting.messages[waiting.first].cost
                    bytes -= cost
                    state.bytes -= cost
                    items -= 1
                    waiting.first += 1
                }
                if waiting.first > start {
                    batches.append(
                        Batch(input: waiting.input, messages: Array(waiting.messages[start..<waiting.first])))
                    state.count -= waiting.first - start
                }
                if waiting.first == waiting.messages.count {
                    waiting.messages = []
                    waiting.first = 0
                } else if waiting.first >= Self.batchItems {
                    waiting.messages.removeFirst(waiting.first)
                    waiting.first = 0
                }
                state.inputs[key] = waiting
            }
            state.isIdle = batches.isEmpty
            return batches
        }
    }

    /// Makes room for as many messages as were stored.
    func release(_ batches: [Batch]) {
        state.withLock { state in
            for batch in batches {
                let key = ObjectIdentifier(batch.input)
                guard var waiting = state.inputs.removeValue(forKey: key) else { continue }
                waiting.items -= batch.messages.count
                waiting.bytes -= batch.messages.reduce(0) { $0 + $1.cost }
                if waiting.items > 0 { state.inputs[key] = waiting }
            }
        }
    }

    /// What waits still, as none of it will be stored.
    func dropAll() {
        let waiting = state.withLock { state in
            defer {
                state.inputs = [:]
                state.count = 0
                state.bytes = 0
            }
            return Array(state.inputs.values)
        }
        for each in waiting { each.input.drop(each.left) }
    }
}
