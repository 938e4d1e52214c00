import Base
import Glibc
import HTTPKit
import Listening
import Model
import OTLPGRPC
import OTLPReceiver
import Synchronization

/// Keeps log records in memory, or fails, or waits.
final class TestStore: LogAppender, SampleAppender, SpanAppender {
    struct Full: Error, CustomStringConvertible { let description = "cannot append: no space left on ổ đĩa" }

    private struct State {
        var kept = 0
        var isFull = false
    }

    private let state = Mutex(State())
    /// Held by a test that wants the store to wait.
    let gate = Mutex(())

    var kept: Int { state.withLock(\.kept) }
    var isFull: Bool {
        get { state.withLock(\.isFull) }
        set { state.withLock { $0.isFull = newValue } }
    }

    func append(_ events: [LogEvent], offset: TailOffset?) throws {
        gate.withLock { _ in }
        try state.withLock { state in
            if state.isFull { throw Full() }
            state.kept += events.count
        }
    }

    func append(_ batch: SpanBatch) throws {
        try state.withLock { state in
            if state.isFull { throw Full() }
            state.kept += batch.spans.count
        }
    }

    func resolve(_ labels: Labels) throws -> SeriesRef { SeriesRef(rawValue: 0) }
    func append(_ samples: [RefSample]) throws -> AppendOutcome { AppendOutcome() }
}

/// A server of gRPC at a port of the system's choice.
struct TestServer {
    let port: Int
    let store: TestStore
    let server: GRPCServer

    /// Runs a server while `body`, which may wait for its sockets, is done; then ends it.
    static func with<Result: Sendable>(
        limits: GRPCLimits = GRPCLimits(), _ body: @escaping @Sendable (TestServer) throws -> Result
    ) async throws -> Result {
        let store = TestStore()
        let receiver = OTLPReceiver(
            samples: store, events: store, spans: store, logDoors: LogDoors(), traceDoors: TraceDoors())
        let server = GRPCServer(GRPCCalls(receiver: receiver, lanes: MessageLanes()), limits: limits)
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        let run = Task {
            defer { told.finish() }
            try await server.run(host: "127.0.0.1", port: 0) { told.yield($0) }
        }
        var port = 0
        for await number in ports {
            port = number
            break
        }
        let running = TestServer(port: port, store: store, server: server)
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await WorkQueue("client").run { try body(running) })
        } catch {
            result = .failure(error)
        }
        run.cancel()
        try await run.value
        return try result.get()
    }

    /// Waits until the counts are as wanted.
    func statistics(where isThere: (GRPCConnections.Statistics) -> Bool) -> GRPCConnections.Statistics {
        let deadline = ContinuousClock.now + .seconds(10)
        while !isThere(server.connections.statistics), ContinuousClock.now < deadline { usleep(10_000) }
        return server.connections.statistics
    }
}
