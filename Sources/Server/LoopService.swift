internal import Base
internal import ServiceLifecycle

/// A part that runs until its task is cancelled, as a service.
struct LoopService: Service {
    private let body: @Sendable () async -> Void

    /// - Parameter queue: where the part runs if it waits for a disk or computes; else it only coordinates.
    init(on queue: WorkQueue? = nil, _ body: @escaping @Sendable () async -> Void) {
        self.body = if let queue { { await queue.run(body) } } else { body }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await body() }
    }
}
