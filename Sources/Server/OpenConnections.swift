internal import Base
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import Synchronization

/// Who is connected to the pages and the API. Keeps descriptors free for all else that the process opens: connections
/// that ask nothing, that send a request too slowly, or that take nothing of an answer are closed in time, and at the
/// limit at once. Event streams and requests that are being answered are left alone.
final class OpenConnections: Sendable {
    struct Limits: Sendable {
        /// How many connections there may be.
        var count: Int
        /// More of them for programs of this host, so that health is answered when nobody else can be let in.
        var reservedForThisHost = 16
        /// How long a connection may be open before its first request.
        var firstRequest = Duration.seconds(30)
        /// How long a connection may rest between two requests; longer than a minute, as scrapes are a minute apart.
        var rest = Duration.seconds(120)
        /// How long a body may be waited for without a kilobyte a second.
        var body = Duration.seconds(30)
        /// How long an answer may wait for a reader that takes nothing.
        var reader = Duration.seconds(120)

        /// Half of a small number of descriptors, and all but 512 of a large one; never more than 4,096.
        init(descriptors: Int) { count = max(8, min(4_096, descriptors - min(descriptors / 2, 512))) }
    }

    private struct Connection {
        let channel: any Channel
        let presence: ClientPresence
        let opened: ContinuousClock.Instant
        /// When its last request was answered.
        var answered: ContinuousClock.Instant?
        var isAnswering = false
        /// Since when a part of the body is waited for, how long parts were waited for before, and what came.
        var waitingSince: ContinuousClock.Instant?
        var waited = Duration.zero
        var bodyBytes = 0
        /// What of an answer waits to be taken, and since when it is as much.
        var untaken = 0
        var untakenSince: ContinuousClock.Instant?

        /// Since when it asks nothing, or has yet to say what it asks.
        var idleSince: ContinuousClock.Instant? {
            if isAnswering { return waitingSince }
            return untaken > 0 ? nil : answered ?? opened
        }
    }

    let limits: Limits
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])

    init(limits: Limits) { self.limits = limits }

    /// How many connections there are.
    var count: Int { open.withLock(\.count) }

    /// A server's way to answer that keeps this book.
    func server() -> HTTPServerBuilder {
        HTTPServerBuilder { [self] responder in
            HTTP1Channel(
                responder: { [self] request, writer, channel in
                    var request = request
                    let id = ObjectIdentifier(channel)
                    begin(id)
                    defer { end(id) }
                    request.body = RequestBody(asyncSequence: TimedBody(body: request.body, connections: self, id: id))
                    var given: ResponseWriter? = consume writer
                    try await ClientPresence.$current.withValue(presence(of: id)) { [request] in
                        guard let writer = given.take() else { return }
                        try await responder(request, writer, channel)
                    }
                }, configuration: .init(additionalChannelHandlers: [ConnectionEntry(connections: self)]))
        }
    }

    // MARK: The book

    fileprivate func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isLocal = channel.remoteAddress?.isLoopback ?? false
        let surplus: (any Channel)? = open.withLock { open in
            open[id] = Connection(channel: channel, presence: ClientPresence(), opened: .now)
            guard open.count > limits.count else { return nil }
            let idlest = open.filter { $0.key != id }.compactMap { key, connection in
                connection.idleSince.map { (key: key, since: $0) }
            }.min { $0.since < $1.since }
            if let idlest { return open.removeValue(forKey: idlest.key)?.channel }
            return isLocal && open.count <= limits.count + limits.reservedForThisHost ? nil : channel
        }
        channel.closeFuture.whenComplete { [self] _ in
            open.withLock { $0.removeValue(forKey: id) }?.presence.close()
        }
        surplus?.close(promise: nil)
    }

    private func presence(of id: ObjectIdentifier) -> ClientPresence? { open.withLock { $0[id]?.presence } }

    fileprivate func clientLeft(_ id: ObjectIdentifier) { presence(of: id)?.leave() }

    private func begin(_ id: ObjectIdentifier) {
        open.withLock { open in
            open[id]?.isAnswering = true
            open[id]?.waited = .zero
            open[id]?.bodyBytes = 0
        }
    }

    private func end(_ id: ObjectIdentifier) {
        open.withLock { open in
            open[id]?.isAnswering = false
            open[id]?.waitingSince = nil
            open[id]?.answered = .now
        }
    }

    fileprivate func waitForBody(_ id: ObjectIdentifier) { open.withLock { $0[id]?.waitingSince = .now } }

    fileprivate func bodyCame(_ id: ObjectIdentifier, bytes: Int) {
        open.withLock { open in
            if let since = open[id]?.waitingSince { open[id]?.waited += .now - since }
            open[id]?.waitingSince = nil
            open[id]?.bodyBytes += bytes
        }
    }

    // MARK: Ends

    /// Closes what has waited for too long, a few times a minute, until the task is cancelled.
    func run(every pause: Duration = .seconds(5)) async {
        await WorkQueue("connections").run { [self] in
            while (try? await Pause.sleep(for: pause.untilNext)) != nil { closeOverdue() }
        }
    }

    private func closeOverdue() {
        for channel in overdue(at: .now) { channel.close(promise: nil) }
        for (id, channel) in open.withLock({ $0.map { ($0.key, $0.value.channel) } }) {
            channel.eventLoop.execute { [self] in
                let bytes = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
                noteUntaken(id, bytes: bytes)
            }
        }
    }

    /// The connections that have had their time.
    func overdue(at now: ContinuousClock.Instant) -> [any Channel] {
        open.withLock { open in open.values.filter { isOverdue($0, at: now) }.map(\.channel) }
    }

    private func isOverdue(_ connection: Connection, at now: ContinuousClock.Instant) -> Bool {
        if connection.untaken > 0, let since = connection.untakenSince, now - since > limits.reader { return true }
        guard let idleSince = connection.idleSince else { return false }
        if connection.isAnswering {
            let waited = connection.waited + (now - idleSince)
            return waited > limits.body && Int64(connection.bodyBytes) < 1_000 * waited.components.seconds
        }
        return now - idleSince > (connection.answered == nil ? limits.firstRequest : limits.rest)
    }

    private func noteUntaken(_ id: ObjectIdentifier, bytes: Int) {
        open.withLock { open in
            guard let connection = open[id], connection.untaken != bytes else { return }
            open[id]?.untaken = bytes
            open[id]?.untakenSince = bytes > 0 ? .now : nil
            // A reader that took the last of an answer has its rest before it.
            if bytes == 0, !connection.isAnswering, connection.answered != nil { open[id]?.answered = .now }
        }
    }

    /// Closes all of them now.
    func closeAll() {
        for channel in open.withLock({ $0.values.map(\.channel) }) { channel.close(promise: nil) }
    }
}

/// Puts a connection into the book as soon as there is one.
private final class ConnectionEntry: RemovableChannelHandler, ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let connections: OpenConnections

    init(connections: OpenConnections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) { connections.add(context.channel) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { connections.clientLeft(ObjectIdentifier(context.channel)) }
        context.fireUserInboundEventTriggered(event)
    }
}

/// A request's body, which tells how long its parts are waited for.
private struct TimedBody: AsyncSequence, Sendable {
    let body: RequestBody
    let connections: OpenConnections
    let id: ObjectIdentifier

    struct Iterator: AsyncIteratorProtocol {
        var parts: RequestBody.AsyncIterator
        let connections: OpenConnections
        let id: ObjectIdentifier

        mutating func next() async throws -> ByteBuffer? {
            connections.waitForBody(id)
            var part: ByteBuffer?
            defer { connections.bodyCame(id, bytes: part?.readableBytes ?? 0) }
            part = try await parts.next()
            return part
        }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(parts: body.makeAsyncIterator(), connections: connections, id: id)
    }
}

extension SocketAddress {
    fileprivate var isLoopback: Bool { ipAddress.map { $0.hasPrefix("127.") || $0 == "::1" } ?? true }
}
