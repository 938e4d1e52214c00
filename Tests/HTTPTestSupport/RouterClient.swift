package import HTTPKit
package import HTTPTypes
package import Hummingbird
internal import Logging
package import NIOCore
internal import NIOEmbedded
internal import Synchronization

/// Sends requests through a router as a server does, without a socket.
package struct RouterClient: Sendable {
    private let responder: any HTTPResponder<AppRequestContext>

    /// An answer, its body whole.
    package struct Reply: Sendable {
        /// The status as a number.
        package let status: Int
        /// The headers that the router gave it.
        package let headers: HTTPFields
        /// The body as text.
        package let text: String
    }

    /// A client of a router with all its routes.
    package init(_ router: Router<AppRequestContext>) { responder = router.buildResponder() }

    /// Asks for a path by GET, as ``send(_:_:headers:body:host:peer:)``.
    package func get(
        _ path: String, headers: HTTPFields = [:], body: ByteBuffer = .init(), host: String? = "localhost",
        peer: SocketAddress? = nil
    ) async throws -> Reply {
        try await send(.get, path, headers: headers, body: body, host: host, peer: peer)
    }

    /// Sends a request.
    /// - Parameters:
    ///   - host: the `Host` header, with a port or without; `nil` for none.
    ///   - peer: who asks.
    package func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: ByteBuffer = .init(),
        host: String? = "localhost", peer: SocketAddress? = nil
    ) async throws -> Reply {
        let (response, body) = try await answer(method, path, headers, body, host, peer)
        return Reply(status: response.status.code, headers: response.headers, text: String(buffer: body))
    }

    /// Asks for a path by GET; the body as its bytes.
    package func bytes(_ path: String, headers: HTTPFields = [:]) async throws -> (headers: HTTPFields, body: [UInt8]) {
        let (response, body) = try await answer(.get, path, headers, .init(), "localhost", nil)
        return (response.headers, Array(body.readableBytesView))
    }

    private func answer(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, _ body: ByteBuffer, _ host: String?,
        _ peer: SocketAddress?
    ) async throws -> (Response, ByteBuffer) {
        let channel = NIOAsyncTestingChannel()
        channel.remoteAddress = peer
        let request = Request(
            head: HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: headers),
            body: RequestBody(buffer: body))
        let context = AppRequestContext(
            source: .init(channel: channel, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let response = try await responder.respond(to: request, context: context)
        let writer = Collector()
        try await response.body.write(writer)
        return (response, writer.buffer)
    }
}

/// Keeps what is written.
private final class Collector: ResponseBodyWriter {
    private let kept = Mutex(ByteBuffer())

    var buffer: ByteBuffer { kept.withLock { $0 } }

    func write(_ part: ByteBuffer) async throws { _ = kept.withLock { $0.writeImmutableBuffer(part) } }

    func finish(_ trailers: HTTPFields?) async throws {}
}
