/// Reads frame times out of an MPEG transport stream (ISO/IEC 13818-1): the PES headers of the first video stream.
struct TransportStreamState: Sendable {
    private static let packet: Int64 = 188
    private var videoPID: UInt64?

    mutating func advance(_ file: inout FileWindow, _ index: inout SegmentIndex) {
        while index.position + Self.packet <= file.size {
            let bytes = Array(file.bytes(at: index.position, count: Int(Self.packet)))
            guard bytes.count == Int(Self.packet), bytes[0] == 0x47 else {
                index.position += 1
                continue
            }
            take(bytes, &index)
            index.position += Self.packet
        }
    }

    private mutating func take(_ bytes: [UInt8], _ index: inout SegmentIndex) {
        let pid = UInt64(bytes[1] & 0x1f) << 8 | UInt64(bytes[2])
        guard bytes[1] & 0x40 != 0, bytes[3] & 0x10 != 0 else { return }
        let start = bytes[3] & 0x20 != 0 ? 5 + Int(bytes[4]) : 4
        guard start + 14 <= bytes.count, bytes[start] == 0, bytes[start + 1] == 0, bytes[start + 2] == 1,
            (0xe0...0xef).contains(bytes[start + 3]), bytes[start + 7] & 0x80 != 0
        else { return }
        if videoPID == nil { videoPID = pid }
        guard videoPID == pid else { return }
        let field = bytes[(start + 9)..<(start + 14)].map(UInt64.init)
        let time = (field[0] >> 1 & 7) << 30 | field[1] << 22 | (field[2] >> 1) << 15 | field[3] << 7 | field[4] >> 1
        index.times.append(Double(time) / 90_000)
    }
}
