import Model
import RTSP
import Testing

@Suite("The probe and hostile cameras", .serialized)
struct HostileCameraTests {
    static func answer(_ sequence: Int, _ headers: String, _ body: String = "", status: String = "200 OK")
        -> [UInt8]
    {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return Array("RTSP/1.0 \(status)\r\nCSeq: \(sequence)\r\n\(headers)\(length)\r\n\(body)".utf8)
    }

    static let video = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track\r\n"
    static let setUp = answer(2, "Session: 7;timeout=10\r\nTransport: RTP/AVP/TCP;interleaved=4-5\r\n")
    static let digest = "WWW-Authenticate: Digest realm=\"r\", nonce=\"NONCE\"\r\n"

    static func frame(_ sequence: UInt8) -> [UInt8] {
        [0x24, 4, 0, 14, 0x80, 0xe0, 0, sequence, 0, 0, 0x10, sequence, 1, 2, 3, 4, 0x65, 1]
    }

    static let cases: [(name: String, answers: [[UInt8]], hangsUp: Bool, failure: CameraFailure)] = [
        ("garbage", [[0xff, 0, 1]], false, .protocol),
        ("a web server", [Array("HTTP/1.1 400 Bad\r\n\r\n".utf8)], true, .protocol),
        (
            "an endless header", [Array("RTSP/1.0 200 OK\r\n".utf8) + [UInt8](repeating: 0x41, count: 80_000)], false,
            .protocol
        ),
        ("a body without end", [Array("RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n".utf8)], false, .protocol),
        ("no video", [answer(1, "", "m=audio 0 RTP/AVP 0\r\n")], false, .protocol),
        ("media before its time", [frame(1)], false, .timeout), ("silence", [], false, .mute),
        ("half an answer", [Array("RTSP/1.0 200 OK\r\n".utf8)], false, .timeout),
        ("the line dropped", [[]], true, .closed),
        (
            "neither TCP nor UDP",
            [
                answer(1, "", video), answer(2, "", status: "461 Unsupported"),
                answer(3, "", status: "461 Unsupported"),
            ], false, .protocol
        ),
        ("no session", [answer(1, "", video), answer(2, "")], false, .protocol),
        (
            "a header smuggled in", [answer(1, "Content-Base: rtsp://a/ b\r\n", "\(video)a=control:x\u{1}y\r\n")],
            false, .protocol
        ),
        ("no media", [answer(1, "", video), setUp, answer(3, "")], false, .noMedia),
        ("an unknown login", [answer(1, "WWW-Authenticate: Negotiate\r\n", status: "401 No")], false, .unauthorized),
        (
            "401 for ever", (1...9).map { answer($0, digest.replacing("NONCE", with: "\($0)"), status: "401 No") },
            false, .unauthorized
        ),
        (
            "401, and always stale",
            (1...9).map { answer($0, digest.replacing("NONCE", with: "\($0)\", stale=\"true"), status: "401 No") },
            false, .unauthorized
        ),
        ("500", [answer(1, "", status: "500 Oops s3cret")], false, .protocol),
        (
            "noise without end",
            [
                answer(1, "", video), setUp,
                answer(3, "") + frame(1) + [UInt8](repeating: 0, count: 1 << 20) + [1],
            ], false, .protocol
        ),
        (
            "goodbye",
            [
                answer(1, "", video), setUp,
                answer(3, "") + frame(1) + frame(2) + [0x24, 5, 0, 8, 0x81, 203, 0, 1, 1, 2, 3, 4],
            ], false, .closed
        ),
    ]

    @Test("each has its reason, and the probe lives on", arguments: cases.indices)
    func reasons(_ index: Int) async throws {
        let each = Self.cases[index]
        let listener = try RawListener()
        let script = ScriptedCamera(listener, [each.answers], hangsUp: each.hangsUp)
        defer { script.stop() }
        var timing = Support.quick
        timing.retryFirst = .seconds(60)
        timing.retryMax = .seconds(60)
        let target = ProbeTarget(id: "cam", url: "rtsp://root:s3cret@127.0.0.1:\(listener.port)/live")
        try await Support.probing([target], timing: timing) { probe in
            let reading = try await probe.reading("\(each.failure)") { $0.failure != nil }
            #expect(reading.failure == each.failure, "\(each.name): \(reading)")
            #expect(!reading.detail.isEmpty && !reading.detail.contains("s3cret"))
        }
    }

    @Test("media that comes before the answer to PLAY is counted, on the channels that the camera chose")
    func earlyMedia() async throws {
        let listener = try RawListener()
        let early = Self.frame(1) + Self.frame(2) + Self.answer(3, "") + Self.frame(3)
        let script = ScriptedCamera(listener, [[Self.answer(1, "", Self.video), Self.setUp, early]])
        defer { script.stop() }
        let target = ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(listener.port)/live")
        try await Support.probing([target]) { probe in
            let reading = try await probe.reading("three frames") { $0.framesTotal == 3 }
            #expect(reading.connected && reading.packetsLost == 0 && reading.codec == "h264")
        }
    }
}
