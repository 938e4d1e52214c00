import Base
import CLinux
import Grok
import Listening

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An address at which an input of a pipeline takes connections or datagrams. For the receiving thread alone.
final class InputPort {
    /// What must be the same for the socket to stay open when settings change.
    struct Key: Hashable {
        let listening: LogListening
        let tls: TLSSettings?
        let door: LogDoors.Door
    }

    let key: Key
    let number: Int
    private(set) var input: PipelineInput
    private(set) var tally: InputTally
    private let hand: ReceivingHand
    private var socket: Int32?
    private var server: TLSServer?
    private var connections: [Int32: InputConnection] = [:] {
        didSet { tally.setConnections(connections.count, at: key.listening) }
    }
    private var lastConnection = 0
    private var nextTry: ContinuousClock.Instant
    private var datagrams: DatagramReader
    /// What the kernel says of datagrams that it dropped.
    private var kernelDrops: UInt32 = 0

    private static let retryInterval = Duration.seconds(10)
    private static let acceptPause = Duration.seconds(1)
    private static let acceptsAtOnce = 64
    private static let datagramsAtOnce = 256

    init(
        _ key: Key, _ number: Int, _ input: PipelineInput, _ tally: InputTally, _ hand: ReceivingHand,
        now: ContinuousClock.Instant
    ) {
        self.key = key
        self.number = number
        self.input = input
        self.tally = tally
        self.hand = hand
        nextTry = now
        datagrams = DatagramReader(input)
    }

    deinit { if let socket { close(socket) } }

    /// Takes new settings: connections that are open go on as they began.
    func update(_ input: PipelineInput, _ tally: InputTally) {
        self.input = input
        self.tally = tally
        datagrams = DatagramReader(input)
    }

    private var isDatagram: Bool { key.listening.transport == .udp }
    private var connectionsMax: Int {
        max(1, min(key.listening.connectionsMax, max(16, OpenFileLimit.current / 8)))
    }

    /// Takes the address where that is due.
    func open(now: ContinuousClock.Instant) {
        guard socket == nil, now >= nextTry else { return }
        do throws(ListenFailure) {
            // The files are read again at each try: certificates are renewed.
            server = try key.tls.map { (tls) throws(ListenFailure) in try TLSServer(tls, key.listening) }
            socket = try ListeningSocket.make(key.listening)
            kernelDrops = 0
            tally.setListenError(nil, at: key.listening)
        } catch {
            tally.setListenError("\(error); it is tried again each 10 s", at: key.listening)
            nextTry = now + Self.retryInterval
        }
    }

    /// Descriptors to wait for, and for what.
    func addWatched(now: ContinuousClock.Instant, to polled: inout [pollfd]) {
        if let socket, isDatagram || (connections.count < connectionsMax && now >= nextTry) {
            polled.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0))
        }
        let hasRoom = hand.queue.hasRoom(tally)
        for (descriptor, connection) in connections {
            var events: Int32 = 0
            if hasRoom, connection.wantsBytes { events |= POLLIN } else { connection.rest(now: now) }
            if connection.socket.wantsToWrite { events |= POLLOUT }
            if events != 0 { polled.append(pollfd(fd: descriptor, events: Int16(events), revents: 0)) }
        }
    }

    /// How long nothing has to be done if no bytes come; `nil` is for ever.
    func rest(now: ContinuousClock.Instant) -> Duration? {
        if connections.values.contains(where: { $0.isReady && $0.wantsBytes }), hand.queue.hasRoom(tally) {
            return .zero
        }
        if socket == nil || now < nextTry { return max(.milliseconds(1), nextTry - now) }
        return connections.isEmpty ? nil : .seconds(1)
    }

    // MARK: Receiving

    /// Takes what happened at a descriptor.
    func take(_ descriptor: Int32, now: ContinuousClock.Instant, _ moment: Moment) {
        if descriptor == socket {
            if isDatagram { readDatagrams(descriptor, moment) } else { accept(descriptor, now: now) }
        } else if let connection = connections[descriptor] {
            guard connection.socket.flush() else { return end(connection) }
            serve(connection, now: now, moment)
        }
    }

    /// Goes on with connections of which more was read than there was time or room for.
    func serveReady(now: ContinuousClock.Instant, _ moment: Moment) {
        for connection in connections.values where connection.isReady { serve(connection, now: now, moment) }
    }

    private func accept(_ socket: Int32, now: ContinuousClock.Instant) {
        for _ in 0..<Self.acceptsAtOnce where connections.count < connectionsMax {
            let descriptor = wp_accept(socket)
            guard descriptor >= 0 else {
                // Without descriptors or memory the next one would be told of again at once.
                if errno != EAGAIN, errno != EINTR, errno != ECONNABORTED { nextTry = now + Self.acceptPause }
                return
            }
            guard let peer = PeerSocket(descriptor, server) else { continue }
            lastConnection += 1
            connections[descriptor] = InputConnection(
                lastConnection, peer, Conversations.make(input), now: now)
        }
    }

    private func serve(_ connection: InputConnection, now: ContinuousClock.Instant, _ moment: Moment) {
        for _ in 0..<InputConnection.readsAtOnce {
            guard connection.wantsBytes, hand.queue.hasRoom(tally) else { return }
            if !connection.isMore {
                switch connection.read(hand.buffer, now: now) {
                case .bytes: break
                case .idle: return
                case .ended: return finish(connection, moment)
                case .failed(let reason): return refuse(connection, reason)
                }
            }
            guard step(connection, now: now, moment) else { return }
        }
    }

    /// - Returns: whether the connection goes on.
    private func step(_ connection: InputConnection, now: ContinuousClock.Instant, _ moment: Moment) -> Bool {
        var step = ConversationStep()
        let before = connection.heldBytes
        let room = hand.roomOfPartials
        do throws(ConversationFailure) {
            try connection.conversation.advance(&step, moment, room: room)
        } catch {
            // What was complete before it is not acknowledged: the sender has it still.
            refuse(connection, error.description)
            return false
        }
        connection.noteStep(step, now: now)
        hand.partialBytes += connection.heldBytes - before
        guard connection.heldBytes - before <= max(room, 0) else {
            refuse(connection, "too much is kept of events whose ends have not come")
            return false
        }
        return deliver(step, of: connection)
    }

    private func deliver(_ step: ConversationStep, of connection: InputConnection) -> Bool {
        if !step.events.isEmpty {
            connection.storing += 1
            hand.add(
                .init(
                    tally: tally, pipeline: input.pipeline,
                    origin: .init(port: number, connection: connection.number, mark: step.mark), events: step.events,
                    cost: step.cost, bytes: connection.takeReadBytes()))
        }
        guard connection.socket.send(step.replies) else {
            end(connection)
            return false
        }
        if connection.hasEnded {
            end(connection)
            return false
        }
        return true
    }

    private func refuse(_ connection: InputConnection, _ reason: String) {
        tally.refuse("the connection of \(connection.socket.peer) was closed: \(reason)")
        end(connection)
    }

    /// Takes the rest of what a peer said that says no more; what it waits for it still gets.
    private func finish(_ connection: InputConnection, _ moment: Moment) {
        guard !connection.isFinishing else { return }
        connection.isFinishing = true
        var step = ConversationStep()
        let before = connection.heldBytes
        connection.conversation.finish(&step, moment)
        hand.partialBytes += connection.heldBytes - before
        _ = deliver(step, of: connection)
        if connection.storing == 0 { end(connection) }
    }

    private func end(_ connection: InputConnection) {
        guard connections.removeValue(forKey: connection.socket.descriptor) != nil else { return }
        hand.partialBytes -= connection.heldBytes
    }

    /// Tells a connection that the events of a step are stored.
    func stored(_ origin: EventQueue.Origin) {
        guard let connection = connections.values.first(where: { $0.number == origin.connection }) else { return }
        connection.storing -= 1
        connection.resume()
        let isThere = connection.socket.send(connection.conversation.stored(origin.mark))
        if !isThere || connection.hasEnded || connection.isFinishing && connection.storing == 0 { end(connection) }
    }

    /// A second has passed.
    func tick(now: ContinuousClock.Instant, _ moment: Moment) {
        for connection in connections.values {
            if let reason = connection.overdue(input.idleTimeout, now: now) {
                if reason.isEmpty { end(connection) } else { refuse(connection, reason) }
                continue
            }
            var step = ConversationStep()
            connection.conversation.tick(&step, moment, isStoring: connection.storing > 0)
            _ = deliver(step, of: connection)
        }
    }

    // MARK: Datagrams

    private func readDatagrams(_ socket: Int32, _ moment: Moment) {
        var step = ConversationStep()
        var (bytes, lost) = (0, 0)
        let hasRoom = hand.queue.hasRoom(tally)
        for _ in 0..<Self.datagramsAtOnce {
            var datagram = wp_datagram()
            guard wp_receive_datagram(socket, hand.buffer.baseAddress, hand.buffer.count, &datagram) == 0 else { break }
            guard hasRoom, !step.isFull else {
                lost += 1
                continue
            }
            let sender = withUnsafeBytes(of: datagram.sender) { text in
                String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            }
            bytes += datagram.length
            if !datagrams.read(
                UnsafeBufferPointer(rebasing: hand.buffer[..<datagram.length]), from: sender, moment, &step)
            {
                lost += 1
            }
            if step.isFull { flush(&step, &bytes) }
        }
        flush(&step, &bytes)
        let drops = wp_dropped_datagrams(socket)
        tally.drop(lost + Int(drops &- kernelDrops))
        kernelDrops = drops
    }

    private func flush(_ step: inout ConversationStep, _ bytes: inout Int) {
        if step.events.isEmpty { return }
        hand.add(
            .init(
                tally: tally, pipeline: input.pipeline, origin: .init(port: number), events: step.events,
                cost: step.cost, bytes: bytes))
        step = ConversationStep()
        bytes = 0
    }

    // MARK: The end

    /// Takes no more connections and what has come already.
    func stopListening(_ moment: Moment, now: ContinuousClock.Instant) {
        if let socket {
            if isDatagram { readDatagrams(socket, moment) }
            close(socket)
        }
        socket = nil
        for connection in Array(connections.values) {
            serve(connection, now: now, moment)
            if connections[connection.socket.descriptor] != nil { finish(connection, moment) }
        }
        tally.setListenError(nil, at: key.listening)
    }

    /// Whether a connection waits for the events that it sent to be stored, or for the word of it.
    var isBusy: Bool { connections.values.contains { $0.storing > 0 || $0.socket.wantsToWrite } }
}
