internal import Base
internal import Hummingbird
internal import Synchronization

/// Answers requests on the threads that read and write the connections, which are no threads of the cooperative pool, as an
/// answer may wait for a disk or compute. Health is answered at once, whatever the others do. An answer for which nobody
/// waits any longer is not worked on further.
struct RequestWork<Responder: HTTPResponder>: HTTPResponder {
    typealias Context = Responder.Context

    private let responder: Responder
    /// Where the tasks of connections run.
    let queue = WorkQueue("requests", width: RequestThreads.count + RequestThreads.reserve)
    /// Where requests are answered that come while all but the reserve of those threads are busy.
    private let crowd = WorkQueue("requests of a crowd", width: RequestThreads.count)

    /// - Parameter responder: the pages and the API.
    init(_ responder: Responder) { self.responder = responder }

    func respond(to request: Request, context: Context) async throws -> Response {
        // What monitors ask: it does nothing that takes time, and says whether the server lives.
        if request.uri.path == "/-/healthy" || request.uri.path == "/-/ready" {
            return try await responder.respond(to: request, context: context)
        }
        return try await endedWhenClientLeaves {
            if queue.idle >= RequestThreads.reserve {
                return try await responder.respond(to: request, context: context)
            }
            return try await withTaskExecutorPreference(crowd) {
                try await responder.respond(to: request, context: context)
            }
        }
    }

    /// Cancels the task of a connection for whose answer nobody waits.
    private func endedWhenClientLeaves(_ body: () async throws -> Response) async throws -> Response {
        guard let presence = ClientPresence.current else { return try await body() }
        return try await withUnsafeCurrentTask { task in
            let task = CancellableTask(task: task)
            presence.whenLeft { task.task?.cancel() }
            // The task lives until here, and what cancels it is done or never comes.
            defer { presence.whenLeft(nil) }
            return try await body()
        }
    }

    /// Sound without the compiler's checks: `cancel()` is what any thread may call while the task lives,
    /// and `whenLeft`, which alone holds this, is emptied before the task goes on.
    private struct CancellableTask: @unchecked Sendable { let task: UnsafeCurrentTask? }
}

enum RequestThreads {
    /// More than the gates of all doors let through at once (23), so that a page always finds a thread.
    static let count = 28
    /// Threads that connections and health find free, however many requests wait for a disk.
    static let reserve = 4
}

/// Whether who asks over a connection is still there to read the answer.
///
/// A client that has closed its side alone may still read, as `nc` does at the end of its input: it gets what is answered
/// within a moment. Nothing tells it from one that has gone, so that the moment is short: what a search costs is others'.
final class ClientPresence: Sendable {
    private struct State {
        var hasLeft = false
        var isClosed = false
        var action: (@Sendable () -> Void)?
    }

    /// Of the connection whose request is being answered.
    @TaskLocal static var current: ClientPresence?

    private static let grace = Duration.milliseconds(100)

    private let state = Mutex(State())

    /// Does `action` once the client has left, if it has not been replaced by then: after the replacement it is done or
    /// never comes. It must not wait, nor ask for this presence.
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

    private func act() { state.withLock { $0.action.take()?() } }
}
