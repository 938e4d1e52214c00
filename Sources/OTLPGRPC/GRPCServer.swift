internal import NIOCore
internal import NIOHTTP2
internal import NIOPosix

/// OTLP over gRPC: HTTP/2 without TLS, whose speakers know beforehand that it is that.
package final class GRPCServer: Sendable {
    private let calls: GRPCCalls
    private let limits: GRPCLimits
    /// Who is connected.
    package let connections: GRPCConnections

    package init(_ calls: GRPCCalls, limits: GRPCLimits = GRPCLimits()) {
        self.calls = calls
        self.limits = limits
        connections = GRPCConnections(limits: limits)
    }

    /// Answers until the task is cancelled; then lets calls end for a moment (``GRPCLimits/grace``). It may be run again.
    /// - Parameter onRunning: told the port.
    /// - Throws: an error of the system where the address cannot be had.
    package func run(host: String, port: Int, onRunning: @Sendable (_ port: Int) -> Void = { _ in }) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // As much as a connection may send before it waits is read at once.
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try initialize(channel) }
            }
            .bind(host: host, port: port).get()
        connections.begin()
        onRunning(listener.localAddress?.port ?? port)
        await withTaskCancellationHandler {
            try? await listener.closeFuture.get()
        } onCancel: {
            listener.close(promise: nil)
        }
        await connections.close()
    }

    private func initialize(_ channel: any Channel) throws {
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(
                maxIdleTime: limits.rest, maxAge: nil, maxGraceTime: nil,
                keepalive: .init(pingInterval: limits.silence.ask, ackTimeout: limits.silence.answer)))
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.callsOfConnection),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerBytes),
            HTTP2Setting(parameter: .initialWindowSize, value: Self.callWindowBytes),
        ]
        connection.targetWindowSize = Self.connectionWindowBytes
        connection.maximumBufferedControlFrames = 1_000
        // Exporters in Go ask by a PING for the line's delay at every answer that they get: the usual 200 in 30 seconds
        // would end their connections. A PING costs less than a call.
        connection.controlFrameRateLimit.maximumCount = 3_000
        connection.controlFrameRateLimit.windowLength = .seconds(10)
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = Self.callWindowBytes
        let id = ObjectIdentifier(channel)
        let http2 = NIOHTTP2Handler(
            mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: connection,
            streamConfiguration: stream, streamDelegate: management.http2StreamDelegate
        ) { [calls, connections] stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandler(GRPCCall(calls, connections, connection: id))
            }
        }
        try channel.pipeline.syncOperations.addHandlers([
            GRPCFront(connections: connections), http2, management, GRPCConnectionEnd(connections),
        ])
    }

    /// How much of one message may be on its way, and of all of a connection.
    private static let callWindowBytes = 256 << 10
    private static let connectionWindowBytes = 1 << 20
}

/// Closes a connection that broke the rules of HTTP/2.
private final class GRPCConnectionEnd: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let connections: GRPCConnections

    init(_ connections: GRPCConnections) { self.connections = connections }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What concerns one stream alone is answered on that.
        if error is NIOHTTP2Errors.StreamError { return }
        connections.refusedConnection()
        context.close(promise: nil)
    }
}
