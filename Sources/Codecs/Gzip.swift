internal import CZlib

/// Decompression of gzip and zlib, as HTTP's `Content-Encoding` has them.
public enum Gzip {
    /// As the other one, of an array.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(GzipError) in try decompress(bytes, limit: limit) }
        }.get()
    }

    private static let pieceBytes = 64 << 10

    /// The bytes of which `bytes` are the compressed form, with either header. Several members of gzip are one text, as
    /// [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952#section-2.2) has it; checksums and lengths are compared, so that
    /// a text that is cut off is an error wherever it ends.
    /// - Parameter limit: the most bytes that are accepted; more end the work early.
    public static func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(GzipError) -> [UInt8] {
        var stream = z_stream()
        // 32: the header says which of the two it is.
        guard
            inflateInit2_(&stream, MAX_WBITS + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw GzipError(code: .damaged, reason: "zlib has no memory") }
        defer { inflateEnd(&stream) }
        guard bytes.count <= Int(UInt32.max) else {
            throw GzipError(code: .tooLarge, reason: "it has \(bytes.count) bytes")
        }
        stream.next_in = UnsafeMutablePointer(
            mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(bytes.count)
        var result: [UInt8] = []
        while true {
            var status = Z_OK
            let piece = [UInt8](unsafeUninitializedCapacity: pieceBytes) { output, count in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                status = inflate(&stream, Z_NO_FLUSH)
                count = output.count - Int(stream.avail_out)
            }
            result += piece
            guard result.count <= limit else {
                throw GzipError(code: .tooLarge, reason: "it would have more than \(limit) bytes")
            }
            switch status {
            case Z_STREAM_END:
                if stream.avail_in == 0 { return result }
                guard inflateReset(&stream) == Z_OK else {
                    throw GzipError(code: .damaged, reason: "zlib cannot begin the next member")
                }
            case Z_OK where stream.avail_in > 0 || !piece.isEmpty: continue
            default: throw GzipError(code: .damaged, reason: "it is damaged, or cut off")
            }
        }
    }
}

/// Bytes that cannot be decompressed.
public struct GzipError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable { case damaged, tooLarge }

    public let code: Code
    public let reason: String

    public var description: String { "cannot decompress the body: \(reason)" }
}
