import Base
internal import CLinux
import Listening

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where one input takes messages, with the connections of its senders. For the receiving thread alone.
final class Listener {
    let listening: LogListening
    var input: ListeningInput {
        didSet { input.setConnections(connections.count) }
    }
    private let queue: MessageQueue
    private var socket: Int32?
    private var connections: [Int32: SenderConnection] = [:] {
        didSet { input.setConnections(connections.count) }
    }
    /// When the address is tried again, or another connection is taken.
    private var nextTry: ContinuousClock.Instant
    /// What the kernel says of datagrams that it dropped.
    private var kernelDrops: UInt32 = 0
    /// Bytes that are kept of messages whose ends have not come.
    private var partialBytes = 0

    private static let retryInterval = Duration.seconds(10)
    private static let acceptPause = Duration.seconds(1)
    private static let acceptsAtOnce = 64
    /// Datagrams that are taken before others have their turn, and how many of them between two looks at the limits.
    private static let datagramsAtOnce = 256
    private static let datagramsUnseen = 32
    static let datagramBytesMax = 65_536
    /// Bytes that are read of a connection before others have their turn.
    static let readBytes = 16 << 10
    private static let partialBytesMax = 32 << 20
    private static let lastReads = Duration.milliseconds(200)

    init(_ listening: LogListening, _ input: ListeningInput, _ queue: MessageQueue, now: ContinuousClock.Instant) {
        self.listening = listening
        self.input = input
        self.queue = queue
        nextTry = now
    }

    deinit { if let socket { close(socket) } }

    private var connectionsMax: Int { max(1, min(listening.connectionsMax, max(16, OpenFileLimit.current / 8))) }
    private var roomOfPartials: Int { max(Self.partialBytesMax, listening.messageBytesMax) - partialBytes }

    /// Takes the address where that is due.
    func open(now: ContinuousClock.Instant) {
        guard socket == nil, now >= nextTry else { return }
        do throws(ListenFailure) {
            socket = try ListeningSocket.make(listening)
            kernelDrops = 0
            input.setListenError(nil)
        } catch {
            input.setListenError("\(error); it is tried again each 10 s")
            nextTry = now + Self.retryInterval
        }
    }

    /// Descriptors to wait for; none of connections while what came has no room.
    func addWatched(now: ContinuousClock.Instant, to descriptors: inout [Int32]) {
        let isDatagram = listening.transport == .udp
        if let socket, isDatagram || (connections.count < connectionsMax && now >= nextTry) {
            descriptors.append(socket)
        }
        if connections.isEmpty { return }
        if queue.hasRoom(input) {
            descriptors.append(contentsOf: connections.keys)
        } else {
            for connection in connections.values { connection.rest(now: now) }
        }
    }

    /// How long nothing has to be done if no bytes come; `nil` is for ever.
    func rest(now: ContinuousClock.Instant) -> Duration? {
        if socket == nil || now < nextTry { return max(.milliseconds(1), nextTry - now) }
        return connections.isEmpty ? nil : .seconds(1)
    }

    /// Takes what came at a descriptor.
    func read(
        _ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, now: ContinuousClock.Instant, time: Int64
    ) {
        if descriptor != socket {
            read(connection: descriptor, buffer, now: now, time: time)
        } else if listening.transport == .udp {
            readDatagrams(descriptor, buffer, time: time)
        } else {
            accept(descriptor, now: now)
        }
    }

    // MARK: Datagrams

    /// - Returns: whether there may be more.
    @discardableResult
    private func readDatagrams(_ socket: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, time: Int64) -> Bool {
        let most = min(listening.messageBytesMax, buffer.count)
        var isMore = true
        var taken = 0
        while isMore, taken < Self.datagramsAtOnce {
            let hasRoom = queue.hasRoom(input)
            var messages: [ReceivedMessage] = []
            var lost = 0
            for _ in 0..<Self.datagramsUnseen {
                var datagram = wp_datagram()
                guard wp_receive_datagram(socket, buffer.baseAddress, most, &datagram) == 0 else {
                    isMore = false
                    break
                }
                taken += 1
                let bytes = MessageCutter.trimmed(ArraySlice(buffer[..<datagram.length]))
                if bytes.isEmpty { continue }
                guard hasRoom else {
                    lost += 1
                    continue
                }
                let sender = withUnsafeBytes(of: datagram.sender) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                messages.append(
                    ReceivedMessage(bytes: Array(bytes), sender: sender, time: time, isCut: datagram.is_cut != 0))
            }
            input.drop(lost)
            queue.add(messages, of: input)
        }
        let drops = wp_dropped_datagrams(socket)
        input.drop(Int(drops &- kernelDrops))
        kernelDrops = drops
        return isMore
    }

    // MARK: Connections

    private func accept(_ socket: Int32, now: ContinuousClock.Instant) {
        for _ in 0..<Self.acceptsAtOnce where connections.count < connectionsMax {
            let descriptor = wp_accept(socket)
            guard descriptor >= 0 else {
                // Without descriptors or memory the next one would be told of again at once.
                if errno != EAGAIN, errno != EINTR, errno != ECONNABORTED { nextTry = now + Self.acceptPause }
                return
            }
            connections[descriptor] = SenderConnection(descriptor, listening, now: now)
        }
    }

    /// - Returns: whether there may be more.
    @discardableResult
    private func read(
        connection descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, now: ContinuousClock.Instant,
        time: Int64
    ) -> Bool {
        guard let connection = connections[descriptor], queue.hasRoom(input) else { return false }
        var messages: [ReceivedMessage] = []
        let before = connection.partialBytes
        let outcome = connection.read(
            UnsafeMutableBufferPointer(rebasing: buffer[..<Self.readBytes]), room: roomOfPartials, now: now, time: time,
            into: &messages)
        partialBytes += connection.partialBytes - before
        queue.add(messages, of: input)
        switch outcome {
        case .goesOn: return true
        case .idle: break
        case .ended: end(descriptor, time: time)
        case .senseless:
            input.drop(1)
            input.setNote(
                "the connection of \(connection.sender) was closed: the number of bytes in front of its message is too large"
            )
            end(descriptor, time: time)
        }
        return false
    }

    private func end(_ descriptor: Int32, time: Int64) {
        guard let connection = connections.removeValue(forKey: descriptor) else { return }
        partialBytes -= connection.partialBytes
        var messages: [ReceivedMessage] = []
        connection.finish(time: time, into: &messages)
        queue.add(messages, of: input)
    }

    /// Ends connections that are silent for too long.
    func expire(now: ContinuousClock.Instant, time: Int64) {
        for (descriptor, connection) in connections where connection.isOverdue(listening.timeout, now: now) {
            end(descriptor, time: time)
        }
    }

    /// Takes what has come already, and ends.
    func finish(_ buffer: UnsafeMutableBufferPointer<UInt8>, now: ContinuousClock.Instant, time: Int64) {
        // What the kernel holds, and not for long what senders add meanwhile.
        let deadline = now + Self.lastReads
        if let socket, listening.transport == .udp {
            while readDatagrams(socket, buffer, time: time), ContinuousClock.now < deadline {}
        }
        for descriptor in Array(connections.keys) {
            while ContinuousClock.now < deadline, read(connection: descriptor, buffer, now: now, time: time) {}
            end(descriptor, time: time)
        }
        if let socket { close(socket) }
        socket = nil
        input.setListenError(nil)
    }
}
