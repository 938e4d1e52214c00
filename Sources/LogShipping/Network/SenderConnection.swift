internal import CLinux
import Listening

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A connection of a sender. For the receiving thread alone.
final class SenderConnection {
    private let socket: Int32
    /// `ADDRESS:PORT`
    let sender: String
    private var cutter: MessageCutter
    private var lastRead: ContinuousClock.Instant
    /// When the message began whose end has not come.
    private var messageStart: ContinuousClock.Instant?

    enum Outcome {
        case goesOn
        /// Nothing has come.
        case idle
        /// The sender is gone, or was silent for too long.
        case ended
        /// What it sends has no meaning.
        case senseless
    }

    /// Takes over the socket, which is closed with the connection.
    init(_ socket: Int32, _ listening: LogListening, now: ContinuousClock.Instant) {
        self.socket = socket
        var text = [CChar](repeating: 0, count: Int(WP_ADDRESS_TEXT))
        _ = wp_peer_address(socket, &text)
        sender = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        cutter = MessageCutter(listening.framing, limit: listening.messageBytesMax)
        lastRead = now
    }

    deinit { close(socket) }

    /// Bytes that are kept of a message that is not complete.
    var partialBytes: Int { cutter.partialBytes }

    /// Reads once.
    /// - Parameter room: how many bytes more than now may be kept of a message that is not complete.
    func read(
        _ buffer: UnsafeMutableBufferPointer<UInt8>, room: Int, now: ContinuousClock.Instant, time: Int64,
        into messages: inout [ReceivedMessage]
    ) -> Outcome {
        let count = recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .idle : .ended }
        if count == 0 { return .ended }
        lastRead = now
        let before = messages.count
        do {
            try cutter.add(UnsafeBufferPointer(rebasing: buffer[..<count]), room: room) { bytes, isCut in
                messages.append(ReceivedMessage(bytes: Array(bytes), sender: sender, time: time, isCut: isCut))
            }
        } catch { return .senseless }
        if !cutter.isInMessage {
            messageStart = nil
        } else if messageStart == nil || messages.count > before {
            messageStart = now
        }
        return .goesOn
    }

    /// The message that has begun, though its end will not come.
    func finish(time: Int64, into messages: inout [ReceivedMessage]) {
        cutter.finish { bytes, isCut in
            messages.append(ReceivedMessage(bytes: Array(bytes), sender: sender, time: time, isCut: isCut))
        }
    }

    /// That nothing is read is ours, and not the sender's.
    func rest(now: ContinuousClock.Instant) {
        lastRead = now
        if messageStart != nil { messageStart = now }
    }

    /// Whether it was silent for too long, or sends a message too slowly.
    func isOverdue(_ timeout: Duration, now: ContinuousClock.Instant) -> Bool {
        now - lastRead > timeout || messageStart.map { now - $0 > timeout } ?? false
    }
}
