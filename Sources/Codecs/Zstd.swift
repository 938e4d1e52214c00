internal import CZstd

/// Compression with Zstandard. Frames carry their size and a checksum, so that damage shows.
///
/// The contexts are costly to make (about a megabyte): whoever compresses or decompresses much keeps one.
public final class Zstd {
    // Made at first use, as most users only compress or only decompress.
    private var compressor: OpaquePointer?
    private var decompressor: OpaquePointer?

    public init() {}

    deinit {
        ZSTD_freeCCtx(compressor)
        ZSTD_freeDCtx(decompressor)
    }

    /// The compressed form of `bytes`; level 1 is fast, 3 the usual, 19 the smallest.
    public func compress(_ bytes: UnsafeRawBufferPointer, level: Int = 3) -> [UInt8] {
        if compressor == nil { compressor = ZSTD_createCCtx() }
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, Int32(level))
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1)
        return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { output, count in
            let result = ZSTD_compress2(compressor, output.baseAddress, output.count, bytes.baseAddress, bytes.count)
            precondition(ZSTD_isError(result) == 0, "BUG: the output of zstd is smaller than it asked for")
            count = result
        }
    }

    public func compress(_ bytes: [UInt8], level: Int = 3) -> [UInt8] {
        bytes.withUnsafeBytes { compress($0, level: level) }
    }

    /// The bytes of which `frame` is the compressed form.
    /// - Parameter limit: the most bytes that are accepted; a frame that says it has more is refused unread.
    public func decompress(_ frame: UnsafeRawBufferPointer, limit: Int) throws(ZstdError) -> [UInt8] {
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        // The two greatest numbers stand for "not a frame" and "size not given".
        guard size < UInt64.max - 1 else {
            throw ZstdError(code: .damaged, reason: "it is not a zstd frame with a size")
        }
        guard size <= UInt64(limit) else {
            throw ZstdError(code: .tooLarge, reason: "it would have \(size) bytes, and \(limit) are allowed")
        }
        if decompressor == nil { decompressor = ZSTD_createDCtx() }
        var failure: ZstdError?
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { output, count in
            let result = ZSTD_decompressDCtx(
                decompressor, output.baseAddress, output.count, frame.baseAddress, frame.count)
            if ZSTD_isError(result) != 0 {
                failure = ZstdError(code: .damaged, reason: String(cString: ZSTD_getErrorName(result)))
            } else {
                count = result
            }
        }
        if let failure { throw failure }
        return bytes
    }

    public func decompress(_ frame: [UInt8], limit: Int) throws(ZstdError) -> [UInt8] {
        let result = frame.withUnsafeBytes { bytes in
            Result { () throws(ZstdError) in try decompress(bytes, limit: limit) }
        }
        return try result.get()
    }
}

/// Bytes that Zstandard cannot decompress.
public struct ZstdError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable { case damaged, tooLarge }

    public let code: Code
    public let reason: String

    public var description: String { "cannot decompress a block: \(reason); the stored bytes are damaged" }
}
