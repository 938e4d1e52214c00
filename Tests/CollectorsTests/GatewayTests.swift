import Base
import Foundation
import Instruments
import Model
import TestSupport
import Testing
import Transfers

@testable import Collectors

@Suite("Gateways")
struct GatewayTests {
    struct Reply: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: GatewaySettings.Kind
        let body: String
        /// Like `gate ready viewers=2 fps=25 expected=25 bitrate=1000 in=5 out=9`, of each stream.
        let streams: [String]
    }

    static let replies = [
        Reply(
            testDescription: "MediaMTX", kind: .mediamtx,
            body: """
                # HELP paths x
                paths{name="gate",state="ready"} 1
                paths_bytes_received{name="gate",state="ready"} 1234
                paths_bytes_sent{name="gate",state="ready"} 187849
                paths_readers{name="gate",state="ready"} 2
                paths_readers{name="gate",state="odd"} NaN
                paths_readers{name="gate",state="odder"} 1e300
                paths{name="yard",state="notReady"} 1
                paths_bytes_received{name="yard",state="notReady"} 0
                hls_muxers{name="gate"} 1
                webrtc_sessions{id="1",state="read"} 1

                """, streams: ["gate ready viewers=2 in=1234 out=187849", "yard in=0"]),
        Reply(
            testDescription: "MediaMTX with newer names, without paths", kind: .mediamtx,
            body: "paths 0\nhls_muxers 0\n", streams: []),
        Reply(
            testDescription: "MediaMTX with newer names", kind: .mediamtx,
            body: """
                paths{name="a b",state="ready"} 1
                paths_inbound_bytes{name="a b",state="ready"} 10
                paths_outbound_bytes{name="a b",state="ready"} 20

                """, streams: ["a b ready in=10 out=20"]),
        Reply(
            testDescription: "go2rtc", kind: .go2rtc,
            body: #"""
                {"gate": {"producers": [{"id": 1, "format_name": "rtsp", "remote_addr": "192.0.2.1:554", "bytes_recv": 700}],
                          "consumers": [{"format_name": "webrtc/json", "bytes_send": 30}, {"format_name": "mp4", "bytes_send": 5}]},
                 "yard": {"producers": [{"url": "rtsp://192.0.2.2/"}], "consumers": null}}
                """#, streams: ["gate ready viewers=2 in=700 out=35", "yard viewers=0 out=0"]),
        Reply(
            testDescription: "go2rtc, older", kind: .go2rtc,
            body: #"{"gate": {"producers": [{"type": "RTSP", "recv": 700}], "consumers": [{"send": 30}]}}"#,
            streams: ["gate ready viewers=1 in=700 out=30"]),
        Reply(
            testDescription: "Frigate", kind: .frigate,
            body: #"""
                {"cameras": {"gate": {"camera_fps": 5.1, "process_fps": 5.0, "skipped_fps": 0.0, "expected_fps": 5,
                                      "connection_quality": "excellent", "reconnects_last_hour": 0},
                             "yard": {"camera_fps": 0.0}},
                 "detectors": {"cpu": {"inference_speed": 9.1}}, "service": {"uptime": 8}}
                """#, streams: ["gate ready fps=5.1 expected=5", "yard fps=0"]),
        Reply(
            testDescription: "ZoneMinder", kind: .zoneminder,
            body: #"""
                {"monitors": [
                  {"Monitor": {"Id": "1", "Name": "gate"},
                   "Monitor_Status": {"MonitorId": "1", "Status": "Connected", "CaptureFPS": "24.98", "CaptureBandwidth": "125000"}},
                  {"Monitor": {"Id": "2", "Name": "yard"}, "Monitor_Status": {"Status": "NotRunning", "CaptureFPS": "0.00"}},
                  {"Monitor": {"Id": "3", "Name": "attic"}}]}
                """#, streams: ["gate ready fps=24.98 bitrate=1000000", "yard fps=0", "attic"]),
        Reply(
            testDescription: "motion", kind: .motion,
            body: "Camera 0 \nCamera 1 -- gate Connection OK \nCamera 2 -- back yard Lost connection \n",
            streams: ["gate ready", "back yard"]),
        Reply(
            testDescription: "motion without names", kind: .motion,
            body: "Camera 1 Connection OK\nCamera 2 --  Lost connection\n", streams: ["1 ready", "2"]),
    ]

    private static func shown(_ stream: GatewayReport.Stream) -> String {
        var parts = [stream.name]
        if stream.isReady { parts.append("ready") }
        let numbers: [(String, Double?)] = [
            ("viewers", stream.viewers.map(Double.init)), ("fps", stream.fps), ("expected", stream.expectedFPS),
            ("bitrate", stream.bitrate), ("in", stream.bytesReceived), ("out", stream.bytesSent),
        ]
        for (name, value) in numbers { if let value { parts.append("\(name)=\(FloatText.plain(value))") } }
        return parts.joined(separator: " ")
    }

    @Test("a reply is read as its kind documents it", arguments: replies)
    func read(reply: Reply) throws {
        let report = try GatewayReply.read(reply.kind, Array(reply.body.utf8))
        #expect(report.streams.map(Self.shown) == reply.streams)
    }

    @Test("a reply of another kind says what it should have been", arguments: GatewaySettings.Kind.allCases)
    func wrong(kind: GatewaySettings.Kind) {
        #expect(throws: GatewayReplyError.self) { try GatewayReply.read(kind, Array("<html>".utf8)) }
        #expect(throws: GatewayReplyError.self) { try GatewayReply.read(kind, Array("[".utf8)) }
    }

    @Test(
        "a server's address alone leads to the page that its kind has",
        arguments: [
            (GatewaySettings.Kind.mediamtx, "http://h:9998", "http://h:9998/metrics"),
            (.go2rtc, "http://h:1984/", "http://h:1984/api/streams"), (.frigate, "http://h", "http://h/api/stats"),
            (.zoneminder, "http://h", "http://h/zm/api/monitors.json"),
            (.zoneminder, "http://h/other/api/monitors.json", "http://h/other/api/monitors.json"),
            (.motion, "http://h:8080", "http://h:8080/0/detection/connection"),
        ])
    func pages(kind: GatewaySettings.Kind, url: String, page: String) {
        #expect(GatewaySettings(kind: kind, url: url).page == page)
    }

    @Test(
        "a stream's name is a camera's, or a camera's with a quality",
        arguments: [
            ("gate", "gate", "main"), ("gate_sub", "gate", "sub"), ("gate/720p", "gate", "720p"),
            ("gate-2", "gate-2", "main"), ("gate-2-low", "gate-2", "low"), ("gateway", "gateway", "main"),
            ("gate_", "gate_", "main"), ("yard", "yard", "main"),
        ])
    func names(stream: String, camera: String, quality: String) {
        let name = StreamName(stream, cameras: ["gate", "gate-2"])
        #expect(name.camera == camera && name.quality == quality)
    }

    private static func lines(_ registry: Registry, _ prefix: String) -> [String] {
        String(decoding: registry.page(), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(prefix) }
    }

    @Test("what a gateway says is published, counted on over its restarts, and ends with it", .timeLimit(.minutes(5)))
    func publishes() async throws {
        let server = try await PageServer()
        let registry = Registry()
        let time = ManualTime(1_000_000)
        let collector = GatewayCollector(registry: registry, transfers: Transfers(), timeSource: time)
        let settings = GatewaySettings(kind: .mediamtx, url: "http://guard:Gr3en@\(server.address)")
        func serve(_ received: Int, _ sent: Int, readers: Int) async throws {
            try await server.serve(
                """
                paths{name="gate",state="ready"} 1
                paths_bytes_received{name="gate",state="ready"} \(received)
                paths_bytes_sent{name="gate",state="ready"} \(sent)
                paths_readers{name="gate",state="ready"} \(readers)
                paths{name="gate_sub",state="ready"} 1
                paths_readers{name="gate_sub",state="ready"} 4

                """)
        }
        try await serve(1_000_000, 500, readers: 1)
        collector.update([settings], cameras: ["gate", "yard"])
        #expect(collector.stream(of: "gate") == nil)
        await collector.collect()
        time.advance(4_000)
        try await serve(2_000_000, 900, readers: 2)
        await collector.collect()
        #expect(Self.lines(registry, "active_streams_total") == ["active_streams_total 2"])
        #expect(Self.lines(registry, "stream_viewers_count") == [#"stream_viewers_count{camera_id="gate"} 6"#])
        #expect(
            Self.lines(registry, "stream_bitrate") == [#"stream_bitrate{camera_id="gate",quality="main"} 2000000"#])
        #expect(Self.lines(registry, "stream_bytes_sent_total") == [#"stream_bytes_sent_total{camera_id="gate"} 400"#])
        #expect(collector.stream(of: "gate")?.isReady == true && collector.stream(of: "gate")?.bitrate == 2e6)
        #expect(collector.stream(of: "yard")?.isReady == false && collector.stream(of: "yard")?.isKnown == true)
        // It begins anew.
        try await serve(10, 20, readers: 0)
        time.advance(4_000)
        await collector.collect()
        #expect(Self.lines(registry, "stream_bytes_sent_total") == [#"stream_bytes_sent_total{camera_id="gate"} 400"#])
        try await server.serve("no", status: 500)
        await collector.collect()
        #expect(Self.lines(registry, "active_streams_total").isEmpty)
        let up = Self.lines(registry, "gateway_up")
        #expect(up.count == 1 && up[0].hasSuffix("} 0") && !up[0].contains("Gr3en"), "\(up)")
        #expect(collector.stream(of: "gate")?.isKnown == false)
        #expect(collector.notes().count == 1 && collector.notes()[0].contains("HTTP status 500"))
        #expect(!"\(collector.notes())".contains("Gr3en"))
        collector.update([], cameras: [])
        #expect(Self.lines(registry, "gateway_up").isEmpty && collector.notes().isEmpty)
    }

    @Test(
        "a playlist tells its newest segment and when that ends",
        arguments: [
            (
                "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nhigh.m3u8\n",
                "low.m3u8", nil, nil
            ),
            ("#EXTM3U\n#EXTINF:2.0,\na.ts\n#EXTINF:2.0,\nb.ts\n", nil, "b.ts", nil),
            (
                "#EXTM3U\r\n#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:10.500Z\r\n#EXTINF:2.0,\r\na.ts\r\n#EXTINF:1.5,\r\nb.ts\r\n",
                nil, "b.ts", 14_000
            ),
            (
                "#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:1970-01-01T07:00:10+07:00\n#EXTINF:2,\na.ts\n#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:20Z\n#EXTINF:2,\nb.ts\n",
                nil, "b.ts", 22_000
            ),
        ] as [(String, String?, String?, Int64?)])
    func playlist(text: String, variant: String?, newest: String?, end: Int64?) throws {
        let playlist = try #require(Playlist(text))
        #expect(playlist.variant == variant && playlist.newestSegment == newest && playlist.newestEnd == end)
        #expect(Playlist("<html>") == nil)
    }

    @Test("HLS latency is the age of the newest segment", .timeLimit(.minutes(5)))
    func latency() async throws {
        let server = try await PageServer()
        try await server.serve("paths{name=\"gate\",state=\"ready\"} 1\n")
        try await server.serve("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nstream.m3u8\n", at: "/gate/index.m3u8")
        try await server.serve(
            "#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:16:40Z\n#EXTINF:2,\na.ts\n", at: "/gate/stream.m3u8")
        let registry = Registry()
        let collector = GatewayCollector(registry: registry, transfers: Transfers(), timeSource: ManualTime(1_005_500))
        let base = "http://\(server.address)"
        collector.update(
            [GatewaySettings(kind: .mediamtx, url: base, playlist: base + "/{camera}/index.m3u8")], cameras: ["gate"])
        await collector.collect()
        #expect(
            Self.lines(registry, "stream_latency_ms") == [#"stream_latency_ms{camera_id="gate",protocol="hls"} 3500"#])
    }
}
