import ConfigText
import Foundation
import Instruments
import Model
import RTSP
import TestSupport
import Testing
import Transfers

@testable import Collectors
@testable import Recorders

@Suite("The streams of a camera")
struct StreamTests {
    private static let start: Int64 = 1_800_000_000_000

    private static func read(_ text: String) throws -> (cameras: [CameraConfig], problems: [String]) {
        let problems = ProblemList()
        let root = try #require(YAMLFile.root(of: text, path: "watchpost.yml", problems: problems))
        let cameras = root.mapping { CameraReader.read($0) } ?? []
        return (cameras, problems.all.map { "\($0)" })
    }

    @Test("are read, with the addresses of gateways")
    func configuration() throws {
        let (cameras, problems) = try Self.read(
            """
            cameras:
              - id: front
                url: rtsp://10.0.0.5/Streaming/Channels/101
                restream: rtsp://127.0.0.1:8554/front
                streams:
                  - { name: sub, url: "rtsp://10.0.0.5/Streaming/Channels/102", watch: probe, fps: 5 }
                  - { name: third, restream: ["rtsp://127.0.0.1:8554/a", "rtsp://127.0.0.1:8554/b"] }

            """)
        #expect(problems.isEmpty, "\(problems)")
        #expect(cameras.first?.restreams.count == 1)
        #expect(cameras.first?.streams.map(\.name) == ["sub", "third"])
        #expect(cameras.first?.streams.first?.watch == [.probe])
        #expect(cameras.first?.streams.last?.restreams.count == 2)
    }

    @Test(
        "that cannot be are refused",
        arguments: [
            ("streams: [{ name: main, url: \"rtsp://h/b\" }]", "twice"),
            ("streams: [{ name: \"a b\", url: \"rtsp://h/b\" }]", "no name of a stream"),
            ("streams: [{ name: sub }]", "no address"),
            ("streams: [{ url: \"rtsp://h/b\" }]", "name"),
            ("streams: [{ name: sub, url: \"rtsp://h/b\", watch: gateway }]", "gateway"),
            ("restream: \"http://h/b\"", "restream"),
        ])
    func refused(line: String, word: String) throws {
        let (_, problems) = try Self.read("cameras:\n  - id: front\n    url: rtsp://h/a\n    \(line)\n")
        #expect(problems.count == 1 && problems[0].contains(word), "\(problems)")
    }

    @Test(
        "that share an address or a name with another one are told, and the file is read",
        arguments: [
            ("restream: \"rtsp://H:554/a\"", "a restream of front is the address of front too"),
            ("restream: [\"rtsp://g/x\", \"rtsp://u:p@g/x\"]", "a restream of front is a restream of front too"),
            ("restream: \"rtsp://localhost:8554/gate\"", "a restream of gate is a restream of front too"),
            ("streams: [{ name: sub, url: \"rtsp://u@h/a\" }]", "the stream sub of front is the address of front too"),
            (
                "streams: [{ name: sub, url: \"rtsp://h/gate\" }]",
                "the address of gate is the address of the stream sub"
            ),
            (
                "streams: [{ name: x, url_file: f }, { name: y, url_file: f }]",
                "the address of the stream y of front is"
            ),
            ("streams: [{ name: gate, url: \"rtsp://h/b\" }]", "front/gate have one name"),
        ])
    func collisions(line: String, words: String) throws {
        let (cameras, problems) = try Self.read(
            """
            cameras:
              - id: front
                url: rtsp://h/a
                \(line)
              - { id: gate, url: "rtsp://h/gate", restream: "rtsp://127.0.0.1:8554/gate" }
              - { id: front/gate, url: "rtsp://h/c" }
              - { id: same, url: "rtsp://h/c" }

            """)
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
        #expect(problems.allSatisfy { !$0.contains("same") }, "two cameras with one url are as they were")
        #expect(cameras.count == 4)
    }

    @Test(
        "are known by address, whoever logs in, and a gateway by each name of this host and for each part of a stream",
        arguments: [
            ("rtsp://admin:pw@cam:554/main", "front"), ("rtsp://cam/main?x=1", nil), ("rtsp://cam/sub", "front/sub"),
            ("rtsp://127.0.0.1:8554/front", "front"), ("rtsp://localhost:8554/front", "front"),
            ("rtsp://[::1]:8554/front", "front"), ("rtsp://127.1.2.3:8554/front?video&audio=aac", "front"),
            ("rtsp://127.0.0.1:8555/front", nil), ("rtsp://127.0.0.1.example.org:8554/front", nil),
            ("rtsp://127.0.0.1:8554/front/x", nil), ("", nil), ("rtsp://[", nil),
        ] as [(String, String?)])
    func owners(url: String, id: String?) {
        let owners = StreamOwners(Self.camera().allStreams)
        #expect(owners[identity: CameraName.identity(ofURL: url)]?.id == id)
    }

    private static func camera() -> CameraSettings {
        var camera = CameraSettings(id: "front")
        camera.url = "rtsp://cam/main"
        camera.restreams = ["rtsp://127.0.0.1:8554/front"]
        var sub = CameraSettings(stream: "sub", of: "front")
        sub.url = "rtsp://cam/sub"
        camera.streams = [sub]
        return camera
    }

    private static func recorder(_ pid: Int32, _ arguments: String) -> [FoundRecorder] {
        FoundRecorder.all(
            pid: pid, arguments: ["ffmpeg"] + arguments.split(separator: " ").map(String.init), workingDirectory: "/w")
    }

    @Test(
        "and a gateway's restream are one camera, whoever reads which",
        arguments: [
            (["-i rtsp://127.0.0.1:8554/front -c copy /r/x-%d.mkv"], ["front"]),
            (
                [
                    "-i rtsp://cam/main -c copy -f rtsp rtsp://127.0.0.1:8554/front",
                    "-i rtsp://127.0.0.1:8554/front -c copy /r/x-%d.mkv",
                ], ["front"]
            ),
            (
                [
                    "-i rtsp://cam/main -c copy /r/x-%d.mkv",
                    "-i rtsp://cam/sub -f rawvideo pipe:",
                ], ["front", "front/sub"]
            ),
            (["-i rtsp://cam/sub -c copy /r/x-%d.mkv"], ["front/sub"]),
            // A gateway's ffmpeg and one that detects: neither writes a file.
            (
                [
                    "-i rtsp://cam/main -c copy -f rtsp rtsp://127.0.0.1:8554/front",
                    "-i rtsp://localhost:8554/front?video -f rawvideo pipe:",
                ], ["front"]
            ),
            // Two that write are two recordings.
            (
                [
                    "-i rtsp://cam/main -c copy /r/x-%d.mkv",
                    "-i rtsp://127.0.0.1:8554/front -c copy /q/x-%d.mkv",
                ], ["front", "front-2"]
            ),
        ])
    func found(lines: [String], ids: [String]) throws {
        let folder = try TemporaryDirectory()
        var known = KnownRecorders(file: folder.path + "/found.json")
        let configured = Self.camera().allStreams
        let recorders = lines.enumerated().flatMap { Self.recorder(Int32($0 + 1), $1) }
        let byCamera = CameraBoard.cameras(of: recorders, configured, known)
        #expect(byCamera.keys.sorted() == ids)
        if let writer = recorders.first(where: { $0.folder != nil }), ids.contains("front") {
            #expect(byCamera["front"]?.pid == writer.pid)
            // While the recorder is away nobody takes its place.
            known.update(byCamera, now: Self.start)
            let others = recorders.filter { $0.pid != writer.pid }
            #expect(CameraBoard.cameras(of: others, configured, known)["front"] == nil)
        }
    }

    @Test("of which a recorder was remembered under another name are that camera's once the configuration says so")
    func adopted() throws {
        let folder = try TemporaryDirectory()
        var known = KnownRecorders(file: folder.path + "/found.json")
        let recorders =
            Self.recorder(1, "-i rtsp://127.0.0.1:8554/front -c copy /r/yard-%d.mkv")
            + Self.recorder(2, "-i rtsp://cam/main -f rawvideo pipe:")
            + Self.recorder(3, "-i rtsp://cam/sub -f rawvideo pipe:")
        for second in [Int64(0), 120] {
            known.update(CameraBoard.cameras(of: recorders, [], known), now: Self.start + second * 1_000)
        }
        #expect(known.entries.count == 3)
        let configured = Self.camera().allStreams
        known.adopt(by: configured)
        #expect(known.entries.mapValues(\.pid) == ["front": 1, "front/sub": 3])
        let again = CameraBoard.cameras(of: recorders, configured, known)
        #expect(again.mapValues(\.pid) == ["front": 1, "front/sub": 3])
        known.update(again, now: Self.start + 130_000)
        #expect(known.entries["front"]?.restarts == 0)
        // The stream is named no more.
        var bare = Self.camera()
        bare.streams = []
        known.adopt(by: bare.allStreams)
        #expect(Array(known.entries.keys) == ["front"])
        let names = CameraBoard.cameras(of: recorders, bare.allStreams, known)
        #expect(names.mapValues(\.pid) == ["front": 1, "cam-sub": 3])
    }

    @Test("that others read leave the main stream alone, which is then not told to be down")
    func spared() {
        let camera = Self.camera()
        var news = CameraNews()
        news.isSpared = true
        news.sparingStream = "sub"
        var trace = CameraTrace(knownSince: Self.start - 60_000)
        let verdict = CameraJudge.verdict(trace.facts(of: camera, news, now: Self.start))
        #expect(verdict.state == .unknown && verdict.isPaused && verdict.reason.contains("Others read its stream sub"))
    }

    private struct Site {
        let folder: TemporaryDirectory
        let registry = Registry()
        let probe = RTSPProbe()
        let board: CameraBoard

        init() throws {
            folder = try TemporaryDirectory()
            let supervisor = RecorderSupervisor(
                directory: folder.path + "/recorders", program: "/bin/false", endsWithUs: true, resume: [:],
                store: { _, _, _ in })
            board = CameraBoard(
                registry: registry, probe: probe, supervisor: supervisor,
                gateways: GatewayCollector(registry: registry, transfers: Transfers()),
                foundFile: folder.path + "/found.json", findsRecorders: false)
        }

        var substreams: [Labels] {
            registry.gather().filter { $0.name == "camera_substream_up" }.flatMap { $0.points.map(\.labels) }
        }
    }

    @Test("cost no session unless it is asked for, and are told beside the camera's state")
    func board() throws {
        let site = try Site()
        var camera = Self.camera()
        #expect(camera.probedURL == "rtsp://127.0.0.1:8554/front", "a gateway spares the camera")
        site.board.update([camera])
        #expect(Set(site.probe.readings().keys) == ["front"])
        #expect(site.board.statuses().first?.streams?.map(\.state) == [.unknown])
        #expect(site.substreams.isEmpty, "what nobody watches is not down")
        #expect(site.board.statuses().first?.streams?.first?.fps == nil)
        camera.streams[0].watch = [.probe]
        site.board.update([camera])
        #expect(Set(site.probe.readings().keys) == ["front", "front/sub"])
        let statuses = site.board.statuses()
        #expect(statuses.map(\.id) == ["front"])
        #expect(statuses.first?.streams?.map(\.name) == ["sub"])
        #expect(site.substreams.map { $0["camera_id"] } == ["front"] && site.substreams.first?["stream"] == "sub")
        let all = site.registry.gather().flatMap { $0.points.map(\.labels) }
        #expect(!all.contains { $0["camera_id"] == "front/sub" })
        camera.streams = []
        site.board.update([camera])
        #expect(site.substreams.isEmpty)
        #expect(Array(site.probe.readings().keys) == ["front"])
        #expect(site.board.statuses().first?.streams == nil)
    }

    @Test("keep the address that they had while its file cannot be read")
    func unreadable() throws {
        let site = try Site()
        var camera = Self.camera()
        camera.streams[0].watch = [.probe]
        site.board.update([camera])
        camera.streams[0].url = nil
        camera.streams[0].isURLUnreadable = true
        site.board.update([camera])
        #expect(site.board.statuses().first?.streams?.first?.url == "rtsp://cam/sub")
        #expect(Set(site.probe.readings().keys) == ["front", "front/sub"])
    }

    @Test("show no credentials")
    func credentials() async throws {
        let site = try Site()
        var camera = Self.camera()
        camera.url = "rtsp://admin:hidden1@127.0.0.1:9/main"
        camera.restreams = ["rtsp://viewer:hidden2@127.0.0.1:9/front", "rtsp://127.0.0.1:9/x?password=hidden3"]
        camera.streams[0].url = "rtsp://admin:hidden4@127.0.0.1:9/sub?password=hidden5"
        camera.streams[0].restreams = ["rtsp://viewer:hidden6@127.0.0.1:9/front_sub"]
        camera.streams[0].watch = [.describe]
        site.board.update([camera])
        let running = Task { await site.probe.run() }
        defer { running.cancel() }
        let status = try await eventually("both sessions are refused") {
            site.board.update([camera])
            return site.board.statuses().first { $0.state == .offline && $0.streams?.first?.state == .offline }
        }
        #expect(status.reason.hasPrefix("At rtsp://127.0.0.1:9/front: "), "it is the gateway that does not answer")
        #expect(site.board.notes().contains { $0.contains("front, stream sub (Offline") }, "\(site.board.notes())")
        let shown =
            String(decoding: try JSONEncoder().encode(site.board.statuses()), as: UTF8.self) + "\(site.board.notes())"
            + "\(site.registry.gather())"
        #expect(!shown.contains("hidden"), "\(shown)")
    }

    @Test(
        "are known by their addresses",
        arguments: [
            ("rtsp://h/Streaming/Channels/101", "rtsp://h/Streaming/Channels/102"),
            ("rtsp://h:554/Streaming/Channels/1601?transportmode=unicast", "rtsp://h/Streaming/Channels/1602"),
            ("rtsp://h/cam/realmonitor?channel=3&subtype=0", "rtsp://h/cam/realmonitor?channel=3&subtype=1"),
            ("rtsp://h/h264Preview_01_main", "rtsp://h/h264Preview_01_sub"),
            ("rtsp://h/Preview_02_main", "rtsp://h/Preview_02_sub"),
            ("rtsp://h/axis-media/media.amp", "rtsp://h/axis-media/media.amp?resolution=640x360"),
            ("rtsp://h/s0", "rtsp://h/s1"), ("rtsp://h/stream1", "rtsp://h/stream2"),
            ("rtsp://h/live/main", "rtsp://h/live/sub"), ("rtsp://h/onvif/p1", "rtsp://h/onvif/p2"),
        ])
    func addresses(main: String, sub: String) {
        for urls in [[main, sub], [main, sub, main]] {
            let cameras = MakersAddress.cameras(of: urls)
            #expect(cameras.map { $0.map(\.url) } == [[main, sub]])
            #expect(cameras.first?.map(\.name) == ["main", "sub"])
        }
    }

    @Test("of a recorder's channels are a camera a channel")
    func channels() {
        let urls = [101, 102, 201, 202, 301].map { "rtsp://nvr/Streaming/Channels/\($0)" }
        #expect(MakersAddress.cameras(of: urls).map(\.count) == [2, 2, 1])
        let dahua = (1...3).flatMap { channel in
            [1, 0].map { "rtsp://nvr/cam/realmonitor?channel=\(channel)&subtype=\($0)" }
        }
        let cameras = MakersAddress.cameras(of: dahua)
        #expect(cameras.map { $0.map(\.name) } == Array(repeating: ["main", "sub"], count: 3))
        #expect(cameras.allSatisfy { $0[0].url.hasSuffix("subtype=0") })
    }
}
