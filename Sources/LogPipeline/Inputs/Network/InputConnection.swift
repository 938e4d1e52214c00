import Listening

/// A connection of an input: its socket, and what is said over it. For the receiving thread alone.
final class InputConnection {
    let number: Int
    let socket: PeerSocket
    let conversation: any Conversation
    private var peer: Peer
    /// Steps whose events are not stored yet.
    var storing = 0
    /// Whether there may be more than was read.
    var isReady = false
    /// Whether there is more to be made of what was read.
    private(set) var isMore = false
    /// Whether the peer says no more.
    var isFinishing = false
    private let opened: ContinuousClock.Instant
    private var lastHeard: ContinuousClock.Instant
    /// When an event was complete, or nothing was begun.
    private var lastProgress: ContinuousClock.Instant
    private var readBytes = 0

    /// Reads before others have their turn, of so many bytes.
    static let readsAtOnce = 8
    private static let pieceBytes = 16 << 10
    private static let handshakeTimeout = Duration.seconds(10)
    private static let eventTimeout = Duration.seconds(300)

    init(_ number: Int, _ socket: PeerSocket, _ conversation: any Conversation, now: ContinuousClock.Instant) {
        self.number = number
        self.socket = socket
        self.conversation = conversation
        let address = socket.address
        peer = Peer(host: address.host, port: address.port)
        opened = now
        lastHeard = now
        lastProgress = now
    }

    var heldBytes: Int { conversation.heldBytes }
    var wantsBytes: Bool { !isFinishing && conversation.wantsBytes }
    var hasEnded: Bool { conversation.hasEnded && storing == 0 }

    func read(_ buffer: UnsafeMutableBufferPointer<UInt8>, now: ContinuousClock.Instant) -> PeerSocket.Reading {
        let reading = socket.read(UnsafeMutableBufferPointer(rebasing: buffer[..<Self.pieceBytes]))
        isReady = false
        guard case .bytes(let count) = reading else { return reading }
        // There may be more, also of what TLS holds.
        isReady = true
        lastHeard = now
        readBytes += count
        peer.certifiedName = socket.certifiedName
        conversation.add(UnsafeBufferPointer(rebasing: buffer[..<count]), from: peer)
        return reading
    }

    func noteStep(_ step: ConversationStep, now: ContinuousClock.Instant) {
        isMore = step.isMore
        if isMore { isReady = true }
        if !step.events.isEmpty || heldBytes == 0 { lastProgress = now }
    }

    /// Goes on with what was read before something was stored.
    func resume() {
        isMore = true
        isReady = true
    }

    /// Bytes that came since the last call.
    func takeReadBytes() -> Int {
        defer { readBytes = 0 }
        return readBytes
    }

    /// That nothing is read is ours, and not the sender's.
    func rest(now: ContinuousClock.Instant) {
        lastHeard = now
        lastProgress = now
    }

    /// Why it is to be closed; an empty text where nobody need know.
    func overdue(_ idleTimeout: Duration?, now: ContinuousClock.Instant) -> String? {
        if !socket.isSecured { return now - opened > Self.handshakeTimeout ? "its TLS did not begin in time" : nil }
        if heldBytes > 0, now - lastProgress > Self.eventTimeout { return "an event did not come to its end in time" }
        if let idleTimeout, storing == 0, !isReady, now - lastHeard > idleTimeout { return "" }
        return nil
    }
}
