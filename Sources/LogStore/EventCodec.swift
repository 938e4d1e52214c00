/// Events as earlier versions wrote them, column by column: each distinct text and each set of field names is there
/// once. It is only read.
///
///     version, count
///     texts: count, then each counted
///     shapes: count, then each a count and the numbers of its names among the texts
///     times: the first, then differences
///     the shape of each event
///     for each name in the order of first use: the values of the events that have it
enum EventCodec {
    static let version: UInt8 = 1
    static let depthLimit = 32

    enum Tag {
        static let null: UInt8 = 0
        static let no: UInt8 = 1
        static let yes: UInt8 = 2
        static let integer: UInt8 = 3
        static let double: UInt8 = 4
        static let string: UInt8 = 5
        static let array: UInt8 = 6
    }
}
