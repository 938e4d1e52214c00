internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2
internal import Telemetry

/// One call: reads its message within the limits, has it answered elsewhere, and writes the answer:
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
final class GRPCCall: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private enum State {
        case waits
        case reads(GRPCMethod, GRPCFrameReader, encoding: String?)
        case works(GRPCMethod)
        case answered
    }

    private let calls: GRPCCalls
    private let connections: GRPCConnections
    private let connection: ObjectIdentifier
    private var state = State.waits
    /// Whether there is no more to come.
    private var isWhole = false
    private var bytes = 0
    private var heldBytes = 0
    private var began = NIODeadline.now()
    private var hasBegun = false
    private var work: Task<Void, Never>?
    private var timers: [Scheduled<Void>] = []

    init(_ calls: GRPCCalls, _ connections: GRPCConnections, connection: ObjectIdentifier) {
        self.calls = calls
        self.connections = connections
        self.connection = connection
    }

    // MARK: What comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let payload):
            if payload.endStream { isWhole = true }
            if case .waits = state { begin(payload.headers, context) }
            if isWhole { finish(context) }
        case .data(let payload):
            if payload.endStream { isWhole = true }
            if case .byteBuffer(let buffer) = payload.data { take(buffer, context) }
            if isWhole { finish(context) }
        default: break
        }
    }

    private func begin(_ headers: HPACKHeaders, _ context: ChannelHandlerContext) {
        began = .now()
        hasBegun = true
        let hasRoom = connections.begin(connection)
        guard headers.first(name: ":method") == "POST" else { return refuse(http: 405, context) }
        let type = headers.first(name: "content-type")?.lowercased() ?? ""
        guard
            type == "application/grpc" || type.hasPrefix("application/grpc+proto")
                || type.hasPrefix("application/grpc;")
        else { return refuse(http: 415, context) }
        let path = headers.first(name: ":path") ?? ""
        guard let method = GRPCMethod(path: path) else {
            return fail(GRPCStatus(.unimplemented, "there is no method \(path.prefix(200)) here"), context)
        }
        if connections.isEnding { return fail(GRPCStatus(.unavailable, "the server ends"), context) }
        guard hasRoom else {
            calls.refused(method)
            return fail(GRPCStatus(.unavailable, "too many calls are open; come again", retrySeconds: 5), context)
        }
        state = .reads(
            method, GRPCFrameReader(bytesMax: connections.limits.messageBytes),
            encoding: headers.first(name: "grpc-encoding"))
        if let amount = headers.first(name: "grpc-timeout").flatMap(GRPCTimeout.amount), amount < .hours(1) {
            schedule(in: amount, context) { call, context in
                call.fail(GRPCStatus(.deadlineExceeded, "the time that the caller gave is over"), context)
            }
        }
        watchPace(context)
    }

    /// Ends a call whose message comes too slowly.
    private func watchPace(_ context: ChannelHandlerContext) {
        schedule(in: connections.limits.slowMessage, context) { call, context in
            guard case .reads = call.state else { return }
            let seconds = (NIODeadline.now() - call.began).nanoseconds / 1_000_000_000
            if Int64(call.bytes) < 1_000 * max(seconds, 1) {
                call.fail(GRPCStatus(.deadlineExceeded, "the message came with less than a kilobyte a second"), context)
            } else {
                call.watchPace(context)
            }
        }
    }

    private func take(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .reads(let method, var reader, let encoding) = state else { return }
        // Only one holds the bytes that came so far, so that more of them are appended in place.
        state = .waits
        bytes += buffer.readableBytes
        guard connections.hold(buffer.readableBytes) else {
            calls.refused(method)
            return fail(GRPCStatus(.unavailable, "other messages are being read; come again", retrySeconds: 5), context)
        }
        heldBytes += buffer.readableBytes
        do throws(GRPCFrameError) {
            let result = buffer.withUnsafeReadableBytes { piece in
                Result { () throws(GRPCFrameError) in try reader.take(piece) }
            }
            try result.get()
            state = .reads(method, reader, encoding: encoding)
        } catch {
            calls.refused(method)
            fail(GRPCStatus(error), context)
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard case .reads(let method, let reader, let encoding) = state else { return }
        state = .works(method)
        let frame: GRPCFrame
        do throws(GRPCFrameError) {
            frame = try reader.finish()
        } catch {
            calls.refused(method)
            return fail(GRPCStatus(error), context)
        }
        let own = NIOLoopBound(self, eventLoop: context.eventLoop)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        work = Task(executorPreference: calls.queue) { [calls] in
            let answer = await calls.answer(method, frame, encoding: encoding)
            loop.execute { own.value.answer(answer, bound.value) }
        }
    }

    // MARK: What goes

    private func answer(_ answer: Result<[UInt8], GRPCStatus>, _ context: ChannelHandlerContext) {
        guard case .works = state else { return }
        switch answer {
        case .failure(let status): fail(status, context)
        case .success(let message):
            state = .answered
            write(.headers(.init(headers: Self.head)), context)
            var frame = ByteBuffer()
            frame.writeInteger(UInt8(0))
            frame.writeInteger(UInt32(message.count))
            frame.writeBytes(message)
            write(.data(.init(data: .byteBuffer(frame))), context)
            connections.ended(.ok)
            end(with: ["grpc-status": "0"], context)
        }
    }

    private static let head: HPACKHeaders = [
        ":status": "200", "content-type": "application/grpc", "grpc-accept-encoding": "identity,gzip",
    ]

    /// Answers with a status alone, and has the caller stop to send.
    private func fail(_ status: GRPCStatus, _ context: ChannelHandlerContext) {
        if case .answered = state { return }
        state = .answered
        work?.cancel()
        connections.ended(status.code)
        var headers = Self.head
        headers.add(name: "grpc-status", value: String(status.code.rawValue))
        headers.add(name: "grpc-message", value: GRPCStatus.percentEncoded(status.message))
        if let details = status.details { headers.add(name: "grpc-status-details-bin", value: details) }
        // What the Python exporter looks for.
        if let info = status.retryInfo { headers.add(name: "google.rpc.retryinfo-bin", value: info) }
        end(with: headers, context)
    }

    /// Answers what is no call of gRPC.
    private func refuse(http status: Int, _ context: ChannelHandlerContext) {
        state = .answered
        connections.ended(.unimplemented)
        end(with: [":status": String(status)], context)
    }

    private func end(with headers: HPACKHeaders, _ context: ChannelHandlerContext) {
        write(.headers(.init(headers: headers, endStream: true)), context)
        if !isWhole { write(.rstStream(.noError), context) }
        context.flush()
    }

    private func write(_ payload: HTTP2Frame.FramePayload, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(payload), promise: nil)
    }

    // MARK: The end

    private func schedule(
        in amount: TimeAmount, _ context: ChannelHandlerContext,
        _ action: @escaping @Sendable (GRPCCall, ChannelHandlerContext) -> Void
    ) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timers.append(
            context.eventLoop.scheduleTask(in: amount) {
                let (call, context) = bound.value
                action(call, context)
            })
    }

    func channelInactive(context: ChannelHandlerContext) {
        // Nobody waits for the answer any longer.
        work?.cancel()
        for timer in timers { timer.cancel() }
        timers = []
        if case .answered = state {} else if hasBegun { connections.ended(.cancelled) }
        state = .answered
        if hasBegun { connections.end(connection, heldBytes: heldBytes) }
        hasBegun = false
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension GRPCStatus {
    fileprivate init(_ error: GRPCFrameError) {
        let code: Code =
            switch error {
            case .tooLarge: .resourceExhausted
            case .unknownFlag: .internal
            default: .invalidArgument
            }
        self.init(code, error.description)
    }
}
