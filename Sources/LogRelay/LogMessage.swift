internal import Base
package import LogStore
package import Model

/// How far an agent's messages have come: the number of the last one, and a checksum of it and all in front of it.
///
/// Two agents that went on from a copy of one data directory have the same numbers and, from their first message on,
/// other checksums.
package struct RelayPosition: Sendable, Hashable {
    package var number: Int64
    package var checksum: UInt64

    package init(number: Int64, checksum: UInt64) {
        self.number = number
        self.checksum = checksum
    }

    package static let start = RelayPosition(number: 0, checksum: 0)

    /// The position behind a message.
    /// - Parameter pieces: the bytes of all its pieces, as they stand in it.
    func advanced(by pieces: UnsafeRawBufferPointer) -> RelayPosition {
        RelayPosition(number: number + 1, checksum: ByteHash.hash(pieces, seed: checksum))
    }
}

/// What an agent sends to a server, before it is compressed: events and who sends them, or only that it is there.
///
///     version 1, the agent's identity and its name (both counted), the number and the checksum (8 bytes) of the last
///     message that the agent knows to be stored, then pieces, each counted, to the end
package struct LogMessage: Sendable {
    /// Who sends.
    package struct Sender: Sendable, Hashable {
        /// 32 hexadecimal digits, drawn by the agent.
        package var identity: String
        /// What people call it.
        package var name: String

        package init(identity: String, name: String) {
            self.identity = identity
            self.name = name
        }
    }

    package static let contentType = "application/x-watchpost-logs"
    /// The most bytes of a message as it is sent.
    package static let bodyBytesMax = 32 << 20
    private static let version: UInt8 = 1
    private static let identityBytes = 32
    private static let nameBytesMax = 255

    package let sender: Sender
    /// Where the agent stands, as far as it knows.
    package let position: RelayPosition
    /// Behind the message; where it has no events, the same.
    package let next: RelayPosition
    package let events: [LogEvent]

    /// A name as it fits into a message.
    package static func shortened(_ name: String) -> String {
        var short = ""
        var bytes = 0
        for character in name {
            bytes += String(character).utf8.count
            if bytes > nameBytesMax { break }
            short.append(character)
        }
        return short
    }

    /// The bytes of a message.
    /// - Parameter pieces: the bytes of all pieces, each counted.
    package static func encode(_ sender: Sender, _ position: RelayPosition, pieces: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [version]
        bytes.reserveCapacity(pieces.count + 320)
        bytes.appendCounted(Array(sender.identity.utf8))
        bytes.appendCounted(Array(shortened(sender.name).utf8))
        bytes.appendVarint(UInt64(bitPattern: position.number))
        bytes.appendFixed64(position.checksum)
        bytes.append(contentsOf: pieces)
        return bytes
    }

    /// Reads what came from a network.
    package init(_ bytes: UnsafeRawBufferPointer, bounds: EventBounds = EventBounds()) throws(LogMessageError) {
        var reader = ByteReader(bytes)
        let version = reader.byte()
        if version != Self.version, !bytes.isEmpty {
            throw LogMessageError(
                .unknownVersion,
                "it is of version \(version), and this server knows \(Self.version); update the older one")
        }
        let identity = reader.counted()
        let name = reader.counted()
        let number = reader.varint()
        let checksum = reader.fixed64()
        guard !reader.hasFailed, identity.count == Self.identityBytes,
            identity.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            (1...Self.nameBytesMax).contains(name.count), number < UInt64(Int64.max)
        else { throw .damaged }
        sender = Sender(
            identity: String(decoding: identity, as: UTF8.self), name: String(decoding: name, as: UTF8.self))
        let position = RelayPosition(number: Int64(number), checksum: checksum)
        self.position = position
        let rest = UnsafeRawBufferPointer(rebasing: bytes[reader.offset...])
        var pieces = EventPieceReader(bounds)
        var events: [LogEvent] = []
        while !reader.isAtEnd {
            let piece = reader.counted()
            if reader.hasFailed { throw .damaged }
            do throws(EventPieceError) {
                events += try pieces.events(of: piece)
            } catch {
                throw LogMessageError(.malformed, error.description)
            }
        }
        next = rest.isEmpty ? position : position.advanced(by: rest)
        self.events = events
    }
}

/// A message that is not taken.
package struct LogMessageError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable { case malformed, unknownVersion }

    package let code: Code
    private let reason: String

    package var description: String { "cannot read the message of an agent: \(reason)" }

    static let damaged = LogMessageError(.malformed, "its bytes are damaged")

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
