import Model
import TestSupport
import Testing

@testable import Streams

@Suite("FLV")
struct FLVTests {
    private static func read(_ tags: [[UInt8]], pieces: Int = 5) -> [StreamEvent] {
        StreamTranscript.read(
            Samples.answer("200 OK", ["Content-Type: video/x-flv"], Samples.flvHeader + tags.flatMap { $0 }), as: .http,
            pieces: pieces)
    }

    private static let heads: [(name: String, bytes: [UInt8], expected: FLVVideoHead?)] = [
        (
            "H.264, configured", [0x17, 0, 0, 0, 0],
            FLVVideoHead(kind: .configuration, codec: "h264", isKeyframe: true, start: 5)
        ),
        (
            "H.264, a key frame", [0x17, 1, 0, 0, 0],
            FLVVideoHead(kind: .frame, codec: "h264", isKeyframe: true, start: 5)
        ),
        ("H.264, another", [0x27, 1, 0, 0, 0], FLVVideoHead(kind: .frame, codec: "h264", isKeyframe: false, start: 5)),
        ("H.264, its end", [0x17, 2, 0, 0, 0], FLVVideoHead(kind: .other, codec: "h264", isKeyframe: true, start: 5)),
        ("H.265 as makers have it", [0x1c, 1], FLVVideoHead(kind: .frame, codec: "h265", isKeyframe: true, start: 5)),
        ("a command to players", [0x57, 1], FLVVideoHead(kind: .other, codec: "h264", isKeyframe: false, start: 5)),
        ("an old codec", [0x22], FLVVideoHead(kind: .frame, codec: "h263", isKeyframe: false, start: 1)),
        (
            "enhanced, H.265 configured", [0x90] + Array("hvc1".utf8),
            FLVVideoHead(kind: .configuration, codec: "h265", isKeyframe: true, start: 5)
        ),
        (
            "enhanced, H.265", [0xa1] + Array("hvc1".utf8),
            FLVVideoHead(kind: .frame, codec: "h265", isKeyframe: false, start: 5)
        ),
        (
            "enhanced, AV1", [0x93] + Array("av01".utf8),
            FLVVideoHead(kind: .frame, codec: "av1", isKeyframe: true, start: 5)
        ),
        (
            "enhanced, metadata", [0x94] + Array("av01".utf8),
            FLVVideoHead(kind: .other, codec: "av1", isKeyframe: true, start: 5)
        ),
        (
            "enhanced, modified", [0x97, 2, 0, 0, 0, 0x01] + Array("hvc1".utf8),
            FLVVideoHead(kind: .frame, codec: "h265", isKeyframe: true, start: 10)
        ),
        (
            "enhanced, several tracks", [0x96, 0x01] + Array("avc1".utf8),
            FLVVideoHead(kind: .frame, codec: "h264", isKeyframe: true, start: 6)
        ),
        ("enhanced, cut off", [0x91, 0x68], nil),
        ("modifiers without end", [0x97, 0xff, 0xff, 0xff, 1], nil),
        ("nothing", [], nil),
    ]

    @Test("a tag's first bytes tell its codec and whether it is a key frame", arguments: heads.indices)
    func codecs(_ index: Int) {
        #expect(FLVVideoHead(Self.heads[index].bytes) == Self.heads[index].expected, "\(Self.heads[index].name)")
    }

    @Test("frames are counted with their times and sizes, and what describes them is told", arguments: [1, 7, 100_000])
    func frames(pieces: Int) {
        let metadata = Samples.amf(
            .text("onMetaData"),
            .object([
                .init(name: "width", value: .number(1_280)), .init(name: "height", value: .number(720)),
                .init(name: "framerate", value: .number(25)),
            ]))
        let record: [UInt8] = [0x17, 0, 0, 0, 0, 1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 3, 0x67, 1, 2, 1, 0, 1, 0x68]
        let events = Self.read(
            [
                Samples.tag(18, metadata), Samples.tag(9, record), Samples.tag(8, [0xaf, 1, 2]),
                Samples.tag(9, [0x17, 1, 0, 0, 0] + [UInt8](repeating: 9, count: 5_000), time: 0),
                Samples.tag(9, []), Samples.tag(9, [0x27, 1, 0, 0, 0, 7, 7], time: 0x1_0000_28),
            ], pieces: pieces)
        #expect(
            events.frames == [
                StreamFrame(bytes: 5_000, time: 0, isKeyframe: true),
                StreamFrame(bytes: 2, time: 0x1_0000_28, isKeyframe: false),
            ])
        #expect(
            events.formats.last
                == StreamFormat(
                    codec: "h264", width: 1_280, height: 720, framesPerSecond: 25, parameters: [0x67, 1, 2]))
        #expect(events.contains(.plays(.httpFLV)) && events.last == .failed(.closed, "ended the stream"))
    }

    @Test("parameters of H.265 are found among the arrays")
    func h265() {
        let head = [UInt8](repeating: 0, count: 22) + [2]
        let record = head + [32, 0, 1, 0, 1, 9] + [0x80 | 33, 0, 1, 0, 2, 66, 1]
        #expect(DecoderConfiguration.sequenceParameters(h265: record) == [66, 1])
        for end in record.indices { _ = DecoderConfiguration.sequenceParameters(h265: Array(record[..<end])) }
    }

    @Test("lengths that lie, encryption and other bytes end it with a reason")
    func lies() {
        let good = Samples.tag(9, [0x17, 1, 0, 0, 0, 1])
        var short = good
        short[7] = 3
        var long = good
        long[7] = 9
        for (tags, words) in [
            ([short, good], "not FLV"), ([long, good, good], "not FLV"), ([Samples.tag(9 | 0x20, [1])], "encrypts"),
            ([Samples.tag(11, [1])], "not FLV"),
        ] { #expect(Self.read(tags).failure?.contains(words) == true, "\(words): \(Self.read(tags))") }
        let odd = Samples.answer("200 OK", [], Array("FLV".utf8) + [1, 5, 0xff, 0xff, 0xff, 0xff, 0])
        #expect(StreamTranscript.read(odd, as: .http, pieces: 3).failure?.contains("header") == true)
    }

    @Test("values of AMF come back as they were written; deep, long and cut ones end")
    func amf() {
        let value = AMF0.object([
            .init(name: "a", value: .array([.number(-1.5), .boolean(true), .nothing])),
            .init(name: "b", value: .text("ü")),
        ])
        let bytes = Samples.amf(.text("x"), value)
        #expect(AMF0Reader.values(bytes) == [.text("x"), value])
        for end in bytes.indices { _ = AMF0Reader.values(Array(bytes[..<end])) }
        let deep = [UInt8](repeatElement([3, 0, 1, 0x61], count: 10_000).joined())
        #expect(AMF0Reader.values(deep).count <= 1)
        let wide: [UInt8] = [10, 0xff, 0xff, 0xff, 0xff] + [UInt8](repeating: 5, count: 100_000)
        #expect(AMF0Reader.values(wide).isEmpty)
    }
}
