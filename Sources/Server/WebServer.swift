internal import HTTPKit
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle

/// A listener of ours: it answers until it is told to end, then lets answers go out for a moment and ends with all
/// its connections, whatever they still wait for.
struct WebServer: Service {
    private let responder: RequestWork<RouterResponder<AppRequestContext>>
    private let address: ListenAddress
    private let onRunning: @Sendable (_ port: Int) -> Void
    private let connections: OpenConnections

    /// How long requests may take to come to their end once the server ends; event streams end at once.
    private static let grace = Duration.seconds(2)

    init(
        _ router: Router<AppRequestContext>, at address: ListenAddress, _ connections: OpenConnections,
        onRunning: @escaping @Sendable (_ port: Int) -> Void
    ) {
        responder = RequestWork(router.buildResponder())
        self.address = address
        self.onRunning = onRunning
        self.connections = connections
    }

    /// Hummingbird's server under our own answers: its `Application` would wake up each second, for ever, to write the
    /// date that a header might need.
    private func server() throws -> any Service {
        let date = DateHeader()
        return try connections.server().buildServer(
            configuration: .init(address: .hostname(address.host, port: address.port)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: OwnLog.quiet,
            responder: { [responder] request, writer, channel in
                let context = AppRequestContext(source: .init(channel: channel, logger: OwnLog.quiet))
                var response: Response
                do {
                    response = try await responder.respond(to: request, context: context)
                } catch let error as HTTPParserError {
                    // The connection answers that what came is no HTTP.
                    throw error
                } catch {
                    response = Response(status: .internalServerError)
                }
                response.headers[.date] = date.text
                do {
                    try await writer.write(response: response.head, body: response.body)
                } catch let error as HTTPParserError {
                    // An answer has begun: the connection must not give another one.
                    throw BrokenAnswer(cause: error)
                }
            }, onServerRunning: { [onRunning, address] in onRunning($0.localAddress?.port ?? address.port) })
    }

    /// What ended an answer that had begun.
    private struct BrokenAnswer: Error { let cause: HTTPParserError }

    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let server = try server()
                group.addTask(executorPreference: responder.queue) { try await server.run() }
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
