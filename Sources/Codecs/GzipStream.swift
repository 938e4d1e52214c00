internal import CZlib

/// Compression of a text that comes in pieces, as one member of gzip; at a speed for what is sent at once.
public final class GzipStream {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Where a piece of the output is put together.
    private static let room = 32_768

    /// - Throws: ``GzipError`` without memory.
    public init() throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let fastest: Int32 = 1
        // 16: with gzip's header.
        let status = deflateInit2_(
            stream, fastest, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw GzipError(code: .damaged, reason: "zlib has no memory")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Takes a piece, and gives what is compressed of all so far; often nothing.
    public func compress(_ piece: UnsafeRawBufferPointer) -> [UInt8] { run(piece, Z_NO_FLUSH) }

    /// What is left, and the end. Nothing can be compressed behind it.
    public func finish() -> [UInt8] { run(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH) }

    private func run(_ piece: UnsafeRawBufferPointer, _ flush: Int32) -> [UInt8] {
        var output: [UInt8] = []
        var rest = UnsafeMutableRawBufferPointer(mutating: piece)[...]
        repeat {
            // zlib counts in 32 bits.
            let part = UnsafeMutableRawBufferPointer(rebasing: rest.prefix(1 << 30))
            rest = rest.dropFirst(part.count)
            stream.pointee.next_in = part.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_in = UInt32(part.count)
            repeat {
                output.append(
                    contentsOf: [UInt8](unsafeUninitializedCapacity: Self.room) { buffer, count in
                        stream.pointee.next_out = buffer.baseAddress
                        stream.pointee.avail_out = UInt32(buffer.count)
                        deflate(stream, rest.isEmpty ? flush : Z_NO_FLUSH)
                        count = buffer.count - Int(stream.pointee.avail_out)
                    })
            } while stream.pointee.avail_out == 0
        } while !rest.isEmpty
        return output
    }
}
