import Base
internal import Codecs
import Partitions

/// The bytes of a block, of which streams are opened when they are needed.
final class BlockStreams {
    /// Where a stream lies.
    struct Stream {
        fileprivate enum Place {
            case header
            case small(Int)
            case body(Int, Int)
        }

        fileprivate let place: Place
        /// Bytes when it is open.
        let count: Int
    }

    private let bytes: [UInt8]
    private let zstd: Zstd
    private let isCompressed: Bool
    let header: [UInt8]
    private let small: [UInt8]
    private let bodyStart: Int
    private var smallOffset = 0
    private var bodyOffset: Int

    /// - Throws: ``StoreError`` with the code `corrupt`; `ZstdError`.
    init(_ bytes: [UInt8], _ zstd: Zstd) throws {
        self.bytes = bytes
        self.zstd = zstd
        (isCompressed, header, small, bodyStart) = try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            guard reader.byte() == BlockFormat.magic, reader.byte() == BlockFormat.version else {
                throw StoreError.damaged("a block of spans")
            }
            let isCompressed = reader.byte() == BlockFormat.compressed
            let headerCount = reader.count()
            let smallCount = reader.count()
            let header = reader.take(headerCount)
            let small = reader.take(smallCount)
            if reader.hasFailed { throw StoreError.damaged("a block of spans") }
            if !isCompressed { return (false, [UInt8](header), [], reader.offset) }
            return (
                true, try zstd.decompress(header, limit: BlockFormat.streamBytesMax),
                try zstd.decompress(small, limit: BlockFormat.streamBytesMax), reader.offset
            )
        }
        bodyOffset = bodyStart
    }

    /// Reads where the next stream lies: in the order of the header, once.
    func next(_ reader: inout ByteReader) throws -> Stream {
        let count = reader.count(limit: BlockFormat.streamBytesMax)
        if count == 0 { return Stream(place: .header, count: 0) }
        if isCompressed, count < BlockFormat.smallBytes {
            defer { smallOffset += count }
            guard small.count - smallOffset >= count else { throw StoreError.damaged("a block of spans") }
            return Stream(place: .small(smallOffset), count: count)
        }
        let packed = isCompressed ? reader.count(limit: BlockFormat.streamBytesMax) : count
        defer { bodyOffset += packed }
        guard bytes.count - bodyOffset >= packed else { throw StoreError.damaged("a block of spans") }
        return Stream(place: .body(bodyOffset, packed), count: count)
    }

    /// Opens a stream.
    func open(_ stream: Stream) throws -> [UInt8] {
        switch stream.place {
        case .header: return []
        case .small(let offset): return Array(small[offset..<offset + stream.count])
        case .body(let offset, let packed):
            if !isCompressed { return Array(bytes[offset..<offset + packed]) }
            let opened = try bytes.withUnsafeBytes { bytes in
                try zstd.decompress(
                    UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + packed]), limit: stream.count)
            }
            guard opened.count == stream.count else { throw StoreError.damaged("a block of spans") }
            return opened
        }
    }
}
