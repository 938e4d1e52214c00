import Synchronization

/// Events on their way from the network to the pipeline, within limits for each input.
final class EventQueue: Sendable {
    struct Limits: Sendable {
        var items = 20_000
        /// As ``ConversationStep/cost`` counts them.
        var bytes = 32 << 20
    }

    /// Events of a step, and who is to be told once they are stored.
    struct Batch: Sendable {
        let tally: InputTally
        /// The id of the pipeline that gets them.
        let pipeline: String
        let origin: Origin
        let events: [PipelineEvent]
        let cost: Int
        /// Bytes as they came.
        let bytes: Int
    }

    /// A connection's step.
    struct Origin: Sendable {
        var port = 0
        /// 0 for datagrams, which are answered by nobody.
        var connection = 0
        var mark = 0
    }

    private struct Room {
        var items = 0
        var bytes = 0
    }

    private struct State {
        var waiting: [Batch] = []
        var first = 0
        /// What waits, and what was taken and is not stored yet.
        var rooms: [ObjectIdentifier: Room] = [:]
        /// Whether who stores events sleeps until there are any.
        var isIdle = false
    }

    /// So many events are handed over at once.
    private static let batchItems = 1_000
    private static let batchBytes = 4 << 20

    private let limits: Limits
    private let state = Mutex(State())

    init(_ limits: Limits) { self.limits = limits }

    func hasRoom(_ tally: InputTally) -> Bool {
        state.withLock { state in
            guard let room = state.rooms[ObjectIdentifier(tally)] else { return true }
            return room.items < limits.items && room.bytes < limits.bytes
        }
    }

    /// Adds a step, whatever the limits say: who reads asks before it does.
    /// - Returns: whether who stores events is to be woken.
    func add(_ batch: Batch) -> Bool {
        state.withLock { state in
            state.waiting.append(batch)
            var room = state.rooms[ObjectIdentifier(batch.tally)] ?? Room()
            room.items += batch.events.count
            room.bytes += batch.cost
            state.rooms[ObjectIdentifier(batch.tally)] = room
            defer { state.isIdle = false }
            return state.isIdle
        }
    }

    /// Takes what is handed over at once; nothing where nothing waits, and then the next ``add(_:)`` tells to wake.
    func take() -> [Batch] {
        state.withLock { state in
            var taken: [Batch] = []
            var (items, bytes) = (Self.batchItems, Self.batchBytes)
            while state.first < state.waiting.count, items > 0, bytes > 0 {
                let batch = state.waiting[state.first]
                taken.append(batch)
                items -= batch.events.count
                bytes -= batch.cost
                state.first += 1
            }
            if state.first == state.waiting.count || state.first >= Self.batchItems {
                state.waiting.removeFirst(state.first)
                state.first = 0
            }
            state.isIdle = taken.isEmpty
            return taken
        }
    }

    /// Makes room for what was stored.
    func release(_ batches: [Batch]) {
        state.withLock { state in
            for batch in batches {
                let key = ObjectIdentifier(batch.tally)
                guard var room = state.rooms[key] else { continue }
                room.items -= batch.events.count
                room.bytes -= batch.cost
                state.rooms[key] = room.items > 0 ? room : nil
            }
        }
    }

    /// What waits still, as none of it will be stored.
    func dropAll() {
        let waiting = state.withLock { state in
            defer {
                state.waiting = []
                state.first = 0
                state.rooms = [:]
            }
            return Array(state.waiting[state.first...])
        }
        for batch in waiting where batch.origin.mark == 0 { batch.tally.drop(batch.events.count) }
    }
}
