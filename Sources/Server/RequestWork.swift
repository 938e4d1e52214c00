internal import Base
internal import Hummingbird
internal import Synchronization

/// Answers requests on threads of their own, as an answer may wait for a disk or compute: the cooperative pool reads and
/// writes connections. Health is answered at once, whatever the others do. An answer for which nobody waits any longer is
/// not worked on further.
struct RequestWork<Responder: HTTPResponder>: HTTPResponder {
    typealias Context = Responder.Context

    private let responder: Responder
    private let queue: WorkQueue

    /// - Parameter responder: the pages and the API.
    init(_ responder: Responder) {
        self.responder = responder
        queue = WorkQueue("requests", width: RequestThreads.count)
    }

    /// Sound without the compiler's checks: who hands it over only waits until the other has ended.
    private struct Handed: @unchecked Sendable { let context: Context }

    func respond(to request: Request, context: Context) async throws -> Response {
        // What monitors ask: it does nothing that takes time, and says whether the server lives.
        if request.uri.path == "/-/healthy" || request.uri.path == "/-/ready" {
            return try await responder.respond(to: request, context: context)
        }
        let handed = Handed(context: context)
        let task = Task(executorPreference: queue) { [responder] in
            try await responder.respond(to: request, context: handed.context)
        }
        let presence = ClientPresence.current
        presence?.whenLeft { task.cancel() }
        defer { presence?.whenLeft(nil) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

enum RequestThreads {
    /// More than the gates of all doors let through at once (22), so that a page always finds a thread.
    static let count = 28
}

/// Whether who asks over a connection is still there to read the answer.
///
/// A client that has closed its side alone may still read, as `nc` does at the end of its input: it gets what is answered
/// within a moment.
final class ClientPresence: Sendable {
    private struct State {
        var hasLeft = false
        var isClosed = false
        var action: (@Sendable () -> Void)?
    }

    /// Of the connection whose request is being answered.
    @TaskLocal static var current: ClientPresence?

    private static let grace = Duration.seconds(1)

    private let state = Mutex(State())

    /// Does `action` once the client has left, if it has not been replaced by then.
    func whenLeft(_ action: (@Sendable () -> Void)?) {
        let state = state.withLock { state in
            state.action = action
            return state
        }
        if action == nil { return }
        if state.isClosed { act() } else if state.hasLeft { actLater() }
    }

    /// The client has closed its side.
    func leave() {
        let isAwaited = state.withLock { state in
            state.hasLeft = true
            return state.action != nil
        }
        if isAwaited { actLater() }
    }

    /// The connection is closed.
    func close() {
        state.withLock { $0.isClosed = true }
        act()
    }

    private func actLater() {
        Task { [self] in
            try? await Task.sleep(for: Self.grace)
            act()
        }
    }

    private func act() { state.withLock { $0.action.take() }?() }
}
