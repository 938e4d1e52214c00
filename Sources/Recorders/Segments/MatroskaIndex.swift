/// Reads frame times out of Matroska: the headers of clusters and blocks alone (RFC 9559, EBML RFC 8794).
struct MatroskaState: Sendable {
    private var timescale = 1_000_000.0
    private var clusterTime: Int64 = 0
    private var videoTrack: UInt64?
    private var entryNumber: UInt64 = 0

    private enum ID {
        static let segment: UInt64 = 0x1853_8067
        static let cluster: UInt64 = 0x1F43_B675
        static let info: UInt64 = 0x1549_A966
        static let timestampScale: UInt64 = 0x2A_D7B1
        static let tracks: UInt64 = 0x1654_AE6B
        static let trackEntry: UInt64 = 0xAE
        static let trackNumber: UInt64 = 0xD7
        static let trackType: UInt64 = 0x83
        static let timestamp: UInt64 = 0xE7
        static let simpleBlock: UInt64 = 0xA3
        static let blockGroup: UInt64 = 0xA0
        static let block: UInt64 = 0xA1
    }

    /// Elements that are looked into; all others are skipped whole.
    private static let opened: Set<UInt64> = [ID.segment, ID.cluster, ID.info, ID.tracks, ID.trackEntry, ID.blockGroup]

    mutating func advance(_ file: inout FileWindow, _ index: inout SegmentIndex) {
        var position = index.position
        while position < file.size {
            guard let (id, idLength) = Self.element(&file, position),
                let (size, sizeLength) = Self.size(&file, position + idLength)
            else { break }
            let body = position + idLength + sizeLength
            if Self.opened.contains(id) {
                position = body
                index.position = position
                continue
            }
            // An element that is not written to its end is read when it is.
            guard let size, body + size <= file.size else { break }
            take(id, &file, body, size, &index)
            position = body + size
            index.position = position
        }
    }

    private mutating func take(
        _ id: UInt64, _ file: inout FileWindow, _ body: Int64, _ size: Int64, _ index: inout SegmentIndex
    ) {
        switch id {
        case ID.timestampScale:
            timescale = file.number(at: body, count: Int(min(size, 8))).map { Double($0) } ?? timescale
        case ID.trackNumber: entryNumber = file.number(at: body, count: Int(min(size, 8))) ?? 0
        case ID.trackType:
            if file.number(at: body, count: Int(min(size, 8))) == 1, videoTrack == nil { videoTrack = entryNumber }
        case ID.timestamp:
            clusterTime =
                file.number(at: body, count: Int(min(size, 8))).map { Int64(truncatingIfNeeded: $0) } ?? clusterTime
        case ID.simpleBlock, ID.block:
            guard let (track, length) = Self.size(&file, body), let track,
                let offset = file.number(at: body + length, count: 2)
            else { return }
            let time = Double(clusterTime &+ Int64(Int16(truncatingIfNeeded: offset))) * timescale / 1e9
            if UInt64(truncatingIfNeeded: track) == videoTrack { index.add(time) } else { index.add(other: time) }
        default: break
        }
    }

    private static func element(_ file: inout FileWindow, _ position: Int64) -> (UInt64, Int64)? {
        guard let first = file.bytes(at: position, count: 1).first, first != 0 else { return nil }
        let length = first.leadingZeroBitCount + 1
        guard length <= 4, let id = file.number(at: position, count: length) else { return nil }
        return (id, Int64(length))
    }

    /// The size that follows; `nil` within for one that is not known yet.
    private static func size(_ file: inout FileWindow, _ position: Int64) -> (Int64?, Int64)? {
        guard let first = file.bytes(at: position, count: 1).first, first != 0 else { return nil }
        let length = first.leadingZeroBitCount + 1
        guard let whole = file.number(at: position, count: length) else { return nil }
        let mask = length == 8 ? UInt64(1) << 56 - 1 : (UInt64(1) << (7 * UInt64(length))) - 1
        let value = whole & mask
        return (value == mask ? nil : Int64(truncatingIfNeeded: value), Int64(length))
    }
}
