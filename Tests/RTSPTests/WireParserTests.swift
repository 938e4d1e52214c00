import TestSupport
import Testing

@testable import RTSP

@Suite("The parser of what comes over the wire")
struct WireParserTests {
    private func units(_ bytes: [UInt8]) -> (units: [WireParser.Unit], rest: Int) {
        bytes.withUnsafeBytes { buffer in
            var units: [WireParser.Unit] = []
            var index = 0
            while index < buffer.count {
                let (unit, end) = WireParser.next(in: buffer, at: index)
                index = end
                switch unit {
                case .incomplete: return (units, index)
                case .garbage:
                    units.append(unit)
                    return (units, index)
                default: units.append(unit)
                }
            }
            return (units, index)
        }
    }

    private static let answer = Array("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length:  4 \r\nX: a:b\r\n\r\nbody".utf8)

    @Test("answers, requests and packets follow each other")
    func mixture() {
        let request = Array("OPTIONS * RTSP/1.0\nCSeq: 9\n\n".utf8)
        let stream = [0x24, 0, 0, 2, 7, 8] + Self.answer + [0x0d, 0x0a, 0x24, 1, 0, 0] + request
        let (units, rest) = units(stream)
        #expect(rest == stream.count && units.count == 4)
        #expect(units[0] == .packet(channel: 0, payload: 4..<6))
        guard case .message(let answer) = units[1], case .message(let request) = units[3] else {
            Issue.record("no messages: \(units)")
            return
        }
        #expect(answer.status == 200 && answer.sequence == 2 && answer.body == Array("body".utf8))
        #expect(answer.header("x") == "a:b")
        #expect(request.status == nil && request.method == "OPTIONS" && request.uri == "*" && request.sequence == 9)
    }

    @Test("input that is cut anywhere is only incomplete")
    func cuts() {
        for end in Self.answer.indices {
            let (units, rest) = units(Array(Self.answer[..<end]))
            #expect(units.isEmpty && rest == 0, "cut at \(end)")
        }
        #expect(units(Self.answer).units.count == 1)
    }

    @Test(
        "what is not RTSP is garbage",
        arguments: [
            [0xde, 0xad], [0x00], Array("HTTP/1.1 400 Bad\r\n\r\n".utf8), Array("RTSP/1.0 2000 x\r\n\r\n".utf8),
            Array("RTSP/1.0 abc\r\n\r\n".utf8), Array("HELLO\r\n\r\n".utf8), Array("SSH-2.0-x\u{1}".utf8),
            Array("RTSP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n".utf8),
            Array("RTSP/1.0 200 OK\r\nContent-Length: 4000000000\r\n\r\n".utf8),
            Array("RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n".utf8),
            [UInt8](repeating: 0x41, count: 4_000),
            Array("RTSP/1.0 200 OK\r\n".utf8) + [UInt8](repeating: 0x41, count: 70_000),
        ] as [[UInt8]])
    func garbage(_ bytes: [UInt8]) {
        guard case .garbage? = units(bytes).units.last else {
            Issue.record("taken for RTSP")
            return
        }
    }

    @Test("a stream goes on behind noise, whatever is in it")
    func noise() {
        let packet: [UInt8] = [0x24, 0, 0, 12, 0x80, 0x60, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1]
        let noises: [[UInt8]] = [
            [0], [0x24, 0x24, 0x24, 9, 9, 1, 2], Array("$%& OPTIONSRTSP".utf8), Array("words\r\nwords\n".utf8),
            [UInt8](repeating: 0x24, count: 300), Array("HTTP/1.1 200 OK\r\n\r\n".utf8),
        ]
        for noise in noises {
            for next in [packet, Self.answer] {
                (noise + next).withUnsafeBytes { bytes in
                    var index = 0
                    while index < noise.count, !(WireParser.mayBegin(in: bytes, at: index) && index > 0) {
                        index = WireParser.beginning(in: bytes, after: index)
                    }
                    // A beginning that is none is at most the line end before the next unit.
                    #expect(bytes[index...].drop { $0 == 0x0d || $0 == 0x0a }.elementsEqual(next), "\(noise) \(index)")
                }
            }
        }
    }

    @Test("no bytes crash a parser")
    func hostile() {
        var random = SeededGenerator(for: "bytes of cameras")
        let description = Array(SessionDescriptionTests.camera.utf8)
        for _ in 0..<3_000 {
            var bytes =
                [Self.answer, description, SequenceParameterTests.high, SequenceParameterTests.hevc]
                .randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: .min ... .max, using: &random)
            }
            bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            _ = units(bytes)
            _ = SessionDescription(bytes)
            _ = SequenceParameters(h264: bytes)
            _ = SequenceParameters(h265: bytes)
            bytes.withUnsafeBytes { buffer in
                _ = RTCPFindings(buffer)
                for codec in [VideoCodec.h264, .h265, .jpeg] { _ = PayloadInspector.inspect(buffer, codec: codec) }
                var meter = StreamMeter(suspectAfter: 1)
                meter.receive(buffer, at: 1)
            }
        }
    }

    @Test("line ends without number are passed over once")
    func lineEnds() {
        let noise = [1] + [UInt8](repeating: 0x0a, count: 300_000) + [0]
        noise.withUnsafeBytes { bytes in
            let began = ContinuousClock.now
            #expect(WireParser.beginning(in: bytes, after: 0) == noise.count)
            #expect(began.duration(to: .now) < .seconds(10))
        }
    }
}
