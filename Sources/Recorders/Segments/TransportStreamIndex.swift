/// Reads frame times out of an MPEG transport stream (ISO/IEC 13818-1): the PES headers of the first video stream.
struct TransportStreamState: Sendable {
    private static let packet: Int64 = 188
    private static let syncByte: UInt8 = 0x47
    /// Bytes that may stand between packets before a file is taken to be something else; a quarter of the packets on top.
    private static let allowance: Int64 = 65_536

    private var videoPID: UInt64?
    /// The last time in ticks of 90 kHz: as it stood in the file, and counted on over the 33 bits that a file has.
    private var lastTime: UInt64?
    private var unwrapped: Int64 = 0
    private var skippedBytes: Int64 = 0
    private var packetBytes: Int64 = 0

    /// Whether the file is no transport stream at all.
    private var isForeign: Bool { skippedBytes > Self.allowance + packetBytes / 4 }

    mutating func advance(_ file: inout FileWindow, _ index: inout SegmentIndex) {
        while index.position + Self.packet <= file.size, !isForeign, !index.isFull {
            let window = file.bytes(at: index.position, count: Int(Self.packet))
            guard window.count == Int(Self.packet) else { return }
            guard window.first == Self.syncByte else {
                index.position += 1
                skippedBytes += 1
                continue
            }
            take(Array(window), &index)
            index.position += Self.packet
            packetBytes += Self.packet
        }
    }

    private mutating func take(_ bytes: [UInt8], _ index: inout SegmentIndex) {
        let pid = UInt64(bytes[1] & 0x1f) << 8 | UInt64(bytes[2])
        guard bytes[1] & 0x40 != 0, bytes[3] & 0x10 != 0 else { return }
        let start = bytes[3] & 0x20 != 0 ? 5 + Int(bytes[4]) : 4
        guard start + 14 <= bytes.count, bytes[start] == 0, bytes[start + 1] == 0, bytes[start + 2] == 1,
            (0xbd...0xef).contains(bytes[start + 3]), bytes[start + 7] & 0x80 != 0
        else { return }
        if videoPID == nil, bytes[start + 3] >= 0xe0 { videoPID = pid }
        let field = bytes[(start + 9)..<(start + 14)].map(UInt64.init)
        let time = (field[0] >> 1 & 7) << 30 | field[1] << 22 | (field[2] >> 1) << 15 | field[3] << 7 | field[4] >> 1
        if videoPID == pid {
            // Some muxers give each slice a packet of its own.
            if time == lastTime { return }
            index.add(Double(unwrap(time)) / 90_000)
        } else if let lastTime {
            let step = Int64(bitPattern: (time &- lastTime) << 31) >> 31
            index.add(other: Double(unwrapped + step) / 90_000)
        }
    }

    /// Times go round after 26.5 hours, and back a little where frames are sorted.
    private mutating func unwrap(_ time: UInt64) -> Int64 {
        let step = lastTime.map { Int64(bitPattern: (time &- $0) << 31) >> 31 } ?? Int64(time)
        lastTime = time
        unwrapped += step
        return unwrapped
    }
}
