import CameraSimulator
import Foundation
import Model
import RTSP
import TestSupport
import Testing

@Suite("The probe's ways to a camera", .serialized, .enabled(if: Support.hasFFmpeg, "ffmpeg is not installed"))
struct TransportTests {
    @Test("over UDP a camera is read as over TCP, and lost packets are counted", .timeLimit(.minutes(5)))
    func udp() async throws {
        let cameras = (1...3).map { SimulatedCamera(id: "cam-\($0)") }
        try await Support.simulating(cameras) { simulator, port in
            let targets = cameras.map {
                ProbeTarget(id: $0.id, url: "rtsp://127.0.0.1:\(port)/\($0.id)", transport: .udp)
            }
            try await Support.probing(targets) { probe in
                try await Task.sleep(for: .seconds(4))
                for (id, reading) in probe.readings() {
                    #expect(reading.connected && abs(reading.fps - 25) < 1.5, "\(id): \(reading)")
                    #expect(reading.packetsLost == 0 && reading.framesDropped == 0, "\(id): \(reading)")
                    #expect(reading.keyframeIntervalSeconds == 2 && abs(reading.clockOffsetSeconds ?? 9) < 0.5)
                }
                try simulator.setFault(.loss, for: "cam-1")
                try await probe.reading(of: "cam-1", "lost packets") { $0.packetsLost > 5 && $0.framesDropped > 3 }
                try simulator.setFault(.stall, for: "cam-2")
                try await probe.reading(of: "cam-2", "a stall") { $0.failure == .stalled }
                #expect(probe.readings()["cam-3"]?.connected == true)
            }
        }
    }

    @Test("a camera that refuses TCP is asked for UDP, and one that has neither is told so", .timeLimit(.minutes(5)))
    func fallsBack() async throws {
        let sdp = "v=0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
        func answer(_ status: String, _ headers: String, _ sequence: Int, _ body: String = "") -> [UInt8] {
            let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
            return Array("RTSP/1.0 \(status)\r\nCSeq: \(sequence)\r\n\(headers)\(length)\r\n\(body)".utf8)
        }
        let description = answer("200 OK", "Content-Type: application/sdp\r\n", 1, sdp)
        let refusal = answer("461 Unsupported Transport", "", 2)
        let listener = try RawListener()
        let camera = ScriptedCamera(
            listener,
            [
                [
                    description, refusal,
                    answer("200 OK", "Session: 7\r\nTransport: RTP/AVP;unicast;server_port=40000-40001\r\n", 3),
                    answer("200 OK", "Session: 7\r\n", 4),
                ]
            ])
        defer { camera.stop() }
        try await Support.probing([ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(listener.port)/x")]) { probe in
            // It sends nothing: that it was asked is what counts.
            try await probe.reading("no media") { $0.failure == .noMedia }
            let setups = camera.requests.filter { $0.hasPrefix("SETUP") }
            #expect(setups.count >= 2 && setups[0].contains("interleaved=0-1"), "\(setups)")
            #expect(setups.count >= 2 && setups[1].contains("RTP/AVP;unicast;client_port="), "\(setups)")
        }
        let other = try RawListener()
        let stubborn = ScriptedCamera(
            other, [[description, refusal, answer("461 Unsupported Transport", "", 3)]])
        defer { stubborn.stop() }
        try await Support.probing([ProbeTarget(id: "cam", url: "rtsp://127.0.0.1:\(other.port)/x")]) { probe in
            let reading = try await probe.reading("a refusal") { $0.failure != nil }
            #expect(reading.failure == .protocol && reading.detail.contains("TCP or UDP"), "\(reading)")
        }
    }

    /// Takes TLS off and hands on to a port: python's ssl module.
    private static let terminator = """
        import asyncio, os, ssl, sys, threading
        certificate, key, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
        async def pump(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data); await writer.drain()
            except OSError: pass
            writer.close()
        async def serve(reader, writer):
            inner, out = await asyncio.open_connection('127.0.0.1', port)
            await asyncio.gather(pump(reader, out), pump(inner, writer))
        async def main():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(certificate, key)
            server = await asyncio.start_server(serve, '127.0.0.1', 0, ssl=context)
            print('port', server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        asyncio.run(main())
        """

    @Test("a camera behind TLS is read, and one that only claims to be is told", .timeLimit(.minutes(5)))
    func tls() async throws {
        let folder = try TemporaryDirectory()
        let (certificate, key) = (folder.path + "/c.pem", folder.path + "/k.pem")
        let openssl = try RunningProcess(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                "-subj", "/CN=camera",
            ])
        try await openssl.end()
        let camera = SimulatedCamera(id: "cam", user: "admin", password: "Gr3en")
        try await Support.simulating([camera]) { _, port in
            let terminator = try RunningProcess("python3", ["-c", Self.terminator, certificate, key, "\(port)"])
            let secure = try await terminator.line(matching: Regex(#"port (\d+)"#))
            let listener = try RawListener()
            let web = WebCamera(listener) { _ in WebStreamTests.answer("200 OK", "", WebStreamTests.picture) }
            defer { web.stop() }
            let webFront = try RunningProcess("python3", ["-c", Self.terminator, certificate, key, "\(listener.port)"])
            let webPort = try await webFront.line(matching: Regex(#"port (\d+)"#))
            let targets = [
                ProbeTarget(id: "web", url: "https://127.0.0.1:\(webPort)/snap.jpg"),
                ProbeTarget(id: "cam", url: "rtsps://admin:Gr3en@127.0.0.1:\(secure)/cam"),
                ProbeTarget(id: "wrong", url: "rtsps://admin:no@127.0.0.1:\(secure)/cam"),
                ProbeTarget(id: "plain", url: "rtsps://admin:Gr3en@127.0.0.1:\(port)/cam"),
                ProbeTarget(id: "open", url: "rtsp://admin:Gr3en@127.0.0.1:\(secure)/cam"),
            ]
            try await Support.probing(targets) { probe in
                try await probe.reading("frames") { $0.connected && $0.framesTotal > 50 }
                #expect(abs((probe.readings()["cam"]?.fps ?? 0) - 25) < 2)
                try await probe.reading(of: "wrong", "a refused password") { $0.failure == .unauthorized }
                try await probe.reading(of: "web", "a picture") { $0.connected && $0.kind == .snapshot }
                let plain = try await probe.reading(of: "plain", "no TLS") { $0.failure == .tls }
                #expect(plain.detail.contains("TLS") && !plain.detail.contains("Gr3en"))
                try await probe.reading(of: "open", "TLS unasked") { $0.failure != nil }
                terminator.signal(SIGKILL)
                try await probe.reading("the end") { $0.failure == .closed || $0.failure == .refused }
            }
        }
    }
}
