internal import CZlib

extension Gzip {
    /// The compressed form of `bytes`, as one member of gzip; at a speed for what is sent at once.
    /// - Throws: ``GzipError`` without memory, or for more than 4 GiB.
    public static func compress(_ bytes: [UInt8]) throws(GzipError) -> [UInt8] {
        var stream = z_stream()
        let fastest: Int32 = 1
        // 16: with gzip's header.
        let status = deflateInit2_(
            &stream, fastest, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw GzipError(code: .damaged, reason: "zlib has no memory") }
        defer { deflateEnd(&stream) }
        guard bytes.count <= Int(UInt32.max) else {
            throw GzipError(code: .tooLarge, reason: "it has \(bytes.count) bytes")
        }
        let room = Int(deflateBound(&stream, UInt(bytes.count)))
        var isWhole = false
        let result = [UInt8](unsafeUninitializedCapacity: room) { output, count in
            bytes.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: output.count)
                isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
                count = output.count - Int(stream.avail_out)
            }
        }
        guard isWhole else { throw GzipError(code: .tooLarge, reason: "it has no room") }
        return result
    }
}
