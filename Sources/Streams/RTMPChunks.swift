/// Puts the messages of an RTMP connection together (Adobe RTMP 1.0, section 5.3). Of each only the first bytes are kept.
struct RTMPChunks {
    enum Outcome: Equatable {
        case message(FLVMedia.Piece)
        case incomplete
        case broken(String)
        /// Bytes were read, and no message ended.
        case goesOn
    }

    /// What is known of one chunk stream.
    private struct Lane {
        var time: Int64 = 0
        var delta: Int64 = 0
        var size = 0
        var kind: UInt8 = 0
        var isExtended = false
        var piece: FLVMedia.Piece?
    }

    /// Bytes of a chunk at most.
    private var chunkSize = 128
    private var lanes: [Int: Lane] = [:]
    /// The chunk that is being read: its lane, and how many bytes are to come.
    private var current: (lane: Int, left: Int)?

    private static let lanesMax = 64

    /// Sizes above the longest message make no difference.
    mutating func set(chunkSize size: Int) -> Bool {
        guard size > 0, size <= 0x7fff_ffff else { return false }
        chunkSize = min(size, 0xff_ffff)
        return true
    }

    /// The server gives up a message that it has begun.
    mutating func abort(lane: Int) { lanes[lane]?.piece = nil }

    /// Reads what stands at the beginning of `bytes`.
    mutating func next(_ bytes: UnsafeRawBufferPointer) -> (outcome: Outcome, used: Int) {
        guard let (lane, left) = current else { return readHeader(bytes) }
        let count = min(left, bytes.count)
        guard var piece = lanes[lane]?.piece else { return (.broken("loses a message"), 0) }
        piece.take(UnsafeRawBufferPointer(rebasing: bytes[..<count]), keeping: RTMPChunks.wanted(piece.kind))
        current = count == left ? nil : (lane, left - count)
        lanes[lane]?.piece = piece.left == 0 ? nil : piece
        return (piece.left == 0 ? .message(piece) : .goesOn, count)
    }

    private static func wanted(_ kind: UInt8) -> Int {
        switch kind {
        case FLVMedia.audio: 0
        case FLVMedia.video: StreamLimits.frameHead
        default: StreamLimits.message
        }
    }

    private mutating func readHeader(_ bytes: UnsafeRawBufferPointer) -> (outcome: Outcome, used: Int) {
        guard let first = bytes.first else { return (.incomplete, 0) }
        let format = first >> 6
        var index = 1
        var id = Int(first & 0x3f)
        if id < 2 {
            let more = id + 1
            guard bytes.count > more else { return (.incomplete, 0) }
            id = 64 + Int(bytes[1]) + (more == 2 ? Int(bytes[2]) << 8 : 0)
            index += more
        }
        guard lanes[id] != nil || format == 0 || format == 1 else {
            return (.broken("continues a message that it has not begun"), 0)
        }
        guard lanes[id] != nil || lanes.count < Self.lanesMax else {
            return (.broken("opens chunk streams without end"), 0)
        }
        var lane = lanes[id] ?? Lane()
        let length = [11, 7, 3, 0][Int(format)]
        guard bytes.count >= index + length else { return (.incomplete, 0) }
        var stamp = length > 0 ? Int64(bytes.number(at: index, bytes: 3)) : 0
        if length > 0 { lane.isExtended = stamp == 0xff_ffff }
        if length >= 7 {
            lane.size = bytes.number(at: index + 3, bytes: 3)
            lane.kind = bytes[index + 6]
        }
        index += length
        if lane.isExtended {
            guard bytes.count >= index + 4 else { return (.incomplete, 0) }
            if length > 0 { stamp = Int64(bytes.number(at: index, bytes: 4)) }
            index += 4
        }
        // With a header of its own it is another message: the one before was given up.
        if format != 3 { lane.piece = nil }
        if lane.piece == nil {
            if length > 0 { lane.delta = stamp }
            lane.time = format == 0 ? stamp : lane.time &+ lane.delta
            lane.piece = FLVMedia.Piece(kind: lane.kind, size: lane.size, time: lane.time)
        }
        let left = min(lane.piece?.left ?? 0, chunkSize)
        let isEmpty = left == 0
        let piece = lane.piece
        if isEmpty { lane.piece = nil } else { current = (id, left) }
        lanes[id] = lane
        if isEmpty, let piece { return (.message(piece), index) }
        return (.goesOn, index)
    }

    /// A message as it is sent, in chunks of 128 bytes.
    static func written(kind: UInt8, lane: UInt8 = 3, stream: UInt32 = 0, _ content: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [lane, 0, 0, 0]
        output += (0..<3).map { UInt8(truncatingIfNeeded: content.count >> (16 - 8 * $0)) }
        output.append(kind)
        // The only number of RTMP whose lowest byte comes first.
        output += (0..<4).map { UInt8(truncatingIfNeeded: stream >> (8 * $0)) }
        for start in stride(from: 0, to: content.count, by: 128) {
            if start > 0 { output.append(0xc0 | lane) }
            output += content[start..<min(start + 128, content.count)]
        }
        return output
    }
}
