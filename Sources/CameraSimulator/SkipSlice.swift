internal import RTSP

/// Makes the smallest possible frame: one that repeats the picture before it (ITU-T H.264, sections 7.3.3 and 7.3.4,
/// all macroblocks skipped).
struct SkipSlice {
    private let frameNumberBits: Int
    private let macroblocks: Int
    private let hasDeblockingControl: Bool

    /// `nil` for streams that such a frame is not plain to make for: fields, CABAC, weights, another picture order.
    init?(_ clip: Clip) {
        guard let sequence = clip.parameters, sequence.orderType == 2, sequence.hasOnlyFrames else { return nil }
        var reader = UnitBits(unit: clip.pictureParameters.dropFirst())
        guard reader.unsigned() == 0, reader.unsigned() == 0, reader.bit() == 0, reader.bit() != nil,
            reader.unsigned() == 0, reader.unsigned() != nil, reader.unsigned() != nil, reader.bit() == 0,
            reader.bits(2) != nil, reader.signed() != nil, reader.signed() != nil, reader.signed() != nil,
            let control = reader.flag(), reader.bit() != nil, reader.bit() == 0
        else { return nil }
        hasDeblockingControl = control
        frameNumberBits = sequence.frameNumberBits
        macroblocks = (sequence.width + 15) / 16 * ((sequence.height + 15) / 16)
    }

    /// The NAL unit of a frame with this number; `number` counts since the last keyframe, which has 0.
    func unit(number: Int) -> [UInt8] {
        var writer = BitWriter()
        writer.unsigned(0)
        writer.unsigned(5)
        writer.unsigned(0)
        writer.bits(number & (1 << frameNumberBits - 1), count: frameNumberBits)
        // One reference frame, in its usual place, and kept in the usual way.
        writer.bits(1, count: 1)
        writer.unsigned(0)
        writer.bits(0, count: 1)
        writer.bits(0, count: 1)
        writer.unsigned(0)
        if hasDeblockingControl { writer.unsigned(1) }
        writer.unsigned(macroblocks)
        writer.bits(1, count: 1)
        return [0x41] + writer.escaped
    }
}

/// Writes the bits of a NAL unit's payload.
private struct BitWriter {
    private var bytes: [UInt8] = []
    private var free = 0

    mutating func bits(_ value: Int, count: Int) {
        for place in stride(from: count - 1, through: 0, by: -1) {
            if free == 0 {
                bytes.append(0)
                free = 8
            }
            free -= 1
            bytes[bytes.count - 1] |= UInt8(value >> place & 1) << UInt8(free)
        }
    }

    mutating func unsigned(_ value: Int) {
        let width = Int.bitWidth - (value + 1).leadingZeroBitCount
        bits(0, count: width - 1)
        bits(value + 1, count: width)
    }

    /// With emulation prevention bytes.
    var escaped: [UInt8] {
        var output: [UInt8] = []
        var zeros = 0
        for byte in bytes {
            if zeros >= 2, byte <= 3 {
                output.append(3)
                zeros = 0
            }
            zeros = byte == 0 ? zeros + 1 : 0
            output.append(byte)
        }
        return output
    }
}
