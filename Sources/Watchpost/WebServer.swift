internal import HTTPKit
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

/// A listener of ours: it answers until it is told to end, then lets answers go out for a moment and ends with all
/// its connections, whatever they still wait for.
struct WebServer: Service {
    private let application: any Service
    private let connections: OpenConnections

    /// How long requests may take to come to their end once the server ends; event streams end at once.
    private static let grace = Duration.seconds(2)

    init(
        _ router: Router<AppRequestContext>, at address: ListenAddress, _ connections: OpenConnections,
        onRunning: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.connections = connections
        application = Application(
            responder: RequestWork(router.buildResponder()), server: connections.server(),
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: nil),
            onServerRunning: { onRunning($0.localAddress?.port ?? address.port) }, logger: OwnLog.quiet)
    }

    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [application] in try await application.run() }
                group.addTask { [connections] in
                    try? await gracefulShutdown()
                    guard (try? await Task.sleep(for: Self.grace)) != nil else { return }
                    connections.closeAll()
                }
                try await group.next()
                // Answers that nobody will get are not worked on any longer.
                group.cancelAll()
                try await group.waitForAll()
            }
        } catch  where Task.isShuttingDownGracefully {
            return
        }
    }
}
