internal import Model

/// FLV as an answer's endless body (Adobe Flash Video File Format 10.1, annex E).
struct FLVReader: StreamBody {
    private enum Stage {
        case header
        /// Bytes to pass over.
        case skip(Int)
        case tag
        case content(FLVMedia.Piece)
        case done
    }

    private var stage = Stage.header
    private var media = FLVMedia()

    private static let headerBytes = 9
    /// The length of the tag before, and the head of the next.
    private static let tagBytes = 15

    mutating func read(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int {
        var used = 0
        while used < bytes.count {
            let rest = bytes.from(used)
            switch stage {
            case .done: return bytes.count
            case .header:
                guard rest.count >= Self.headerBytes else { return used }
                readHeader(rest, into: &events)
                used += Self.headerBytes
            case .skip(let left):
                let count = min(left, rest.count)
                used += count
                stage = count == left ? .tag : .skip(left - count)
            case .tag:
                guard rest.count >= Self.tagBytes else { return used }
                readTag(rest, into: &events)
                used += Self.tagBytes
            case .content(var piece):
                let count = min(piece.left, rest.count)
                piece.take(
                    UnsafeRawBufferPointer(rebasing: rest[..<count]), keeping: FLVMedia.wanted(piece.kind))
                used += count
                stage = .content(piece)
                if piece.left == 0 {
                    media.take(piece, into: &events)
                    stage = .tag
                }
            }
        }
        return used
    }

    mutating func end(into events: inout [StreamEvent]) {
        if case .done = stage { return }
        stage = .done
        events.append(.failed(.closed, "ended the stream"))
    }

    private mutating func readHeader(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) {
        let length = bytes.number(at: 5, bytes: 4)
        guard bytes.starts(with: "FLV".utf8), (Self.headerBytes...StreamLimits.rest).contains(length) else {
            return fail("sends an FLV header that is none", into: &events)
        }
        stage = length == Self.headerBytes ? .tag : .skip(length - Self.headerBytes)
    }

    private mutating func readTag(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) {
        let kind = bytes[4]
        if kind & 0x20 != 0 { return fail("encrypts its FLV, which the probe does not read", into: &events) }
        // A length that lies is found at the next tag. That of the tag before, which some servers leave at 0, is not needed.
        guard [FLVMedia.audio, FLVMedia.video, FLVMedia.script].contains(kind), bytes.number(at: 12, bytes: 3) == 0
        else { return fail("sends bytes that are not FLV", into: &events) }
        let size = bytes.number(at: 5, bytes: 3)
        let time = Int64(bytes.number(at: 8, bytes: 3) | Int(bytes[11]) << 24)
        if size > 0 { stage = .content(FLVMedia.Piece(kind: kind, size: size, time: time)) }
    }

    private mutating func fail(_ text: String, into events: inout [StreamEvent]) {
        stage = .done
        events.append(.failed(.protocol, text))
    }
}
