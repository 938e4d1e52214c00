internal import NIOCore

/// The first that sees a connection's bytes: lets HTTP/2 begin once the connection is surely that, answers programs that
/// speak HTTP/1, and closes connections that are dead or take nothing. Nothing is read for who does not take answers.
final class GRPCFront: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// With what each connection of HTTP/2 begins: https://www.rfc-editor.org/rfc/rfc9113#section-3.4
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private let connections: GRPCConnections
    private var isHTTP2 = false
    private var isRefused = false
    private var began = ByteBuffer()
    private var opened = NIODeadline.now()
    private var heard = NIODeadline.now()
    /// Since when answers wait to be taken.
    private var untakenSince: NIODeadline?
    private var wantsRead = false
    private var watch: RepeatedTask?

    init(connections: GRPCConnections) { self.connections = connections }

    private var limits: GRPCLimits { connections.limits }

    func channelActive(context: ChannelHandlerContext) {
        connections.add(context.channel)
        opened = .now()
        heard = opened
        let (channel, own) = (context.channel, NIOLoopBound(self, eventLoop: context.eventLoop))
        let pause = min(limits.preface, limits.silence.answer, limits.reader)
        watch = context.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in
            if own.value.isOverdue(at: .now()) { channel.close(promise: nil) }
        }
    }

    private func isOverdue(at now: NIODeadline) -> Bool {
        if let untakenSince, now - untakenSince >= limits.reader { return true }
        if !isHTTP2 { return now - opened >= limits.preface }
        // Who lives has answered the question by then.
        return now - heard > limits.silence.ask + limits.silence.answer + limits.silence.answer
    }

    func channelInactive(context: ChannelHandlerContext) {
        watch?.cancel()
        if isHTTP2 { context.fireChannelInactive() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        heard = .now()
        if isHTTP2 { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        began.writeBuffer(&bytes)
        let view = began.readableBytesView
        guard view.starts(with: Self.preface.prefix(view.count)) else { return refuse(context) }
        guard view.count >= Self.preface.count else { return }
        isHTTP2 = true
        context.fireChannelActive()
        context.fireChannelRead(wrapInboundOut(began))
        began = ByteBuffer()
    }

    func channelReadComplete(context: ChannelHandlerContext) { if isHTTP2 { context.fireChannelReadComplete() } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connections.refusedConnection()
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !isHTTP2 {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// What begins with letters may be HTTP/1, whose speaker reads an answer.
    private func refuse(_ context: ChannelHandlerContext) {
        isRefused = true
        connections.refusedConnection()
        let isText = began.readableBytesView.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
        began = ByteBuffer()
        guard isText else { return context.close(promise: nil) }
        let text =
            "this port speaks OTLP over gRPC, which is HTTP/2 without TLS; OTLP over HTTP has a port of its own, 4318\n"
        let answer =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(text.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(text)"
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    // MARK: Readers that take nothing

    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { wantsRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        untakenSince = isWritable ? nil : .now()
        if isWritable, wantsRead {
            wantsRead = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }
}
