import Listening
import Synchronization

/// How an input fares that takes events from the network.
final class InputTally: Sendable {
    private struct State {
        var status: LogInputStatus
        var listenErrors: [LogListening: String] = [:]
        var note: String?
        var connections: [LogListening: Int] = [:]
    }

    let door: LogDoors.Door
    private let state: Mutex<State>
    private let doors: LogDoors

    init(_ input: PipelineInput, _ doors: LogDoors) {
        door = input.door
        self.doors = doors
        state = Mutex(State(status: LogInputStatus(id: input.id, paths: input.listenings.map(\.url))))
    }

    /// Takes new settings. What was counted stays.
    func update(_ input: PipelineInput) {
        state.withLock { state in
            var status = LogInputStatus(id: input.id, paths: input.listenings.map(\.url))
            status.counts = state.status.counts
            state.status = status
            state.listenErrors = state.listenErrors.filter { input.listenings.contains($0.key) }
            state.connections = state.connections.filter { input.listenings.contains($0.key) }
        }
    }

    /// Counts events that are stored.
    func stored(_ events: Int, bytes: Int) {
        state.withLock { state in
            state.status.counts.lines += events
            state.status.counts.events += events
        }
        doors.took(door, events: events, bytes: bytes)
    }

    /// Counts events and messages that are lost.
    func drop(_ count: Int) {
        if count <= 0 { return }
        state.withLock { $0.status.counts.dropped += count }
        doors.refused(door, count)
    }

    /// Counts a connection or request that was refused, and says why.
    func refuse(_ note: String) {
        state.withLock { $0.note = note }
        doors.refused(door)
    }

    /// Says why nothing is taken at an address; `nil` once it is over.
    func setListenError(_ text: String?, at listening: LogListening) {
        state.withLock { $0.listenErrors[listening] = text }
    }

    func setConnections(_ count: Int, at listening: LogListening) {
        state.withLock { $0.connections[listening] = count }
    }

    /// - Parameter storeError: why nothing is stored.
    func status(storeError: String?) -> LogInputStatus {
        state.withLock { state in
            var status = state.status
            status.lastError = state.listenErrors.values.sorted().first ?? storeError
            status.note = state.note
            status.isListening = true
            status.connections = state.connections.values.reduce(0, +)
            return status
        }
    }
}
