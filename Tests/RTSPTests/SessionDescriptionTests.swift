import Testing

@testable import RTSP

@Suite("Session descriptions")
struct SessionDescriptionTests {
    static let camera = """
        v=0\r
        o=- 1 1 IN IP4 10.0.0.1\r
        s=Media\r
        a=control:rtsp://10.0.0.1/live/\r
        m=audio 0 RTP/AVP 0\r
        a=control:trackID=2\r
        m=video 0 RTP/AVP 97\r
        a=rtpmap:97 H264/90000\r
        a=framerate:29.97\r
        a=x-dimensions:1920,1080\r
        a=fmtp:97 packetization-mode=1; profile-level-id=64001F; sprop-parameter-sets=Z2QAH6w=,aO48gA==\r
        a=control:trackID=1\r
        m=application 0 RTP/AVP 107\r
        a=control:trackID=3\r

        """

    @Test("encrypted media is known by its profile and by its keys")
    func encrypted() {
        for (text, expected) in [
            ("m=video 0 RTP/AVP 96", false), ("m=video 0 RTP/SAVP 96", true), ("m=video 7 UDP/TLS/RTP/SAVPF 96", true),
            ("m=video 0 RTP/AVP 96\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x", true),
            ("m=audio 0 RTP/SAVP 97\nm=video 0 RTP/AVP 96", false),
        ] {
            #expect(SessionDescription(Array("v=0\n\(text)\n".utf8))?.isEncrypted == expected, "\(text)")
        }
    }

    @Test("the video track is read, and audio is not")
    func camera() throws {
        let description = try #require(SessionDescription(Array(Self.camera.utf8)))
        #expect(description.codec == .h264 && description.payloadType == 97 && description.clockRate == 90_000)
        #expect(description.framerate == 29.97 && description.width == 1920 && description.height == 1080)
        #expect(description.trackControl == "trackID=1" && description.sessionControl == "rtsp://10.0.0.1/live/")
        #expect(description.parameterSets == [[0x67, 0x64, 0, 0x1f, 0xac], [0x68, 0xee, 0x3c, 0x80]])
    }

    @Test(
        "codecs",
        arguments: [
            ("m=video 0 RTP/AVP 26\n", VideoCodec.jpeg), ("m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\n", .h265),
            ("m=video 0 RTP/AVP 96\na=rtpmap:96 VP8/90000\n", .other("vp8")),
            ("m=video 0 RTP/AVP 96\na=rtpmap:97 H264/90000\n", .other("unknown")),
        ])
    func codecs(_ text: String, _ codec: VideoCodec) {
        #expect(SessionDescription(Array(text.utf8))?.codec == codec)
    }

    @Test(
        "without video there is nothing to watch", arguments: ["", "v=0\n", "m=audio 0 RTP/AVP 0\n", "m=\na=\n\u{0}"])
    func nothing(_ text: String) { #expect(SessionDescription(Array(text.utf8)) == nil) }

    @Test(
        "control addresses are resolved",
        arguments: [
            (nil, "rtsp://a/b", "rtsp://a/b"), ("*", "rtsp://a/b/", "rtsp://a/b/"),
            ("trackID=1", "rtsp://a/b", "rtsp://a/b/trackID=1"), ("trackID=1", "rtsp://a/b/", "rtsp://a/b/trackID=1"),
            ("/trackID=1", "rtsp://a/b/", "rtsp://a/b/trackID=1"), ("rtsp://c/d", "rtsp://a/b", "rtsp://c/d"),
        ] as [(String?, String, String)])
    func controls(_ control: String?, _ base: String, _ result: String) {
        #expect(SessionDescription.resolve(control, base: base) == result)
    }
}
