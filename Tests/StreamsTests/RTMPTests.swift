import Foundation
import Model
import TestSupport
import Testing

@testable import Streams

@Suite("RTMP")
struct RTMPTests {
    @Test(
        "a stream is asked for step by step, pings and sent bytes are answered, and frames are counted",
        arguments: [1, 60, 100_000])
    func plays(pieces: Int) {
        let size: [UInt8] = RTMPChunks.written(kind: 1, lane: 2, [0, 0, 0x10, 0])
        // A frame in one chunk of 4,096 bytes, and the rest of it behind a header of one byte.
        let content: [UInt8] = [0x17, 1, 0, 0, 0] + [UInt8](repeating: 3, count: 4_995)
        let frame: [UInt8] =
            [6, 0, 0, 40, 0, 0x13, 0x88, 9, 1, 0, 0, 0] + content[..<4_096] + [0xc6] + content[4_096...]
        // The next one, 40 ms later and as long, in a header of three bytes.
        let next: [UInt8] = [0x86, 0, 0, 40] + content[..<4_096] + [0xc6] + content[4_096...]
        let events = StreamTranscript.read(Samples.rtmp() + size + frame + next, as: .rtmp, pieces: pieces)
        let said = events.compactMap { if case .say(let bytes) = $0 { bytes } else { nil } }
        #expect(said.first == [UInt8](repeating: 7, count: 1_536))
        #expect(said.contains(RTMPChunks.written(kind: 4, lane: 2, [0, 7, 1, 2, 3, 4])))
        #expect(said.contains { $0[7] == 3 && $0[0] == 2 })
        #expect(events.contains(.accepted) && events.contains(.plays(.rtmp)))
        #expect(
            events.frames == [
                StreamFrame(bytes: 4_995, time: 40, isKeyframe: true),
                StreamFrame(bytes: 4_995, time: 80, isKeyframe: true),
            ])
        #expect(events.last == .failed(.closed, "ended the connection"))
    }

    @Test("an address gives application, stream and its parameters")
    func addresses() {
        for (path, app, stream) in [
            ("/live/gate", "live", "gate"), ("/live/gate.flv", "live", "gate"), ("/a/b/c?x=/y", "a/b", "c?x=/y"),
            ("/bcs/channel0_main.bcs?channel=0&stream=0", "bcs", "channel0_main.bcs?channel=0&stream=0"),
            ("/live", "live", ""),
        ] {
            var reader = RTMPStream(place: "h:1935", isTLS: false, path: path)
            var events: [StreamEvent] = []
            _ = Samples.rtmp().withUnsafeBytes { reader.read($0, into: &events) }
            var chunks = RTMPChunks()
            var values: [[AMF0]] = []
            for case .say(let bytes) in events.dropFirst() {
                var rest = bytes
                while !rest.isEmpty {
                    let (outcome, used) = rest.withUnsafeBytes { chunks.next($0) }
                    rest.removeFirst(used)
                    if case .message(let piece) = outcome, piece.kind == 20 {
                        values.append(AMF0Reader.values(piece.head))
                    }
                }
            }
            #expect(values.first?[2]["app"]?.text == app && values.first?[2]["tcUrl"]?.text == "rtmp://h:1935/\(app)")
            #expect(values.last?[3].text == stream, "\(values)")
        }
    }

    @Test("what a server refuses has the reason of its words")
    func refusals() {
        func status(_ code: String, _ words: String = "") -> AMF0 {
            .object([
                .init(name: "level", value: .text("error")), .init(name: "code", value: .text(code)),
                .init(name: "description", value: .text(words)),
            ])
        }
        for (code, words, reason) in [
            ("NetStream.Play.StreamNotFound", "", "not_found"),
            ("NetStream.Play.Failed", "code=403 need auth", "unauthorized"),
            ("NetStream.Play.Failed", "no", "protocol"), ("NetConnection.Connect.Closed", "", "closed"),
        ] {
            let events = StreamTranscript.read(Samples.rtmp(status: status(code, words)), as: .rtmp, pieces: 99)
            #expect(events.failure?.hasPrefix(reason) == true, "\(code): \(events.failure ?? "")")
        }
        let greeting = [3] + [UInt8](repeating: 0, count: 3_072)
        let rejected = RTMPChunks.written(
            kind: 20,
            Samples.amf(
                .text("_error"), .number(1), .nothing, status("NetConnection.Connect.Rejected", "authmod=adobe")))
        #expect(
            StreamTranscript.read(greeting + rejected, as: .rtmp, pieces: 99).failure?.hasPrefix("unauthorized") == true
        )
    }

    @Test("impossible chunks end it, and long messages are not kept")
    func hostile() {
        let begin = Samples.rtmp()
        for (bytes, words) in [
            ([UInt8]([0x47, 0x45, 0x54]), "not RTMP"),
            (begin + RTMPChunks.written(kind: 1, lane: 2, [0, 0, 0, 0]), "size of chunks"),
            (begin + RTMPChunks.written(kind: 1, lane: 2, [0xff, 0xff, 0xff, 0xff]), "size of chunks"),
            (begin + [0xc9], "has not begun"),
            (begin + (0..<200).flatMap { [0, UInt8($0), 0, 0, 0, 0, 0, 0, 8, 1, 0, 0, 0] }, "without end"),
        ] { #expect(StreamTranscript.read(bytes, as: .rtmp, pieces: 50).failure?.contains(words) == true, "\(words)") }

        // Messages of 16 MiB on many chunk streams at once, of which none ends.
        var chunks = RTMPChunks()
        _ = chunks.set(chunkSize: 0x7fff_ffff)
        var piece: [UInt8] = [4, 0, 0, 0, 0xff, 0xff, 0xff, 20, 1, 0, 0, 0]
        piece += [UInt8](repeating: 1, count: 500_000)
        var used = 0
        piece.withUnsafeBytes { bytes in
            while used < bytes.count {
                let (outcome, count) = chunks.next(bytes.from(used))
                #expect(outcome == .goesOn)
                used += count
            }
        }
        #expect(used == piece.count)
    }

    @Test("any bytes in any pieces harm nothing")
    func noise() {
        var random = SeededGenerator(for: "streams")
        let seeds = [
            Samples.rtmp(), Samples.answer("200 OK", [], Samples.flvHeader + Samples.tag(9, [0x17, 1, 0, 0, 0, 1])),
            Samples.answer(
                "200 OK", ["Content-Type: multipart/x; boundary=f"], Array("--f\r\n\r\n".utf8) + Samples.jpeg()),
        ]
        for _ in 0..<400 {
            var bytes = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            for language in StreamTranscript.Language.allCases {
                _ = StreamTranscript.read(bytes, as: language, pieces: Int.random(in: 1...300, using: &random))
            }
        }
    }
}

/// What the fuzzer begins with.
@Suite("A server's bytes")
struct StreamCorpusTests {
    @Test("the fuzzer's own inputs are read to their end, and cut off anywhere they harm nothing")
    func corpus() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fuzzers/corpus/stream")
        var told: [String: Int] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path()) {
            let bytes = Array([UInt8](try Data(contentsOf: folder.appending(path: name))).dropFirst())
            let language: StreamTranscript.Language = name == "rtmp" ? .rtmp : .http
            told[name] = StreamTranscript.read(bytes, as: language, pieces: 17).frames.count
            for end in stride(from: 0, to: bytes.count, by: 7) {
                _ = StreamTranscript.read(Array(bytes[..<end]), as: language, pieces: 64)
            }
        }
        #expect(told == ["mjpeg": 3, "chunked": 1, "snapshot": 1, "login": 0, "flv": 2, "rtmp": 2])
    }
}
