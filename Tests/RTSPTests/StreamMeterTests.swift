import Testing

@testable import RTSP

@Suite("Counting frames by their packets")
struct StreamMeterTests {
    /// A camera that sends H.264 at 25 frames a second, each frame in `packets` packets.
    struct Source {
        var meter = StreamMeter(suspectAfter: 1_000_000_000)
        var sequence: UInt16 = 65_500
        var timestamp: UInt32 = .max - 40_000
        var now: Int64 = 1_000_000_000_000

        init() {
            let text = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
            if let description = SessionDescription(Array(text.utf8)) { meter.describe(description) }
        }

        mutating func packet(_ payload: [UInt8], marker: Bool) {
            var bytes: [UInt8] = [0x80, (marker ? 0x80 : 0) | 96, UInt8(sequence >> 8), UInt8(sequence & 0xff)]
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: timestamp >> UInt32(24 - 8 * $0)) } + [1, 2, 3, 4]
            (bytes + payload).withUnsafeBytes { _ = meter.receive($0, at: now) }
            sequence &+= 1
        }

        /// Sends a frame of three packets, without those in `lost`.
        mutating func frame(key: Bool = false, size: Int = 100, lost: Set<Int> = []) {
            for part in 0..<3 {
                let kind: UInt8 = key ? 5 : 1
                let flags: UInt8 = part == 0 ? 0x80 : part == 2 ? 0x40 : 0
                if lost.contains(part) {
                    sequence &+= 1
                } else {
                    packet([0x7c, flags | kind] + [UInt8](repeating: 9, count: size), marker: part == 2)
                }
            }
            skip()
        }

        mutating func skip() {
            timestamp &+= 3_600
            now += 40_000_000
        }
    }

    @Test("all frames are counted over the wraps of sequence and timestamp")
    func wraps() {
        var source = Source()
        for index in 0..<100 { source.frame(key: index % 50 == 0) }
        #expect(source.meter.framesTotal == 100 && source.meter.framesDropped == 0 && source.meter.packetsLost == 0)
        #expect(source.meter.keyframeInterval == 2)
        var reading = ProbeReading()
        source.meter.fill(&reading, isLive: true, at: source.now)
        #expect(abs(reading.fps - 25) < 0.3 && reading.jitterSeconds < 0.0001)
        #expect(reading.keyframeAgeSeconds == 2)
    }

    @Test(
        "a lost packet damages its frame, and no other",
        arguments: [([0], 1, 1), ([1], 1, 1), ([2], 1, 1), ([0, 1, 2], 3, 1), ([1, 2], 2, 1), ([], 0, 0)]
            as [(Set<Int>, Int, Int)])
    func losses(_ lost: Set<Int>, _ packets: Int, _ frames: Int) {
        var source = Source()
        for _ in 0..<40 { source.frame() }
        source.frame(lost: lost)
        for _ in 0..<40 { source.frame() }
        #expect(source.meter.packetsLost == packets)
        #expect(source.meter.framesDropped == frames)
        #expect(source.meter.framesTotal == 81 - frames)
    }

    @Test("frames that the camera left out are no loss, as its rate may vary")
    func gaps() {
        var source = Source()
        for _ in 0..<40 { source.frame() }
        for _ in 0..<5 { source.skip() }
        for _ in 0..<40 { source.frame() }
        #expect(source.meter.packetsLost == 0 && source.meter.framesDropped == 0 && source.meter.framesTotal == 80)
    }

    @Test("a new frame rate is learned, and not held to be a loss for ever")
    func newRate() {
        var source = Source()
        for _ in 0..<40 { source.frame() }
        for _ in 0..<200 {
            source.frame()
            for _ in 0..<4 { source.skip() }
        }
        #expect(source.meter.framesDropped <= 32)
        let before = source.meter.framesDropped
        for _ in 0..<40 { source.frame() }
        #expect(source.meter.framesDropped == before)
    }

    @Test("timestamps that go back and forth (B frames) are no gaps")
    func unordered() {
        var source = Source()
        for _ in 0..<50 {
            for step in [3, -2, 1, 2] as [Int32] {
                source.packet([0x41, 1, 2], marker: true)
                source.timestamp = source.timestamp &+ UInt32(bitPattern: step * 3_600)
                source.now += 40_000_000
            }
        }
        #expect(source.meter.framesTotal == 200 && source.meter.framesDropped < 3)
    }

    @Test("a source that begins anew loses nothing; a repeated packet counts once")
    func restart() {
        var source = Source()
        for _ in 0..<10 { source.frame() }
        source.sequence &-= 3
        source.packet([0x41, 1], marker: false)
        source.sequence = 5_000
        source.timestamp = 77
        for _ in 0..<10 { source.frame() }
        #expect(source.meter.packetsLost == 0 && source.meter.framesDropped <= 1)
        #expect(source.meter.framesTotal >= 19)
    }

    @Test(
        "keyframes are seen in single, aggregated and fragmented packets",
        arguments: [
            [0x65, 1], [0x78, 0, 2, 0x67, 1, 0, 2, 0x65, 1], [0x7c, 0x85, 1], [0x1d, 0x85, 1],
        ] as [[UInt8]])
    func keyframes(_ payload: [UInt8]) {
        let found = payload.withUnsafeBytes { PayloadInspector.inspect($0, codec: .h264) }
        #expect(found.isKeyframe && found.hasPicture)
    }

    @Test("parameter sets alone are no frame")
    func parametersAlone() {
        var source = Source()
        for _ in 0..<10 {
            source.packet([0x67, 1, 2], marker: true)
            source.packet([0x68, 1, 2], marker: true)
            source.packet([0x65, 1, 2], marker: true)
            source.skip()
        }
        #expect(source.meter.framesTotal == 10)
    }

    @Test("the camera's clock is told by its reports, and goodbyes are heard")
    func reports() {
        let report: [UInt8] =
            [0x80, 200, 0, 6, 1, 2, 3, 4, 0x83, 0xaa, 0x7e, 0x80 + 10, 0x80, 0, 0, 0]
            + [UInt8](repeating: 0, count: 12) + [0x81, 203, 0, 1, 1, 2, 3, 4]
        let findings = report.withUnsafeBytes { RTCPFindings($0) }
        #expect(findings.senderTime == 10.5 && findings.goodbyes == [0x0102_0304])
        var meter = StreamMeter(suspectAfter: 1)
        meter.receiveReport(findings, wall: 8_000)
        #expect(meter.clockOffset == 2.5)
    }

    @Test(
        "a black picture has small keyframes, a frozen one has not",
        arguments: [
            (400, 20, ProbeReading.Suspicion.frozen), (20, 2, .black), (400, 60, nil),
        ] as [(Int, Int, ProbeReading.Suspicion?)])
    func suspicion(_ key: Int, _ size: Int, _ suspicion: ProbeReading.Suspicion?) {
        var source = Source()
        for index in 0..<200 { source.frame(key: index % 25 == 0, size: index % 25 == 0 ? 400 : 120) }
        for index in 0..<100 { source.frame(key: index % 25 == 0, size: index % 25 == 0 ? key : size) }
        #expect(source.meter.picture.suspicion(at: source.now) == suspicion)
    }
}
