internal import Base
internal import CLinux
internal import Codecs
internal import Synchronization

/// Decompresses and decodes what others send, away from the pool that answers, and a bounded number at once: each message
/// may cost some times its bytes meanwhile.
///
/// Small messages do not wait for large ones. How large a message is shows only when it is decompressed.
package final class MessageLanes: Sendable {
    /// The most bytes of a request as it came.
    package static let bodyBytesMax = 64 << 20
    /// The most bytes of a message, decompressed.
    package static let messageBytesMax = 64 << 20
    private static let smallBytesMax = 1 << 20
    /// Large messages that are decoded or wait for it.
    private static let largeMax = 3

    private let small = WorkGate("small messages", width: 4, usesCallersThread: true)
    private let large = WorkGate("large messages", width: 1, usesCallersThread: true)
    private let largeCount = Mutex(0)

    /// Lanes of a server: all doors by which messages come share them.
    package init() {}

    /// Reads a message when it is its turn.
    /// - Parameters:
    ///   - bodyBytes: bytes of the request as it came.
    ///   - decompress: gives the message, or throws a ``SnappyError``, ``GzipError`` or ``ZstdError`` where it is above
    ///     `limit` bytes.
    ///   - use: decodes and stores it.
    /// - Throws: ``MessagesBusy``, and what the two throw.
    package func run<Result: Sendable>(
        bodyBytes: Int, _ decompress: @escaping @Sendable (_ limit: Int) throws -> [UInt8],
        _ use: @escaping @Sendable (_ message: [UInt8]) throws -> Result
    ) async throws -> Result {
        if bodyBytes <= Self.smallBytesMax {
            do {
                return try await small.run { try use(try decompress(Self.smallBytesMax)) }
            } catch let error as SnappyError where error.code == .tooLarge {
            } catch let error as GzipError where error.code == .tooLarge {
            } catch let error as ZstdError where error.code == .tooLarge {}
        }
        try largeCount.withLock { count in
            guard count < Self.largeMax else { throw MessagesBusy() }
            count += 1
        }
        defer { largeCount.withLock { $0 -= 1 } }
        return try await large.run {
            // What earlier ones have left would stay with their threads' arenas, beside what this one takes.
            wp_return_free_memory()
            return try use(try decompress(Self.messageBytesMax))
        }
    }
}

/// More large messages came at once than are decoded.
package struct MessagesBusy: Error, CustomStringConvertible {
    /// The same for people.
    package let description = "other large requests are being read; send this one again in some seconds"

    /// Seconds after which a sender may try again.
    package static let retryAfter = "5"
}
