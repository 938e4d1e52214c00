internal import Codecs

/// What blocks are made of: names and numbers that writer and reader share. A batch of the tail has the same form, with
/// streams as they are.
///
///     0xb4, 1, flags (1: compressed), bytes of the header, bytes of the small streams, header, small streams, streams
///
///     header: spans, traces, start of the first (zigzag)
///             strings: count, each counted
///             resources: count, each a list of attributes
///             scopes: count, each: resource, name, version, a list of attributes
///             streams: the traces' numbers, 16 bytes each; how many spans each has; the spans' numbers; their parents;
///                      the numbers of parents that are not here
///             spans, numbers of their starts and of their durations; events; links
///     list of attributes: count, each: key, kind, value
///     rows:   columns: count, each: key, kind
///             shapes: count, each: count, columns
///             classes: count, each: shape, rows, name; of spans too: scope, flags, kind + 8 * status
///             the stream of classes, then each column
///     column of strings: how many different ones, how the rows' numbers are kept; streams of lengths, bytes, numbers
///     column of numbers: form (1: divided, 2: decimals), what the form has, least (zigzag), width; a stream a byte
///     stream: bytes when open; where compressed and not small: bytes of the zstd frame
///
/// The values of a column stand in the order of their rows' classes, and of the rows in each.
enum BlockFormat {
    static let magic: UInt8 = 0xb4
    static let version: UInt8 = 1
    static let compressed: UInt8 = 1

    /// Shorter streams of a compressed block lie together in one.
    static let smallBytes = 128
    /// No stream has more bytes than this when it is open.
    static let streamBytesMax = 1 << 29
    static let level = 3

    enum NumberForm {
        static let plain: UInt8 = 0
        static let divided: UInt8 = 1
        static let decimal: UInt8 = 2
    }

    /// How the numbers of the strings of rows are kept.
    enum TextForm {
        /// All rows have the one string.
        static let constant: UInt8 = 0
        static let oneByte: UInt8 = 1
        /// Differences to the row before, of two or four bytes.
        static let twoBytes: UInt8 = 2
        static let fourBytes: UInt8 = 4
        /// Each row has the next string.
        static let ascending: UInt8 = 5
    }

    /// What a parent is, in its stream of varints.
    enum Parent {
        static let none: UInt64 = 0
        static let elsewhere: UInt64 = 1
        /// From here on: how many rows before, zigzag.
        static let here: UInt64 = 2
    }

    static let mostDecimals = 6
}

/// The end of a block while it is written: streams one after the other.
struct StreamWriter: ~Copyable {
    private let zstd: Zstd?
    private(set) var body = Flat<UInt8>(capacity: 1 << 14)
    private(set) var small = Flat<UInt8>()

    /// - Parameter zstd: `nil` for streams as they are.
    init(_ zstd: Zstd?) { self.zstd = zstd }

    /// Adds a stream, and what the header says of it.
    mutating func add(_ bytes: UnsafeRawBufferPointer, to header: inout Flat<UInt8>) {
        header.append(varint: UInt64(bytes.count))
        if bytes.isEmpty { return }
        guard let zstd else { return body.append(bytes: bytes) }
        if bytes.count < BlockFormat.smallBytes { return small.append(bytes: bytes) }
        let frame = zstd.compress(bytes, level: BlockFormat.level)
        header.append(varint: UInt64(frame.count))
        frame.withUnsafeBytes { body.append(bytes: $0) }
    }
}
