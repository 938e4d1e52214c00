import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import Collectors
@testable import Recorders

@Suite("The identity of a recorder that was found")
struct FoundIdentityTests {
    private static let start: Int64 = 1_800_000_000_000

    private static func recorders(_ pid: Int32, _ arguments: [String], at time: Int64) -> [FoundRecorder] {
        var all = FoundRecorder.all(pid: pid, arguments: ["ffmpeg"] + arguments, workingDirectory: "/rec")
        for index in all.indices { all[index].startedAt = time - 90_000 }
        return all
    }

    private static func look(
        _ known: inout KnownRecorders, _ recorders: [FoundRecorder], _ configured: [CameraSettings] = [], at time: Int64
    ) {
        known.update(CameraBoard.cameras(of: recorders, configured, known), now: time)
    }

    @Test(
        "is its stream, whatever time stands in the file's name",
        arguments: [
            ("gate_2026-11-26_09-00-0#.mkv", "gate"), ("gate-20261126T09000#Z.mp4", "gate"),
            ("gate 26.11.2026 09h0#.mkv", "gate 26"), ("179999999#.mkv", "date"), ("gate-179999999#.mkv", "gate"),
            ("Thu Nov 26 09:00:0# UTC 2026 gate.mkv", "gate"), ("20261126-09000#.mkv", "date"),
            ("no-pattern-we-know-#.mkv", "no-pattern-we-know-0"),
        ])
    func timeInName(file: String, id: String) throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/found.json"
        var known = KnownRecorders(file: path)
        for run in 0..<8 {
            let time = Self.start + Int64(run) * 80_000
            let name = file.replacing("#", with: "\(run)")
            let login = run % 2 == 0 ? "" : "guard:pw\(run)@"
            let input = ["-rtsp_transport", "tcp", "-i", "rtsp://\(login)Cam:554/s?channel=2"]
            let run = Self.recorders(Int32(100 + run), input + ["-c", "copy", "-t", "75", "date/\(name)"], at: time)
            #expect(run.count == 1)
            Self.look(&known, run, at: time)
            Self.look(&known, [], at: time + 75_000)
            // The next server knows it, too.
            if time % 160_000 == 0 { known = KnownRecorders(file: path) }
        }
        #expect(Array(known.entries.keys) == [id])
        #expect(known.entries[id]?.restarts == 7, "restarts are counted")
    }

    @Test("of two streams is two, also behind one name, and over restarts")
    func twoStreams() throws {
        let folder = try TemporaryDirectory()
        var known = KnownRecorders(file: folder.path + "/found.json")
        func run(_ pid: Int32, _ channel: Int, _ folder: String, _ time: Int64) -> [FoundRecorder] {
            Self.recorders(pid, ["-i", "rtsp://nvr/s?channel=\(channel)", "\(folder)/cam-\(pid)%d.mkv"], at: time)
        }
        Self.look(&known, run(1, 1, "a", Self.start) + run(2, 2, "b", Self.start), at: Self.start)
        #expect(known.entries.count == 2)
        let ids = known.entries.mapValues { $0.identity ?? "" }
        let later = Self.start + 10_000
        Self.look(&known, run(4, 1, "a", later) + run(3, 2, "b", later), at: later)
        #expect(known.entries.mapValues { $0.identity ?? "" } == ids)
    }

    @Test("of one stream that two record at once is two, and each keeps its name over restarts")
    func twoRecorders() throws {
        let folder = try TemporaryDirectory()
        var known = KnownRecorders(file: folder.path + "/found.json")
        func run(_ pid: Int32, _ folder: String) -> [FoundRecorder] {
            Self.recorders(pid, ["-i", "rtsp://h/s", "\(folder)/%d.mkv"], at: Self.start)
        }
        Self.look(&known, run(1, "main") + run(2, "spare"), at: Self.start)
        #expect(Set(known.entries.keys) == ["main", "spare"])
        Self.look(&known, run(2, "spare"), at: Self.start + 5_000)
        Self.look(&known, run(2, "spare") + run(3, "main"), at: Self.start + 10_000)
        #expect(known.entries["main"]?.pid == 3 && known.entries["spare"]?.pid == 2)
    }

    @Test("that was remembered with a time in it is one camera again")
    func ghosts() throws {
        let folder = try TemporaryDirectory()
        func entry(_ pid: Int) -> String {
            "{\"pid\":\(pid),\"restarts\":0,\"url\":\"rtsp://h/gate\",\"lastSeen\":\(Self.start + Int64(pid)),\"isRunning\":true,\"usesUDP\":false}"
        }
        let names = (1...9).map { "\"gate_2026-11-26_09-0\($0)-00\":\(entry($0))" }
        try folder.write("found.json", "{\(names.joined(separator: ","))}")
        let known = KnownRecorders(file: folder.path + "/found.json")
        #expect(Array(known.entries.keys) == ["gate"])
        #expect(known.entries["gate"]?.restarts == 8 && known.entries["gate"]?.pid == 9)
    }

    @Test("of a configured camera is its own, whatever the file is called")
    func configured() throws {
        let folder = try TemporaryDirectory()
        var known = KnownRecorders(file: folder.path + "/found.json")
        var camera = CameraSettings(id: "front")
        camera.url = "rtsp://a:b@H:554/s"
        Self.look(
            &known, Self.recorders(1, ["-i", "rtsp://h/s", "x_20261126-090000.mkv"], at: Self.start), [camera],
            at: Self.start)
        #expect(Array(known.entries.keys) == ["front"])
    }

    @Test(
        "whose recorder ends as it was told to raises no alarm; killed or early, it does",
        arguments: [(75, 76, true), (75, 62, true), (75, 40, false), (nil, 76, false)] as [(Int?, Int64, Bool)])
    func orderlyEnd(limit: Int?, seconds: Int64, isOrderly: Bool) throws {
        let folder = try TemporaryDirectory()
        var known = KnownRecorders(file: folder.path + "/found.json")
        let options = limit.map { ["-t", String($0)] } ?? []
        // No process has this pid: how it ended cannot be asked.
        var recorders = Self.recorders(
            Int32.max, ["-i", "rtsp://h/s", "-c", "copy"] + options + ["gate.mkv"], at: Self.start)
        recorders[0].startedAt = Self.start
        var lastSeen = Self.start
        while lastSeen + 5_000 <= Self.start + seconds * 1_000 {
            Self.look(&known, recorders, at: lastSeen)
            lastSeen += 5_000
        }
        Self.look(&known, recorders, at: Self.start + seconds * 1_000 - 1_000)
        // A run of a minute is missed; these are made long for the one that is not.
        recorders[0].startedAt = Self.start - 60_000
        Self.look(&known, [], at: Self.start + seconds * 1_000)
        guard let entry = known.entries["gate"] else { return #expect(seconds < 60, "a short run is forgotten") }
        #expect((entry.orderlyEnd != nil) == isOrderly)
        var news = CameraNews()
        news.found = entry
        var camera = CameraSettings(id: "gate")
        camera.isConfigured = false
        var trace = CameraTrace(knownSince: Self.start)
        let now = Self.start + 200_000
        let verdict = CameraJudge.verdict(trace.facts(of: camera, news, now: now))
        #expect(verdict.state == (isOrderly ? .unknown : .notRecording))
        #expect(verdict.isKnown != isOrderly)
    }

    @Test(
        "a process' end is told",
        arguments: [("sleep 1; exit 255", 255 << 8), ("sleep 1; exit 0", 0), ("sleep 1; kill -9 $$", SIGKILL)]
            as [(String, Int32)])
    func processEnd(script: String, status: Int32) async throws {
        let process = try RunningProcess("/bin/sh", ["-c", script])
        let end = try #require(ProcessEnd(pid: process.pid))
        #expect(end.status == nil)
        // Kernels before 6.15 do not tell; the process is gone once its parent has asked for it.
        try await process.end()
        try await Task.sleep(for: .milliseconds(200))
        if let told = end.status { #expect(told == status) }
    }
}
