import Codecs
import LogDocuments

/// `gelf`: messages of Graylog's libraries.
/// https://go2docs.graylog.org/current/getting_in_log_data/gelf.html
struct GELFReader: MessageReader {
    private let input: PipelineInput
    private let settings: GELFInput

    private static let source = FieldReference("source_host")
    private static let time = FieldReference("timestamp")
    private static let full = FieldReference("full_message")
    private static let short = FieldReference("short_message")

    init(_ input: PipelineInput, _ settings: GELFInput) {
        self.input = input
        self.settings = settings
    }

    func complete(_ event: inout PipelineEvent, _ peer: Peer) {
        event[Self.source] = .string(peer.host)
        switch event[Self.time] {
        case .integer(let seconds)? where seconds.magnitude < 1 << 40:
            event.timestamp = seconds * 1_000
            event.remove(Self.time)
        case .number(let seconds)? where seconds.magnitude < 1e12:
            event.timestamp = Int64((seconds * 1_000).rounded())
            event.remove(Self.time)
        default: break
        }
        if settings.renames { rename(&event) }
        if settings.stripsUnderscores {
            for (name, value) in event.own.members where name.hasPrefix("_") && name.count > 1 {
                event.remove(FieldReference(escaping: name))
                event[FieldReference(escaping: String(name.dropFirst()))] = value
            }
        }
        input.decoration.apply(to: &event)
    }

    private func rename(_ event: inout PipelineEvent) {
        if let full = event[Self.full], full.string?.isEmpty == false {
            event[InputCodec.message] = full
            event.remove(Self.full)
            if event[Self.short] == full { event.remove(Self.short) }
        } else if let short = event[Self.short], short.string?.isEmpty == false {
            event[InputCodec.message] = short
            event.remove(Self.short)
        }
    }
}

/// Puts datagrams of GELF together, and unpacks them.
struct GELFAssembler {
    private struct Key: Hashable {
        let sender: String
        let id: [UInt8]
    }

    private struct Parts {
        var pieces: [[UInt8]?]
        var bytes = 0
        let since: Int64
    }

    private var waiting: [Key: Parts] = [:]
    private var bytes = 0

    /// As its specification has them.
    private static let piecesMax = 128
    private static let patience: Int64 = 5_000
    private static let waitingMax = 1_000
    private static let waitingBytesMax = 16 << 20
    private static let messageBytesMax = 8 << 20
    private static let headBytes = 12

    /// - Returns: the message that the datagram completes, as JSON; `nil` where others are to come, and an empty one where
    ///   it makes no sense or has no room.
    mutating func add(_ datagram: UnsafeBufferPointer<UInt8>, from sender: String, now: Int64) -> [UInt8]? {
        guard datagram.starts(with: [0x1e, 0x0f]) else { return Self.unpacked(datagram) }
        guard datagram.count > Self.headBytes else { return [] }
        let (number, count) = (Int(datagram[10]), Int(datagram[11]))
        guard (1...Self.piecesMax).contains(count), number < count else { return [] }
        expire(now: now)
        let key = Key(sender: sender, id: Array(datagram[2..<10]))
        var parts = waiting.removeValue(forKey: key) ?? Parts(pieces: Array(repeating: nil, count: count), since: now)
        bytes -= parts.bytes
        guard parts.pieces.count == count else { return [] }
        let piece = Array(datagram[Self.headBytes...])
        if parts.pieces[number] == nil {
            parts.pieces[number] = piece
            parts.bytes += piece.count
        }
        let found = parts.pieces.compactMap(\.self)
        if found.count == count {
            return Array(found.joined()).withUnsafeBufferPointer { Self.unpacked($0) }
        }
        guard waiting.count < Self.waitingMax, bytes + parts.bytes <= Self.waitingBytesMax else { return [] }
        bytes += parts.bytes
        waiting[key] = parts
        return nil
    }

    /// Forgets messages whose pieces did not come in time.
    private mutating func expire(now: Int64) {
        for (key, parts) in waiting where now - parts.since > Self.patience {
            bytes -= parts.bytes
            waiting[key] = nil
        }
    }

    private static func unpacked(_ message: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let isGzip = message.starts(with: [0x1f, 0x8b])
        let isZlib = message.first == 0x78 && message.count > 1 && (0x7800 | Int(message[1])) % 31 == 0
        guard isGzip || isZlib else { return Array(message) }
        return (try? Gzip.decompress(UnsafeRawBufferPointer(message), limit: messageBytesMax)) ?? []
    }
}
