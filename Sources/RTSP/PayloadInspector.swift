struct PictureSize: Equatable {
    var width: Int
    var height: Int
}

/// What a packet's payload says about its frame, of NAL headers alone.
struct PayloadFindings: Equatable {
    /// The packet holds a part of a picture, not only parameters.
    var hasPicture = false
    var isKeyframe = false
    /// The place of a sequence parameter set in the payload.
    var parameters: Range<Int>?
    /// JPEG: in pixels.
    var size: PictureSize?
}

enum PayloadInspector {
    static func inspect(_ payload: UnsafeRawBufferPointer, codec: VideoCodec) -> PayloadFindings {
        switch codec {
        case .h264: h264(payload)
        case .h265: h265(payload)
        case .jpeg: jpeg(payload)
        case .other: PayloadFindings(hasPicture: !payload.isEmpty)
        }
    }

    /// RFC 2435, section 3.1: the size is told in blocks of eight pixels.
    private static func jpeg(_ payload: UnsafeRawBufferPointer) -> PayloadFindings {
        guard payload.count > 8 else { return PayloadFindings() }
        var found = PayloadFindings(hasPicture: true)
        if payload[6] > 0, payload[7] > 0 {
            found.size = PictureSize(width: Int(payload[6]) * 8, height: Int(payload[7]) * 8)
        }
        return found
    }

    /// RFC 6184, sections 5.6 to 5.8.
    private static func h264(_ payload: UnsafeRawBufferPointer) -> PayloadFindings {
        var found = PayloadFindings()
        guard payload.count >= 2 else { return found }
        switch payload[0] & 0x1f {
        case 24...27:
            // STAP-A; STAP-B and the MTAPs lead with a decoding order number.
            let kind = payload[0] & 0x1f
            var index = kind == 24 ? 1 : 3
            let extra = kind == 26 ? 3 : kind == 27 ? 4 : 0
            while index + 2 < payload.count {
                let length = Int(payload[index]) << 8 | Int(payload[index + 1])
                let start = index + 2 + extra
                index += 2 + max(length, extra)
                guard length > extra, start + length - extra <= payload.count else { return found }
                note(h264: payload[start] & 0x1f, at: start..<(start + length - extra), &found)
            }
        case 28, 29: note(h264: payload[1] & 0x1f, at: nil, &found)
        case let kind: note(h264: kind, at: 0..<payload.count, &found)
        }
        return found
    }

    private static func note(h264 kind: UInt8, at place: Range<Int>?, _ found: inout PayloadFindings) {
        switch kind {
        case 1...4, 20: found.hasPicture = true
        case 5: (found.hasPicture, found.isKeyframe) = (true, true)
        case 7: found.parameters = place ?? found.parameters
        default: break
        }
    }

    /// RFC 7798, section 4.4.
    private static func h265(_ payload: UnsafeRawBufferPointer) -> PayloadFindings {
        var found = PayloadFindings()
        guard payload.count >= 3 else { return found }
        switch payload[0] >> 1 & 0x3f {
        case 48:
            var index = 2
            while index + 2 < payload.count {
                let length = Int(payload[index]) << 8 | Int(payload[index + 1])
                let start = index + 2
                guard length > 0, start + length <= payload.count else { return found }
                note(h265: payload[start] >> 1 & 0x3f, at: start..<(start + length), &found)
                index = start + length
            }
        case 49: note(h265: payload[2] & 0x3f, at: nil, &found)
        case let kind: note(h265: kind, at: 0..<payload.count, &found)
        }
        return found
    }

    private static func note(h265 kind: UInt8, at place: Range<Int>?, _ found: inout PayloadFindings) {
        switch kind {
        case 16...21: (found.hasPicture, found.isKeyframe) = (true, true)
        case 0...31: found.hasPicture = true
        case 33: found.parameters = place ?? found.parameters
        default: break
        }
    }
}
