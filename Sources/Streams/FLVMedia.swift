/// What tags of FLV and messages of RTMP say of their media (Adobe Flash Video File Format 10.1, annex E; Enhanced RTMP 2).
/// Both carry the same bytes; only their first ones are kept.
struct FLVMedia {
    /// One tag or message whose bytes come in pieces.
    struct Piece: Equatable {
        var kind: UInt8
        /// All of its bytes.
        var size: Int
        /// Milliseconds.
        var time: Int64
        /// Its first bytes.
        private(set) var head: [UInt8] = []
        private(set) var received = 0

        init(kind: UInt8, size: Int, time: Int64) {
            (self.kind, self.size, self.time) = (kind, size, time)
        }

        var left: Int { size - received }

        mutating func take(_ bytes: UnsafeRawBufferPointer, keeping most: Int) {
            received += bytes.count
            if head.count < most { head.append(contentsOf: bytes.prefix(most - head.count)) }
        }
    }

    static let audio: UInt8 = 8
    static let video: UInt8 = 9
    static let script: UInt8 = 18

    private var format = StreamFormat()

    /// How many of its first bytes are wanted.
    static func wanted(_ kind: UInt8) -> Int {
        switch kind {
        case video: StreamLimits.frameHead
        case script: StreamLimits.message
        default: 0
        }
    }

    /// A tag or message came whole.
    mutating func take(_ piece: Piece, into events: inout [StreamEvent]) {
        switch piece.kind {
        case Self.video: takeVideo(piece, into: &events)
        case Self.script: takeMetadata(piece.head, into: &events)
        default: break
        }
    }

    private mutating func takeMetadata(_ bytes: [UInt8], into events: inout [StreamEvent]) {
        let values = AMF0Reader.values(bytes)
        guard values.contains(.text("onMetaData")),
            let data = values.first(where: { $0["width"] != nil || $0["framerate"] != nil })
        else { return }
        var found = format
        func pixels(_ name: String) -> Int? {
            data[name]?.number.flatMap { (1...16_384).contains($0) ? Int($0) : nil }
        }
        (found.width, found.height) = (pixels("width") ?? format.width, pixels("height") ?? format.height)
        if let rate = data["framerate"]?.number, rate > 0, rate <= 1_000 { found.framesPerSecond = rate }
        note(found, into: &events)
    }

    private mutating func note(_ found: StreamFormat, into events: inout [StreamEvent]) {
        guard found != format else { return }
        format = found
        events.append(.describes(found))
    }

    private mutating func takeVideo(_ piece: Piece, into events: inout [StreamEvent]) {
        guard let head = FLVVideoHead(piece.head) else { return }
        var found = format
        found.codec = head.codec ?? found.codec
        if head.kind == .configuration, head.start < piece.head.count {
            let record = Array(piece.head[head.start...])
            found.parameters =
                switch head.codec {
                case "h264": DecoderConfiguration.sequenceParameters(h264: record)
                case "h265": DecoderConfiguration.sequenceParameters(h265: record)
                default: nil
                }
        }
        note(found, into: &events)
        guard head.kind == .frame else { return }
        events.append(
            .frame(
                StreamFrame(bytes: max(0, piece.size - head.start), time: piece.time, isKeyframe: head.isKeyframe)))
    }
}

/// The first bytes of a video tag.
struct FLVVideoHead: Equatable {
    enum Kind: Equatable { case configuration, frame, other }

    var kind: Kind
    var codec: String?
    var isKeyframe: Bool
    /// Where its content begins.
    var start: Int

    init(kind: Kind, codec: String?, isKeyframe: Bool, start: Int) {
        (self.kind, self.codec, self.isKeyframe, self.start) = (kind, codec, isKeyframe, start)
    }

    /// `nil` for what is none.
    init?(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return nil }
        let type = first >> 4 & 7
        isKeyframe = type == 1 || type == 4
        (kind, start, codec) = (.frame, 1, nil)
        if first & 0x80 != 0 {
            guard readEnhanced(bytes) else { return nil }
        } else {
            codec = Self.codecs[first & 0x0f]
            // H.264, and H.265 and AV1 as many makers have them, say what a packet is, and then when it is shown.
            if (first & 0x0f) == 7 || (first & 0x0f) >= 12 {
                guard bytes.count >= 2 else { return nil }
                start = 5
                kind = bytes[1] == 0 ? .configuration : bytes[1] == 1 ? .frame : .other
            }
        }
        // Commands to the player are no frames.
        if type == 5 || type == 0 { kind = .other }
    }

    private static let codecs: [UInt8: String] = [
        2: "h263", 3: "screen", 4: "vp6", 5: "vp6", 6: "screen", 7: "h264", 12: "h265", 13: "av1", 14: "vp8", 15: "vp9",
    ]
    private static let names: [String: String] = [
        "avc1": "h264", "hvc1": "h265", "hev1": "h265", "av01": "av1", "vp08": "vp8", "vp09": "vp9", "vvc1": "h266",
    ]

    /// Enhanced RTMP: what a packet is, and its codec by four characters.
    private mutating func readEnhanced(_ bytes: [UInt8]) -> Bool {
        var packet = bytes[0] & 0x0f
        // Modifiers of the packet, each with its length before it and the next kind behind it.
        while packet == 7 {
            guard start < bytes.count else { return false }
            var length = Int(bytes[start]) + 1
            start += 1
            if length == 256 {
                guard start + 1 < bytes.count else { return false }
                length = (Int(bytes[start]) << 8 | Int(bytes[start + 1])) + 1
                start += 2
            }
            start += length
            guard start < bytes.count else { return false }
            packet = bytes[start] & 0x0f
            start += 1
        }
        if packet == 6 {
            // Several tracks in one packet: the first stands for all.
            guard start < bytes.count else { return false }
            packet = bytes[start] & 0x0f
            start += 1
        }
        guard start + 4 <= bytes.count else { return false }
        let name = String(decoding: bytes[start..<(start + 4)], as: UTF8.self)
        codec = Self.names[name] ?? String(name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
        start += 4
        switch packet {
        case 0: kind = .configuration
        case 1, 3: kind = .frame
        default: kind = .other
        }
        return true
    }
}

/// What decoders are told before the first frame (ISO/IEC 14496-15, sections 5.3.3.1 and 8.3.3.1).
enum DecoderConfiguration {
    /// The first sequence parameter set; `nil` without one.
    static func sequenceParameters(h264 record: [UInt8]) -> [UInt8]? {
        guard record.count > 8, record[5] & 0x1f > 0 else { return nil }
        return unit(in: record, at: 6)
    }

    static func sequenceParameters(h265 record: [UInt8]) -> [UInt8]? {
        guard record.count > 23 else { return nil }
        var index = 23
        for _ in 0..<record[22] {
            guard index + 3 <= record.count else { return nil }
            let kind = record[index] & 0x3f
            let count = Int(record[index + 1]) << 8 | Int(record[index + 2])
            index += 3
            for _ in 0..<count {
                guard let unit = unit(in: record, at: index) else { return nil }
                if kind == 33 { return unit }
                index += 2 + unit.count
            }
        }
        return nil
    }

    /// A unit with its length before it.
    private static func unit(in record: [UInt8], at start: Int) -> [UInt8]? {
        guard start + 2 <= record.count else { return nil }
        let end = start + 2 + (Int(record[start]) << 8 | Int(record[start + 1]))
        return end <= record.count && end > start + 2 ? Array(record[(start + 2)..<end]) : nil
    }
}
