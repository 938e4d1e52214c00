/// A message as a stream of gRPC has it:
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md (Length-Prefixed-Message).
package struct GRPCFrame: Sendable, Equatable {
    package let isCompressed: Bool
    package let bytes: [UInt8]

    package init(isCompressed: Bool, bytes: [UInt8]) {
        self.isCompressed = isCompressed
        self.bytes = bytes
    }
}

/// Reads the one message of a call from the bytes of its stream, in whatever pieces they come. Memory is taken for bytes
/// that came, never for a length that a sender only claims.
package struct GRPCFrameReader: Sendable {
    /// A flag, and the length as four bytes, the highest first.
    private static let headBytes = 5

    private let bytesMax: Int
    private var head: [UInt8] = []
    private var length = 0
    private var bytes: [UInt8] = []

    /// - Parameter bytesMax: the most bytes of a message, as it comes.
    package init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Takes what came.
    /// - Throws: ``GRPCFrameError``; nothing more of the stream can be read then.
    package mutating func take(_ piece: UnsafeRawBufferPointer) throws(GRPCFrameError) {
        let ofHead = min(Self.headBytes - head.count, piece.count)
        if ofHead > 0 {
            head += piece.prefix(ofHead)
            if head.count == Self.headBytes { try readHead() }
        }
        let rest = piece.dropFirst(ofHead)
        guard !rest.isEmpty else { return }
        guard rest.count <= length - bytes.count else { throw .moreThanOne }
        bytes += rest
    }

    private mutating func readHead() throws(GRPCFrameError) {
        guard head[0] <= 1 else { throw .unknownFlag(head[0]) }
        length = head[1...].reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytesMax else { throw .tooLarge(bytes: length, limit: bytesMax) }
    }

    /// The message, once the stream is at its end.
    /// - Throws: ``GRPCFrameError`` where it is not there as a whole.
    package consuming func finish() throws(GRPCFrameError) -> GRPCFrame {
        if head.isEmpty { throw .none }
        guard head.count == Self.headBytes else { throw .cutOff(bytes: head.count, of: Self.headBytes) }
        guard bytes.count == length else { throw .cutOff(bytes: bytes.count, of: length) }
        return GRPCFrame(isCompressed: head[0] == 1, bytes: bytes)
    }
}

/// A stream that does not hold one message.
package enum GRPCFrameError: Error, Sendable, Equatable, CustomStringConvertible {
    case none
    case cutOff(bytes: Int, of: Int)
    case moreThanOne
    case unknownFlag(UInt8)
    case tooLarge(bytes: Int, limit: Int)

    package var description: String {
        switch self {
        case .none: "the call has no message; send one"
        case .cutOff(let bytes, let all): "the message is cut off: \(bytes) bytes of \(all) came"
        case .moreThanOne: "the call has more bytes than its one message"
        case .unknownFlag(let flag): "a message begins with \(flag), which is neither 0 nor 1 (compressed)"
        case .tooLarge(let bytes, let limit):
            "a message of \(bytes) bytes is above the limit of \(limit); send smaller batches"
        }
    }
}
