internal import CSnappy

/// Compression with Snappy's block format, which remote write and remote read speak.
public enum Snappy {
    /// The compressed form of `bytes`.
    public static func compress(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: snappy_max_compressed_length(bytes.count)) { output, count in
            count = output.count
            let status = bytes.withUnsafeBytes { input in
                snappy_compress(
                    input.bindMemory(to: CChar.self).baseAddress, input.count,
                    UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self), &count)
            }
            precondition(status == SNAPPY_OK, "BUG: the output of snappy is smaller than it asked for")
        }
    }

    /// The bytes of which `block` is the compressed form.
    /// - Parameter limit: the most bytes that are accepted; a block that says it has more is refused unread.
    public static func decompress(_ block: UnsafeRawBufferPointer, limit: Int) throws(SnappyError) -> [UInt8] {
        let input = block.bindMemory(to: CChar.self)
        var size = 0
        guard snappy_uncompressed_length(input.baseAddress, input.count, &size) == SNAPPY_OK else {
            throw SnappyError(code: .damaged, reason: "it is not a snappy block")
        }
        guard size <= limit else {
            throw SnappyError(code: .tooLarge, reason: "it would have \(size) bytes, and \(limit) are allowed")
        }
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { output, count in
            count = size
            let target = UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
            isWhole = snappy_uncompress(input.baseAddress, input.count, target, &count) == SNAPPY_OK
            // What was not written must not be read.
            if !isWhole { count = 0 }
        }
        guard isWhole else { throw SnappyError(code: .damaged, reason: "the snappy block is damaged") }
        return bytes
    }
}

/// A block that Snappy cannot decompress.
public struct SnappyError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable { case damaged, tooLarge }

    public let code: Code
    public let reason: String

    public var description: String { "cannot decompress a block: \(reason)" }
}
