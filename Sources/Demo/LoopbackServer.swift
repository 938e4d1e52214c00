internal import Hummingbird
internal import Logging
internal import NIOCore

/// An HTTP server of the demo on this host alone.
struct LoopbackServer: Sendable {
    let port: Int
    private let serving: Task<Void, Never>

    /// Listens at a port of the system's choice, so that nobody else takes it before the site names it.
    /// - Parameter name: what an error calls it.
    init(_ name: String, router: Router<BasicRequestContext>) async throws {
        var logger = Logger(label: name)
        logger.logLevel = .critical
        let (ports, found) = AsyncThrowingStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) }, logger: logger)
        serving = Task {
            do {
                try await application.run()
                found.finish()
            } catch {
                found.finish(throwing: error)
            }
        }
        guard let port = try await ports.first(where: { _ in true }) else {
            throw Demo.Refusal(description: "\(name) ended at once")
        }
        self.port = port
    }

    /// Serves until the task is cancelled.
    func run() async {
        await withTaskCancellationHandler {
            await serving.value
        } onCancel: {
            serving.cancel()
        }
    }
}
