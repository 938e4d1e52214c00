internal import NIOCore
internal import Synchronization

/// Who is connected, what is open of them, and what came of it. All connections of a server share one.
package final class GRPCConnections: Sendable {
    /// How the door fares.
    package struct Statistics: Sendable, Equatable {
        package var connections = 0
        package var calls = 0
        package var heldBytes = 0
        /// Calls that have ended, by how.
        package var ended: [GRPCStatus.Code: Int] = [:]
        /// Connections that spoke something else than HTTP/2, were too many, or broke its rules.
        package var refusedConnections = 0
    }

    private struct Connection {
        let channel: any Channel
        var calls = 0
        /// When it was opened, or its last call ended.
        var restsSince: NIODeadline
    }

    private struct State {
        var open: [ObjectIdentifier: Connection] = [:]
        var statistics = Statistics()
        var isEnding = false
    }

    let limits: GRPCLimits
    private let state = Mutex(State())

    init(limits: GRPCLimits) { self.limits = limits }

    package var statistics: Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.connections = state.open.count
            return statistics
        }
    }

    // MARK: Connections

    /// Takes a connection into the book; at the limit the one that has rested longest is closed, or this one.
    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let surplus: (any Channel)? = state.withLock { state in
            state.open[id] = Connection(channel: channel, restsSince: .now())
            if state.isEnding { return channel }
            guard state.open.count > limits.connections else { return nil }
            state.statistics.refusedConnections += 1
            let idlest = state.open.filter { $0.key != id && $0.value.calls == 0 }
                .min { $0.value.restsSince < $1.value.restsSince }
            return idlest.flatMap { state.open.removeValue(forKey: $0.key)?.channel } ?? channel
        }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { _ = $0.open.removeValue(forKey: id) }
        }
        surplus?.close(promise: nil)
    }

    /// Counts a connection that is closed as it keeps to no rule.
    func refusedConnection() { state.withLock { $0.statistics.refusedConnections += 1 } }

    // MARK: Calls

    /// Counts a call that begins.
    /// - Returns: whether there is room for it; it is to be ended either way.
    func begin(_ connection: ObjectIdentifier) -> Bool {
        state.withLock { state in
            state.open[connection]?.calls += 1
            state.statistics.calls += 1
            return state.statistics.calls <= limits.calls
        }
    }

    /// Counts a call that is over.
    func end(_ connection: ObjectIdentifier, heldBytes: Int) {
        state.withLock { state in
            state.open[connection]?.calls -= 1
            state.open[connection]?.restsSince = .now()
            state.statistics.calls -= 1
            state.statistics.heldBytes -= heldBytes
        }
    }

    /// Counts how a call ended.
    func ended(_ code: GRPCStatus.Code) { state.withLock { $0.statistics.ended[code, default: 0] += 1 } }

    /// Counts bytes of a message that came.
    /// - Returns: whether there is room for them; they are to be given back by ``end(_:heldBytes:)`` if so.
    func hold(_ bytes: Int) -> Bool {
        state.withLock { state in
            guard state.statistics.heldBytes + bytes <= limits.heldBytes else { return false }
            state.statistics.heldBytes += bytes
            return true
        }
    }

    // MARK: The end

    /// Connections and calls are taken from now on.
    func begin() { state.withLock { $0.isEnding = false } }

    /// Whether no call is begun any longer.
    var isEnding: Bool { state.withLock(\.isEnding) }

    /// Tells all who are connected to open no more calls, lets those that are open end for a moment, and closes.
    func close() async {
        let channels = state.withLock { state in
            state.isEnding = true
            return state.open.values.map(\.channel)
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let deadline = NIODeadline.now() + limits.grace
        while NIODeadline.now() < deadline, let channel = state.withLock({ $0.open.values.first?.channel }) {
            // A wait that goes on though the task is cancelled.
            try? await channel.eventLoop.scheduleTask(in: .milliseconds(10)) {}.futureResult.get()
        }
        for channel in state.withLock({ $0.open.values.map(\.channel) }) { try? await channel.close() }
    }
}
