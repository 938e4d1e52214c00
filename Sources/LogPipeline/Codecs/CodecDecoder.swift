import Base
package import Grok
import Listening

/// Makes events of the bytes of one connection, or of one sender: keeps what is not complete.
package struct CodecDecoder {
    private let codec: InputCodec
    private var cutter: MessageCutter
    private var joiner: MultilineJoiner?

    /// A line that is longer is cut.
    package static let lineBytesMax = 16 << 20

    /// - Parameter lineBytesMax: of a line the most bytes; the rest is left out.
    package init(_ codec: InputCodec, lineBytesMax: Int = CodecDecoder.lineBytesMax) {
        self.codec = codec
        cutter = MessageCutter(.delimiter(codec.delimiter), limit: lineBytesMax)
        joiner = codec.multiline.map { MultilineJoiner($0) }
    }

    /// Bytes that are kept of what is not complete.
    package var heldBytes: Int { cutter.partialBytes + (joiner?.heldBytes ?? 0) }

    /// Takes bytes, and gives the events that they complete.
    /// - Parameters:
    ///   - room: how many bytes more than now may be kept.
    ///   - now: when they came, in milliseconds since the Unix epoch.
    package mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>, room: Int, now: Int64, _ scratch: MatchScratch,
        _ body: (PipelineEvent) -> Void
    ) {
        switch codec.kind {
        case .plain, .json: codec.events(bytes, now: now, body)
        case .line, .jsonLines, .multiline:
            let codec = codec
            var joiner = joiner
            self.joiner = nil
            // Without counts in front of messages nothing can be wrong with one.
            try? cutter.add(bytes, room: room) { line, _ in
                Self.add(line, codec, &joiner, now: now, scratch, body)
            }
            self.joiner = joiner
        }
    }

    private static func add(
        _ line: ArraySlice<UInt8>, _ codec: InputCodec, _ joiner: inout MultilineJoiner?, now: Int64,
        _ scratch: MatchScratch, _ body: (PipelineEvent) -> Void
    ) {
        line.withUnsafeBufferPointer { line in
            if joiner == nil { return codec.events(line, now: now, body) }
            joiner?.add(line, now: now, scratch) { body(event($0, codec, now: now)) }
        }
    }

    private static func event(_ joined: MultilineJoiner.Joined, _ codec: InputCodec, now: Int64) -> PipelineEvent {
        var event = codec.event(message: joined.text, now: now)
        for tag in joined.tags { event.addTag(tag) }
        return event
    }

    /// Gives what is not complete, as no more is to come.
    package mutating func finish(now: Int64, _ scratch: MatchScratch, _ body: (PipelineEvent) -> Void) {
        let codec = codec
        var joiner = joiner
        self.joiner = nil
        cutter.finish { line, _ in Self.add(line, codec, &joiner, now: now, scratch, body) }
        joiner?.finish { body(Self.event($0, codec, now: now)) }
        self.joiner = joiner
    }

    /// Gives the message whose next line has not come for too long.
    package mutating func flushIfQuiet(now: Int64, _ body: (PipelineEvent) -> Void) {
        guard var joiner, joiner.isQuiet(now: now) else { return }
        joiner.finish { body(Self.event($0, codec, now: now)) }
        self.joiner = joiner
    }
}
