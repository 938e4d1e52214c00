import Listening
import Model
import Synchronization

/// An input that takes messages from the network: what it makes of them, and how it fares.
final class ListeningInput: Sendable {
    private struct State {
        var builder: MessageBuilder
        var status: LogInputStatus
        var listenError: String?
        var note: String?
        var connections = 0
    }

    let id: String
    private let state: Mutex<State>

    /// How far ahead the time of an event may be, in milliseconds, before it is counted.
    private static let aheadMax: Int64 = 600_000

    init(_ builder: EventBuilder) {
        id = builder.input.id
        state = Mutex(
            State(
                builder: MessageBuilder(builder),
                status: LogInputStatus(id: builder.input.id, paths: builder.input.paths)))
    }

    /// Takes new settings. What was counted stays.
    func update(_ builder: EventBuilder) {
        state.withLock { state in
            state.builder = MessageBuilder(builder)
            var status = LogInputStatus(id: id, paths: builder.input.paths)
            status.counts = state.status.counts
            state.status = status
        }
    }

    /// The events of messages, and what became of the others.
    func events(_ messages: [ReceivedMessage], oldestKept: Int64) -> (events: [LogEvent], counts: LogInputCounts) {
        let builder = state.withLock { $0.builder }
        var counts = LogInputCounts()
        var events: [LogEvent] = []
        events.reserveCapacity(messages.count)
        for message in messages {
            counts.lines += 1
            guard let event = builder.event(message) else {
                counts.leftOut += 1
                continue
            }
            if message.isCut { counts.cut += 1 }
            if event.timestamp < oldestKept { counts.tooOld += 1 }
            if event.timestamp > message.time + Self.aheadMax { counts.ahead += 1 }
            events.append(event)
        }
        counts.events = events.count
        return (events, counts)
    }

    func add(_ counts: LogInputCounts) { state.withLock { $0.status.counts += counts } }

    /// Counts messages that are lost.
    func drop(_ count: Int) { if count > 0 { state.withLock { $0.status.counts.dropped += count } } }

    /// Says why nothing is taken; `nil` once it is over.
    func setListenError(_ text: String?) { state.withLock { $0.listenError = text } }

    /// Says what a person should know though nothing went wrong.
    func setNote(_ text: String?) { state.withLock { $0.note = text } }

    func setConnections(_ count: Int) { state.withLock { $0.connections = count } }

    /// - Parameter appendError: why nothing is stored.
    func status(appendError: String?) -> LogInputStatus {
        state.withLock { state in
            var status = state.status
            status.lastError = state.listenError ?? appendError
            status.note = state.note
            status.isListening = true
            status.connections = state.connections
            return status
        }
    }
}
