import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

extension Response {
    /// The whole body.
    func text() async throws -> String {
        let writer = CollectingWriter()
        try await body.write(writer)
        return String(decoding: writer.bytes.withLock { $0 }, as: UTF8.self)
    }
}

/// Keeps the body of a response.
private final class CollectingWriter: ResponseBodyWriter, Sendable {
    let bytes = Mutex<[UInt8]>([])

    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { $0 += Array(buffer.readableBytesView) } }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
