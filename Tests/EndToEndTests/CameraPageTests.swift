import CameraRecords
import CameraSimulator
import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// The page of a camera of a running server: what it shows of a fault, and how few clicks lead to what explains it.
@Suite("The page of a camera, end to end", .serialized)
struct CameraPageTests {
    private struct Sight: Decodable {
        var way: [String]?
        var text: String?
        var line: String?
        var lanes: [String]?
        var parts: [String]?
        var summary: String?
        var open: Bool?
        var rows: String?
        var zoom: [Int]?
        var shown: [Int]?
        var picture: [Int]?
        var alt: String?
        var back: [String]?
        var forward: Bool?
        var caption: String?
        var utc: String?
        var wide: [String: Int]?
        var bands: Int?
        var errors: [String]?
    }

    private static func sights(_ url: String, _ what: String, _ camera: String) async throws -> (
        all: [Sight], printed: String
    ) {
        let browser = try Peers.browser(script: "camera_page.py", url, what, camera)
        try await browser.end(within: .seconds(150))
        return (browser.messages("saw"), browser.printed)
    }

    @Test(
        "a staged fault is two clicks from the line that explains it, and three from a line of its first failed trace",
        .enabled(if: Peers.has("chromium") && Peers.has("ffmpeg"), "needs chromium and ffmpeg"),
        .timeLimit(.minutes(6)))
    func clicks() async throws {
        let port = try Peers.freePort()
        let demo = Server(
            process: try RunningProcess(
                Peers.watchpost, ["demo", "--cameras", "2", "--no-incident", "--listen", "127.0.0.1:\(port)"]),
            url: "http://127.0.0.1:\(port)")
        try await demo.waitUntilReady(within: .seconds(90))
        _ = try await eventually("cameras to be online and recorded", within: .seconds(90)) {
            let cameras = try await demo.cameras()
            return cameras.count == 2 && cameras.allSatisfy { $0.state == .online && $0.lastRecorded != nil }
                ? true : nil
        }
        // So that there is a time before the fault, and footage of it.
        try await Task.sleep(for: .seconds(25))
        let order = try await demo.post("/api/watchpost/demo/fault", "{\"camera\": \"cam-2\", \"fault\": \"stall\"}")
        try #require(order.status == 200)
        _ = try await eventually("the fault to be seen", within: .seconds(90)) {
            try await demo.camera("cam-2")?.state ?? .online < .degraded ? true : nil
        }
        // What explains it is the first error of its recorder, from half a minute before on.
        let first = try await eventually("the recorder's error", within: .seconds(60)) {
            let errors = try await demo.logs("camera_id:\"cam-2\" AND input.type:recorder AND level:(ERROR OR FATAL)")
            let since = try await demo.camera("cam-2")?.since ?? 0
            return errors.filter { $0.timestamp >= since - 30_000 }.min { $0.timestamp < $1.timestamp }
        }
        let toLine = try await Self.sights(demo.url, "line", "cam-2")
        let line = try #require(toLine.all.first { $0.way != nil }, "\(toLine.printed)")
        let way = try #require(line.way)
        #expect(way.count == 2 && way[0].contains("/cameras/cam-2") && way[1].contains("/logs/event?"))
        let text = try #require(line.text)
        #expect(line.line?.contains(text.prefix(60)) == true, "\(line)")
        #expect(text.hasPrefix(first.message.prefix(60)), "\(text) \(first.message)")
        let toTrace = try await Self.sights(demo.url, "trace", "cam-2")
        let traced = try #require(toTrace.all.first { $0.way != nil }, "\(toTrace.printed)")
        let steps = try #require(traced.way)
        let trace = try #require(steps.count == 3 ? steps[1].split(separator: "/").last : nil, "\(steps)")
        // A service writes the trace's number into its line; a recorder's own error is of the camera in that time.
        let traceLine = try #require(traced.line)
        #expect(
            trace.prefix { $0 != "?" }.count == 32
                && (traceLine.contains("trace_id=\(trace)") || traceLine.hasPrefix("[error] ")), "\(traced)")
        #expect(steps[0].contains("/cameras/cam-2") && steps[2].contains("/logs/event?"))

        try await look(at: demo)
        demo.process.signal(SIGINT)
        try await demo.process.end()
    }

    private func look(at demo: Server) async throws {
        let looked = try await Self.sights(demo.url, "look", "cam-2")
        func sight<Value>(_ value: (Sight) -> Value?) throws -> Value {
            try #require(looked.all.lazy.compactMap(value).first, "\(looked.printed)")
        }
        #expect(try sight(\.lanes).prefix(2) == ["State", "Footage"])
        let parts = try sight(\.parts)
        #expect(parts.contains { $0.hasPrefix("Stalled, ") } && parts.contains { $0.hasPrefix("Online, ") }, "\(parts)")
        #expect(try sight(\.summary).contains("Stalled") && sight(\.open) && sight(\.rows).contains("Stalled"))
        let (zoom, shown) = (try sight(\.zoom), try sight(\.shown))
        // A quarter of five minutes.
        #expect(
            abs(zoom[1] - zoom[0] - 75_000) < 5_000 && abs(zoom[0] - shown[0]) < 1_000
                && abs(zoom[1] - shown[1]) < 1_000)
        #expect(try sight(\.picture) == [640, 360] && sight(\.alt).hasPrefix("the picture of cam-2 at "))
        #expect(try sight(\.back) == ["now", "now-5m"] && sight(\.forward))
        // The zone is named, and UTC stands behind it.
        #expect(try sight(\.caption).contains(" UTC") && sight(\.utc).hasSuffix(" UTC"))
        let wide = try sight(\.wide)
        #expect(wide.count == 6 && wide.values.allSatisfy { $0 <= 0 }, "\(wide)")
        #expect(try sight(\.bands) == 2)
        // A build may be without the chart library.
        #expect(try sight(\.errors).filter { !$0.contains("uplot") && !$0.contains("404") }.isEmpty)
    }

    @Test(
        "a fault, a gap in the footage and a restart of the server stand in the band as they were",
        .enabled(if: Peers.has("ffmpeg"), "needs ffmpeg"), .timeLimit(.minutes(5)))
    func band() async throws {
        let folder = try TemporaryDirectory()
        let id = "gate-\(Peers.newCameraName())"
        let simulator = try SimulatedCameras([id])
        defer { simulator.stop() }
        try FileManager.default.createDirectory(atPath: folder.path + "/footage", withIntermediateDirectories: true)
        let site = """
            cameras: [{ id: \(id), url: "\(simulator.url(of: id))", fps: 25, watch: [recorder, probe] }]
            recordings: [{ camera: \(id), path: \(folder.path)/footage, segment: 2s }]
            recorders:
              - camera: \(id)
                command: [ffmpeg, -rtsp_transport, tcp, -timeout, "3000000", -i, "{url}", -c, copy, -f, segment,
                          -segment_time, "2", -reset_timestamps, "1", -strftime, "1", "{path}/%Y%m%d-%H%M%S.mp4"]

            """
        try folder.write("config/watchpost.yml", "stills: on\n" + site)
        try folder.write("config/prometheus.yml", "global: { scrape_interval: 1s }\n")
        var server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        func wait(_ what: String, _ isSo: @escaping (CameraStatus) -> Bool) async throws {
            _ = try await eventually("\(id) to be \(what)", within: .seconds(60)) {
                try await server.camera(id).map(isSo) == true ? true : nil
            }
        }
        try await wait("online and recorded") { $0.state == .online && $0.lastRecorded != nil }
        try await Task.sleep(for: .seconds(6))
        try simulator.setFault(.disconnect, for: id)
        try await wait("offline") { $0.state < .degraded }
        let offline = try #require(try await server.camera(id)).since
        try await Task.sleep(for: .seconds(15))
        try simulator.setFault(.none, for: id)
        try await wait("online again") { $0.state == .online }
        try await Task.sleep(for: .seconds(6))
        server.process.signal(SIGTERM)
        try await server.process.end()
        try await Task.sleep(for: .seconds(8))
        server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        try await wait("online after the restart") { $0.state == .online && $0.lastRecorded != nil }

        func past() async throws -> CameraPast {
            try await server.decode("/api/watchpost/cameras/\(id)/band", [("from", "now-5m")])
        }
        let past = try await eventually("the gap to be written down", within: .seconds(60)) {
            let past = try await past()
            return past.gapCount > 0 && past.states.last?.state == .online ? past : nil
        }
        let states = past.states.map(\.state)
        let firstOnline = try #require(states.firstIndex(of: .online), "\(past.states)")
        let fault = try #require(past.states.first { $0.state < .degraded }, "\(past.states)")
        #expect(states.firstIndex { $0 < .degraded }.map { $0 > firstOnline } == true)
        #expect(abs(fault.start - offline) < 10_000 && past.troubles.contains { $0.end - $0.start > 10_000 })
        // Nobody looked while the server was stopped: that is no fault, and not online either.
        let stopped = states.lastIndex(of: .unknown)
        #expect(stopped.map { $0 > firstOnline && $0 < states.count - 1 } == true, "\(past.states)")
        let gap = try #require(past.gaps.max { $0.length < $1.length })
        #expect(gap.length > 10_000 && gap.length < 60_000 && abs(gap.start - offline) < 15_000, "\(past.gaps)")
        #expect(past.columns == 720 && past.states.reduce(0) { $0 + $1.columns } == 720)

        let page = try await server.get("/cameras/\(id)", [("from", "now-5m"), ("to", "now")])
        let html = String(decoding: page.body, as: UTF8.self)
        #expect(html.contains("<title>no footage, ") && html.contains("class=\"hatch\""))
        // The newest MP4 has no index yet: the one before is shown.
        let picture = try await server.get("/cameras/\(id)/still")
        #expect(picture.status == 200 && picture.body.starts(with: [0xFF, 0xD8, 0xFF]), "\(picture.status)")
        let taken = try #require(picture.headers["picture-time"])
        let date = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(taken)
        #expect(abs(date.timeIntervalSinceNow) < 20)

        try folder.write("config/watchpost.yml", site)
        server.process.signal(SIGHUP)
        let refused = try await eventually("pictures to be off", within: .seconds(20)) {
            let answer = try await server.get("/cameras/\(id)/still")
            return answer.status == 404 ? String(decoding: answer.body, as: UTF8.self) : nil
        }
        #expect(refused.contains("stills: on in watchpost.yml allows them"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
