/// The header of an RTP packet (RFC 3550, section 5.1).
struct RTPPacket {
    var hasMarker: Bool
    var payloadType: UInt8
    var sequence: UInt16
    var timestamp: UInt32
    var source: UInt32
    var payload: UnsafeRawBufferPointer

    /// `nil` when the bytes are not such a packet.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 12, bytes[0] >> 6 == 2 else { return nil }
        var start = 12 + Int(bytes[0] & 0x0f) * 4
        if bytes[0] & 0x10 != 0 {
            guard bytes.count >= start + 4 else { return nil }
            start += 4 + (Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])) * 4
        }
        var end = bytes.count
        if bytes[0] & 0x20 != 0 { end -= Int(bytes[bytes.count - 1]) }
        guard start <= end else { return nil }
        hasMarker = bytes[1] & 0x80 != 0
        payloadType = bytes[1] & 0x7f
        sequence = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        timestamp = bigEndian32(bytes, 4)
        source = bigEndian32(bytes, 8)
        payload = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}

/// Four bytes at `index`, which must be in the buffer.
func bigEndian32(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
}

/// What a camera's RTCP packets told (RFC 3550, section 6).
struct RTCPFindings: Equatable {
    /// Seconds since the Unix epoch, of the sender report.
    var senderTime: Double?
    /// The sources that said goodbye.
    var goodbyes: [UInt32] = []

    init(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        while bytes.count - index >= 4, bytes[index] >> 6 == 2 {
            let length = 4 + (Int(bytes[index + 2]) << 8 | Int(bytes[index + 3])) * 4
            guard length <= bytes.count - index else { return }
            let count = Int(bytes[index] & 0x1f)
            switch bytes[index + 1] {
            case 200 where length >= 28:
                let seconds = bigEndian32(bytes, index + 8)
                let fraction = bigEndian32(bytes, index + 12)
                if seconds != 0 { senderTime = Double(seconds) - 2_208_988_800 + Double(fraction) / 4_294_967_296 }
            case 203:
                for source in 0..<count where 8 + source * 4 <= length {
                    goodbyes.append(bigEndian32(bytes, index + 4 + source * 4))
                }
            default: break
            }
            index += length
        }
    }
}
