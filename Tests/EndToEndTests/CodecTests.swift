import Foundation
import Model
import TestSupport
import Testing

/// Cameras of gst-rtsp-server with each codec that it has, probed for a minute; half an hour with `WATCHPOST_SOAK`.
@Suite("Codecs, end to end", .serialized)
struct CodecTests {
    private static let span: Duration =
        ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] == nil ? .seconds(30) : .seconds(1_800)

    /// Cameras, and whether each keeps its 25 frames a second.
    private static let kinds: [(id: String, options: [String], isSteady: Bool)] = [
        ("h264", [], true), ("h265", ["--codec", "h265"], true), ("jpeg", ["--codec", "jpeg"], true),
        ("vp8", ["--codec", "vp8"], true), ("smart", ["--gop", "250"], true),
        ("smart-h265", ["--codec", "h265", "--gop", "250"], true), ("varied", ["--vary"], false),
    ]

    @Test("each is counted within 3 %, and none is called Degraded", .timeLimit(.minutes(40)))
    func codecs() async throws {
        let folder = try TemporaryDirectory()
        var processes: [RunningProcess] = []
        var lines = "cameras:\n"
        for kind in Self.kinds {
            let (process, port) = try await Peers.camera(options: kind.options)
            processes.append(process)
            lines += "  - { id: \(kind.id), url: \"rtsp://127.0.0.1:\(port)/stream\", watch: [probe] }\n"
        }
        try folder.write("config/watchpost.yml", lines)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the cameras to be online", within: .seconds(60)) {
            try await server.query("count(camera_connection_status == 1) == \(Self.kinds.count)").first
        }
        // A rate is over ten seconds.
        try await Task.sleep(for: .seconds(14))
        var rates: [String: [Double]] = [:]
        var falseWords: Set<String> = []
        let end = ContinuousClock.now + Self.span
        while ContinuousClock.now < end {
            for camera in try await server.cameras() {
                rates[camera.id, default: []].append(camera.fps ?? 0)
                if camera.state != .online {
                    falseWords.insert("\(camera.id): \(camera.state.rawValue) \(camera.reason)")
                }
            }
            try await Task.sleep(for: .seconds(1))
        }
        #expect(falseWords.isEmpty, "\(falseWords.sorted())")
        for kind in Self.kinds {
            let seen = try #require(rates[kind.id])
            let (low, high) = (seen.min() ?? 0, seen.max() ?? 0)
            print("\(kind.id): \(low) to \(high) frames a second, \(seen.count) looks")
            if kind.isSteady {
                #expect(low > 25 * 0.97 && high < 25 * 1.03, "\(kind.id): \(low) to \(high)")
            } else {
                #expect(low > 5 && high < 26 && high - low > 1)
            }
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = processes
    }
}
