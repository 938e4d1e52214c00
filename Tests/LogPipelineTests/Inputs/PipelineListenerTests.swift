import Base
import Listening
import LogDocuments
import Synchronization
import TestSupport
import Testing

@testable import LogPipeline

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Inputs that listen", .serialized, .timeLimit(.minutes(1)))
struct PipelineListenerTests {
    /// Keeps what it is given, and fails where told to.
    private final class Store: Sendable {
        struct Full: Error, CustomStringConvertible { let description = "no space left on the disk" }

        private let state = Mutex((messages: [String](), isFull: false))

        var messages: [String] { state.withLock { $0.messages } }
        func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

        func take(_ events: [PipelineEvent]) throws {
            try state.withLock { state in
                if state.isFull { throw Full() }
                state.messages += events.map { $0[FieldReference("message")]?.string ?? "-" }
            }
        }
    }

    private static func freePort() throws -> Int {
        let listening = LogListening(.tcp, host: "127.0.0.1", port: 0)
        let socket = try ListeningSocket.make(listening)
        defer { close(socket) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func input(_ kind: PipelineInput.Kind, _ port: Int) -> PipelineInput {
        PipelineInput(
            id: "i", kind, [LogListening(.tcp, host: "127.0.0.1", port: port)],
            codec: InputCodec(.plain, keepsOriginal: false), usesSchema: true)
    }

    /// Runs a listener with an input for as long as `body` takes.
    private static func listen(
        _ kind: PipelineInput.Kind, _ store: Store, limits: EventQueue.Limits = .init(),
        _ body: (_ client: RawClient, _ listener: PipelineListener) async throws -> Void
    ) async throws {
        let port = try freePort()
        let listener = PipelineListener(doors: LogDoors(), timeSource: SystemTimeSource(), limits: limits) {
            events, _ in
            try store.take(events)
        }
        listener.update([input(kind, port)])
        let running = Task { await listener.run() }
        let client = try await eventually("the port") { try? RawClient(port) }
        try await body(client, listener)
        running.cancel()
        await running.value
    }

    @Test("what the handler does not take is not acknowledged, and is handed over again")
    func brokenStore() async throws {
        let store = Store()
        store.setFull(true)
        try await Self.listen(.beats(BeatsInput()), store) { client, listener in
            let frames = Frames.window(1) + Frames.json(1, #"{"message":"kept"}"#)
            try client.send(String(decoding: frames, as: UTF8.self))
            _ = try await eventually("the trouble") { listener.statuses.first?.lastError }
            #expect(store.messages.isEmpty && listener.statuses.first?.counts.events == 0)
            store.setFull(false)
            _ = try await eventually("the event") { listener.statuses.first?.counts.events == 1 ? true : nil }
            #expect(store.messages == ["kept"] && listener.statuses.first?.lastError == nil)
        }
    }

    @Test("requests that come at once are answered one after the other")
    func requests() async throws {
        let store = Store()
        try await Self.listen(.http(HTTPInput(usesSchema: true)), store) { client, listener in
            let requests = (1...3).map { "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n\($0)" }
            try client.send(requests.joined())
            _ = try await eventually("all") { store.messages.count == 3 ? true : nil }
            #expect(store.messages == ["1", "2", "3"])
        }
    }

    @Test("a connection waits while what came has no room, and nothing of it is lost; its last line needs no end")
    func backPressure() async throws {
        let store = Store()
        store.setFull(true)
        var limits = EventQueue.Limits()
        limits.items = 100
        let lines = (0..<5_000).map { "line \($0)" }
        try await Self.listen(.tcp, store, limits: limits) { client, listener in
            try client.send(lines.joined(separator: "\n"))
            _ = try await eventually("the trouble") { listener.statuses.first?.lastError }
            store.setFull(false)
            _ = try await eventually("most of them") { store.messages.count >= 4_999 ? true : nil }
        }
        #expect(store.messages == lines)
    }
}
