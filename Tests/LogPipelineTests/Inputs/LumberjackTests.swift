import Base
import Grok
import LogDocuments
import Testing

@testable import LogPipeline

/// Writes frames of the Lumberjack protocol, by its description.
enum Frames {
    private static func number(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    static func window(_ count: Int, version: Unicode.Scalar = "2") -> [UInt8] {
        [UInt8(ascii: version), UInt8(ascii: "W")] + number(count)
    }

    static func json(_ sequence: Int, _ text: String) -> [UInt8] {
        Array("2J".utf8) + number(sequence) + number(text.utf8.count) + Array(text.utf8)
    }

    static func pairs(_ sequence: Int, _ pairs: [(String, String)]) -> [UInt8] {
        pairs.reduce(into: Array("1D".utf8) + number(sequence) + number(pairs.count)) { bytes, pair in
            for text in [pair.0, pair.1] { bytes += number(text.utf8.count) + Array(text.utf8) }
        }
    }

    static func compressed(_ frames: [UInt8]) -> [UInt8] {
        let packed = zlib(frames)
        return Array("2C".utf8) + number(packed.count) + packed
    }

    static func bytes(_ kind: String, _ rest: UInt8...) -> [UInt8] { Array(kind.utf8) + rest }

    static func header(_ kind: String, _ count: Int) -> [UInt8] {
        Array(kind.utf8) + (kind.hasSuffix("J") ? number(1) : []) + number(count)
    }

    /// As zlib has bytes that are not compressed: RFC 1950 and 1951.
    static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = [0x78, 0x01]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            let count = UInt16(block.count)
            packed.append(rest.isEmpty ? 1 : 0)
            for word in [count, ~count] { packed += [UInt8(word & 0xff), UInt8(word >> 8)] }
            packed += block
        } while !rest.isEmpty
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return packed + number(Int(high << 16 | low))
    }
}

@Suite("Frames of the Lumberjack protocol")
struct LumberjackDecoderTests {
    typealias Item = LumberjackDecoder.Item

    private static let event = #"{"message":"camera 7 lost"}"#

    /// The items of bytes that come in pieces of a size.
    private static func items(_ bytes: [UInt8], piece: Int) throws -> [Item] {
        var decoder = LumberjackDecoder()
        var items: [Item] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            Array(rest.prefix(piece)).withUnsafeBufferPointer { decoder.add($0) }
            rest = rest.dropFirst(piece)
            while let item = try decoder.next() { items.append(item) }
        }
        #expect(decoder.heldBytes == 0)
        return items
    }

    @Test("are told apart however they come", arguments: [1, 3, 7, 1 << 20])
    func pieces(piece: Int) throws {
        let inner = Frames.json(1, Self.event) + Frames.json(2, "{}")
        let bytes =
            Frames.window(2) + Frames.compressed(inner) + Frames.window(1, version: "1")
            + Frames.pairs(3, [("line", "é"), ("", "")])
            + Frames.compressed(Frames.window(1) + Frames.json(4, String(repeating: " ", count: 200_000) + "{}"))
        let items = try Self.items(bytes, piece: piece)
        #expect(
            items == [
                .window(2), .json(sequence: 1, Array(Self.event.utf8)), .json(sequence: 2, Array("{}".utf8)),
                .window(1),
                .pairs(sequence: 3, [.init(name: "line", value: "é"), .init(name: "", value: "")]), .window(1),
                .json(sequence: 4, Array((String(repeating: " ", count: 200_000) + "{}").utf8)),
            ])
    }

    private static let senseless: [(bytes: [UInt8], reason: String)] = [
        (Array("GET / HTTP/1.1".utf8), "does not speak"), ([0x16, 3, 1, 0, 1], "speaks TLS"),
        (Array("2X".utf8), "none of the Lumberjack"), (Frames.header("2J", 100 << 20), "104857600 bytes"),
        (Frames.header("2J", 0xffff_ffff), "4294967295 bytes"), (Frames.header("2C", 1 << 30), "1073741824 bytes"),
        (Frames.header("2C", 5) + Array("hello".utf8), "cannot be read"),
        (Frames.header("2C", 0), "cut off"),
        (Frames.compressed(Frames.compressed([])), "holds another"),
        (Frames.compressed(Array(Frames.json(1, event).dropLast())), "ends in the middle"),
        (Frames.bytes("1D", 0, 0, 0, 1, 255, 255, 255, 255), "fields"),
        (Frames.bytes("1D", 0, 0, 0, 1, 0, 0, 0, 1, 255, 255, 255, 255), "bytes"),
    ]

    @Test("what has no meaning is refused with its reason", arguments: senseless)
    func refusals(bytes: [UInt8], reason: String) {
        let failure = #expect(throws: LumberjackDecoder.Failure.self) { try Self.items(bytes, piece: 1 << 20) }
        #expect(failure?.description.contains(reason) ?? false, "\(failure?.description ?? "")")
    }

    @Test("half a frame is waited for")
    func half() throws {
        var decoder = LumberjackDecoder()
        Frames.json(1, Self.event).dropLast().withContiguousStorageIfAvailable { decoder.add($0) }
        #expect(try decoder.next() == nil)
        #expect(decoder.heldBytes == Frames.json(1, Self.event).count - 1)
    }
}

@Suite("Conversations with Beats")
struct BeatsConversationTests {
    private static func conversation(
        codec: InputCodec.Kind = .plain, schema: Bool = true, _ settings: BeatsInput = BeatsInput()
    ) -> BeatsConversation {
        let input = PipelineInput(
            id: "beats", .beats(settings), [], codec: InputCodec(codec, keepsOriginal: schema),
            decoration: InputDecoration(type: "log", tags: ["in"]), usesSchema: schema)
        return BeatsConversation(input, settings)
    }

    private static var moment: Moment { Moment(time: 1_700_000_000_000, scratch: MatchScratch()) }
    private static let peer = Peer(host: "10.0.0.7", port: 4_711)

    private static func step(_ conversation: BeatsConversation, _ bytes: [UInt8]) throws -> ConversationStep {
        var step = ConversationStep()
        bytes.withUnsafeBufferPointer { conversation.add($0, from: peer) }
        try conversation.advance(&step, moment, room: 1 << 20)
        return step
    }

    private static func ack(_ sequence: UInt8) -> [UInt8] { Array("2A".utf8) + [0, 0, 0, sequence] }

    @Test("an event has the fields that Logstash gives it, by the Elastic Common Schema and without it")
    func fields() throws {
        let sent = #"{"@timestamp":"2026-11-28T09:30:00.123Z","message":"lost","@metadata":{"beat":"filebeat"},"n":1}"#
        let event = try #require(try Self.step(Self.conversation(), Frames.json(1, sent)).events.first)
        #expect(event.timestamp == 1_795_858_200_123)
        #expect(
            event.printed.json
                == #"{"@timestamp":"2026-11-28T09:30:00.123Z","message":"lost","@version":"1","event":{"original":"lost"},"#
                + #""n":1,"tags":["beats_input_codec_plain_applied","in"],"type":"log","#
                + #""@metadata":{"beat":"filebeat","input":{"beats":{"host":{"ip":"10.0.0.7"}}}}}"#)
        let legacy = try #require(try Self.step(Self.conversation(schema: false), Frames.json(1, sent)).events.first)
        #expect(legacy.metadata.json == #"{"beat":"filebeat","ip_address":"10.0.0.7"}"#)
        #expect(legacy[FieldReference("event")] == nil)
    }

    @Test("an event without a message, one of the first version, and one that is no JSON")
    func others() throws {
        let bytes =
            Frames.json(1, #"{"n":1}"#) + Frames.pairs(2, [("line", "x"), ("file", "/a")]) + Frames.json(3, "[")
        let events = try Self.step(Self.conversation(), bytes).events
        #expect(events.map { $0[FieldReference("message")]?.string } == [nil, "x", "["])
        #expect(events.map { $0[FieldReference("file")]?.string } == [nil, "/a", nil])
        let tags = events.map { $0[FieldReference("tags")]?.array?.compactMap(\.string).first }
        #expect(tags == ["beats_input_raw_event", "beats_input_codec_plain_applied", "_jsonparsefailure"])
    }

    @Test("a codec reads the message, and what the sender says beside it counts more")
    func codec() throws {
        let sent = #"{"message":"{\"a\":1,\"n\":2}","n":1}"#
        let event = try #require(try Self.step(Self.conversation(codec: .json), Frames.json(1, sent)).events.first)
        #expect(event[FieldReference("a")] == .integer(1) && event[FieldReference("n")] == .integer(1))
    }

    @Test("a window is acknowledged when all its events are stored, and each of two by itself")
    func windows() throws {
        let conversation = Self.conversation()
        let first = try Self.step(conversation, Frames.window(3) + Frames.json(1, "{}"))
        let rest = try Self.step(
            conversation,
            Frames.json(2, "{}") + Frames.json(3, "{}") + Frames.window(1) + Frames.json(9, "{}") + Frames.window(2)
                + Frames.json(4, "{}"))
        #expect(first.events.count == 1 && rest.events.count == 4)
        #expect(conversation.stored(first.mark) == [])
        #expect(conversation.stored(rest.mark) == Self.ack(3) + Self.ack(9))
        #expect(conversation.stored(rest.mark) == [])
    }

    @Test("while events are being stored the sender hears each five seconds that it must wait, and how far it got")
    func patience() throws {
        let conversation = Self.conversation()
        let first = try Self.step(conversation, Frames.window(3) + Frames.json(1, "{}"))
        func seconds(_ count: Int, isStoring: Bool) -> [UInt8] {
            var step = ConversationStep()
            for _ in 0..<count { conversation.tick(&step, Self.moment, isStoring: isStoring) }
            return step.replies
        }
        #expect(seconds(4, isStoring: true) == [])
        #expect(seconds(6, isStoring: true) == Self.ack(0) + Self.ack(0))
        _ = conversation.stored(first.mark)
        #expect(seconds(5, isStoring: true) == Self.ack(1))
        // The window that ends early is told of once.
        #expect(seconds(3, isStoring: false) == Self.ack(1))
    }

    @Test("a window of too many events is refused")
    func huge() {
        #expect(throws: ConversationFailure.self) {
            try Self.step(Self.conversation(), Frames.window(1 << 30))
        }
    }

    @Test("a step ends after some events, and the next goes on")
    func steps() throws {
        let conversation = Self.conversation()
        let frames = (1...1_200).flatMap { Frames.json($0, "{}") }
        var step = try Self.step(conversation, Frames.window(1_200) + Frames.compressed(frames))
        var count = step.events.count
        while step.isMore {
            #expect(step.events.count <= 500)
            step = try Self.step(conversation, [])
            count += step.events.count
        }
        #expect(count == 1_200 && conversation.heldBytes == 0)
    }
}
