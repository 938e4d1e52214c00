internal import CZlib

/// Decompression of zlib or gzip a piece at a time, so that no more is made than there is room for.
public final class Inflater {
    /// How far a piece got.
    public struct Progress {
        /// Bytes that were read of the input.
        public let read: Int
        /// Bytes that were written to the output.
        public let written: Int
        /// Whether the compressed text has ended.
        public let isAtEnd: Bool
    }

    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: ``GzipError`` without memory.
    public init() throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 32: the header says which of the two it is.
        guard
            inflateInit2_(stream, MAX_WBITS + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            stream.deallocate()
            throw GzipError(code: .damaged, reason: "zlib has no memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Decompresses as much of `input` as `output` has room for.
    /// - Throws: ``GzipError`` for what is no compressed text.
    public func inflate(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(GzipError) -> Progress {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(clamping: input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(clamping: output.count)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        let progress = Progress(
            read: input.count - Int(stream.pointee.avail_in), written: output.count - Int(stream.pointee.avail_out),
            isAtEnd: status == Z_STREAM_END)
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
        // That nothing could be done is no damage: there was no input, or no room.
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw GzipError(code: .damaged, reason: "it is damaged")
        }
        return progress
    }
}
