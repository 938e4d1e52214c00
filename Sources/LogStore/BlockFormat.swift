import Base
internal import Codecs

/// What sealed blocks are made of: names and numbers that writer and reader share.
///
///     0xb2, 2, counted header (a zstd frame), then the streams, each a zstd frame, in the order of the header
///
///     header: count of events, names: count, each counted
///             the stream of their times, the stream of their groups' numbers (none with one group)
///             groups: count, each: events, columns: count, each: name, kind (0x80: sparse), what the kind has
///     stream: bytes when open, bytes of the frame (0: no bytes, no frame)
///     sparse: how many events have the field, the stream of a bit an event
///     constant (0):   the value
///     dictionary (1): count, values; the stream of a byte an event
///     numbers (2):    least and greatest, flags (1: differences, 2: doubles, from 4: decimals), base, width; as many
///                     streams of a byte an event, least significant first
///     text (3):       flags (1: characters outside ASCII), streams of templates, of their numbers (low and high
///                     bytes), of lengths, digits, mixed tokens, hexadecimal ones
///     values (4):     the stream of values one after the other
enum BlockFormat {
    static let magic: UInt8 = 0xb2
    static let version: UInt8 = 2

    enum Kind {
        static let constant: UInt8 = 0
        static let dictionary: UInt8 = 1
        static let numbers: UInt8 = 2
        static let text: UInt8 = 3
        static let values: UInt8 = 4
        static let sparse: UInt8 = 0x80
    }

    /// How a template's place for a value is filled.
    enum Fill {
        static let digits: UInt8 = 0
        static let mixed: UInt8 = 1
        static let hexadecimal: UInt8 = 2
        /// Values have lengths of their own.
        static let ofAnyLength: UInt8 = 0x80
    }

    static let mostGroups = 64
    static let mostDistinct = 256
    /// No stream has more bytes than this when it is open.
    static let streamBytesMax = 1 << 28
    static let mostEvents = 1 << 24
    static let textStreams = 7
}

/// The end of a block while it is written: streams one after the other.
struct StreamWriter {
    let zstd: Zstd
    private(set) var body: [UInt8] = []

    init(_ zstd: Zstd) { self.zstd = zstd }

    /// Adds a stream, and what the header says of it.
    mutating func add(_ bytes: UnsafeRawBufferPointer, to header: inout [UInt8], level: Int = 3) {
        header.appendVarint(bytes.count)
        if bytes.isEmpty { return header.appendVarint(0) }
        let frame = zstd.compress(bytes, level: level)
        header.appendVarint(frame.count)
        body.append(contentsOf: frame)
    }

    mutating func add(_ bytes: [UInt8], to header: inout [UInt8], level: Int = 3) {
        bytes.withUnsafeBytes { add($0, to: &header, level: level) }
    }
}
