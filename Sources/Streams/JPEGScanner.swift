internal import Glibc

/// Follows a JPEG picture (ITU-T T.81, annex B) as its bytes come, and keeps none of them: how large it is, and whether
/// its end came.
struct JPEGScanner {
    private enum Stage {
        /// The picture's first two bytes.
        case start
        /// Between two segments: 0xff was seen or not.
        case marker(seen: Bool)
        /// The two bytes of a segment's length, of which one may be here.
        case length(marker: UInt8, high: Int?)
        /// Within a segment, of which so many bytes are to come; those of a frame header are kept.
        case segment(Int, isFrame: Bool)
        /// The coded picture: whether its last byte was 0xff.
        case scan(seen: Bool)
        case whole
        case other
    }

    private var stage = Stage.start
    private var frame: [UInt8] = []
    /// All of its bytes so far.
    private(set) var count = 0
    private(set) var width: Int?
    private(set) var height: Int?

    var isWhole: Bool { if case .whole = stage { true } else { false } }
    /// Whether it began as JPEG does, and nothing since then says that it is none.
    var isJPEG: Bool {
        switch stage {
        case .other, .start: false
        default: true
        }
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer) {
        let before = count
        count += bytes.count
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch stage {
            case .whole, .other: return
            case .start:
                guard byte == (before + index == 0 ? 0xff : 0xd8) else { return stage = .other }
                if before + index == 1 { stage = .marker(seen: false) }
                index += 1
            case .marker(seen: false):
                guard byte == 0xff else { return stage = .other }
                stage = .marker(seen: true)
                index += 1
            case .marker(seen: true):
                take(marker: byte)
                index += 1
            case .length(let marker, nil):
                stage = .length(marker: marker, high: Int(byte))
                index += 1
            case .length(let marker, let high?):
                begin(marker, length: high << 8 | Int(byte))
                index += 1
            case .segment(let left, let isFrame):
                let part = min(left, bytes.count - index)
                if isFrame { frame.append(contentsOf: bytes[index..<(index + min(part, 16))].prefix(16)) }
                index += part
                if part < left { stage = .segment(left - part, isFrame: isFrame) } else { endSegment(isFrame) }
            case .scan(seen: true):
                stage = byte == 0xd9 ? .whole : .scan(seen: byte == 0xff)
                index += 1
            case .scan(seen: false):
                guard let base = bytes.baseAddress,
                    let found = memchr(base + index, 0xff, bytes.count - index)
                else { return }
                index = base.distance(to: UnsafeRawPointer(found)) + 1
                stage = .scan(seen: true)
            }
        }
    }

    private mutating func take(marker: UInt8) {
        switch marker {
        case 0xff: break
        case 0xd9: stage = .whole
        // Markers that stand alone.
        case 0x01, 0xd0...0xd7: stage = .marker(seen: false)
        case 0xc0...0xfe: stage = .length(marker: marker, high: nil)
        default: stage = .other
        }
    }

    private mutating func begin(_ marker: UInt8, length: Int) {
        guard length >= 2 else { return stage = .other }
        if marker == 0xda { return stage = .scan(seen: false) }
        // Frame headers, without the tables that lie among them.
        let isFrame = (0xc0...0xcf).contains(marker) && ![0xc4, 0xc8, 0xcc].contains(marker)
        if isFrame { frame.removeAll(keepingCapacity: true) }
        stage = length == 2 ? .marker(seen: false) : .segment(length - 2, isFrame: isFrame)
    }

    private mutating func endSegment(_ isFrame: Bool) {
        stage = .marker(seen: false)
        guard isFrame, frame.count >= 5 else { return }
        let (tall, wide) = (Int(frame[1]) << 8 | Int(frame[2]), Int(frame[3]) << 8 | Int(frame[4]))
        if tall > 0, wide > 0 { (width, height) = (wide, tall) }
    }
}
