import Foundation
import Instruments
import Model
import RTSP
import TestSupport
import Testing
import Transfers

@testable import Collectors
@testable import Recorders

/// Cameras of one session, which their recorder needs.
@Suite("A camera that others record", .serialized)
struct SparedCameraTests {
    private static let start: Int64 = 1_790_000_000_000
    private static let day: Int64 = 86_400_000

    private struct Site {
        let folder: String
        let time: ManualTime
        let probe = RTSPProbe()
        let board: CameraBoard

        /// With the same folder it is the same server, started anew.
        init(folder: String, time: ManualTime) {
            self.folder = folder
            self.time = time
            let registry = Registry()
            let supervisor = RecorderSupervisor(
                directory: folder + "/recorders", program: "/bin/false", endsWithUs: true, resume: [:],
                store: { _, _, _ in })
            board = CameraBoard(
                registry: registry, probe: probe, supervisor: supervisor,
                gateways: GatewayCollector(registry: registry, transfers: Transfers()),
                foundFile: folder + "/found.json", recordedFile: folder + "/recorded.json", timeSource: time)
        }

        /// Takes a look; whether a session is open then.
        func opensSession(_ camera: CameraSettings, after milliseconds: Int64 = 6_000) -> Bool {
            time.advance(milliseconds)
            board.update([camera])
            return probe.readings()[camera.id] != nil
        }
    }

    private static func temporaryFolder() throws -> String {
        let folder = NSTemporaryDirectory() + "spared-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func camera(_ id: String, at path: String) -> CameraSettings {
        var camera = CameraSettings(id: id)
        camera.url = "rtsp://admin:pw@127.0.0.1:9/\(path)"
        return camera
    }

    /// A process that looks like ffmpeg.
    private static func recorder(of path: String, in folder: String) throws -> (Process, Pipe) {
        let program = folder + "/ffmpeg"
        try "#!/bin/sh\nread line\n".write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["-i", "rtsp://127.0.0.1:9/\(path)", "-f", "segment", folder + "/\(path)/%H%M%S.mkv"]
        let input = Pipe()
        process.standardInput = input
        try process.run()
        return (process, input)
    }

    @Test("loses the session that was open when its recorder appears, and gets none while that may come back")
    func recorderAppears() async throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "sp\(getpid())"
        let camera = Self.camera("one", at: path)
        let site = Site(folder: folder, time: ManualTime(Self.start))
        #expect(site.opensSession(camera))
        let (process, input) = try Self.recorder(of: path, in: folder)
        try await eventually("the session is given up") { site.opensSession(camera) ? nil : true }
        #expect(site.board.notes().contains { $0.contains("Others record one") })
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(!site.opensSession(camera), "the recorder has ended at this moment")
        #expect(!site.opensSession(camera, after: 3_600_000), "it has ended an hour ago")
        #expect(!site.opensSession(camera, after: 3 * Self.day), "it has ended days ago")
        let again = Site(folder: folder, time: site.time)
        #expect(!again.opensSession(camera), "the server was started anew")
        #expect(!again.opensSession(Self.camera("renamed", at: path)), "the camera has another name")
        #expect(again.opensSession(Self.camera("other", at: "other")), "another camera is probed")
        for (watch, opens) in [
            (CameraSettings.Watch.probe, true), (.sample, true), (.describe, true), (.recorder, false),
        ] {
            var asked = camera
            asked.watch = [watch]
            #expect(again.opensSession(asked) == opens, "\(watch)")
        }
    }

    @Test("is told, and judged without a session", arguments: [true, false])
    func judged(writes: Bool) {
        var camera = Self.camera("one", at: "x")
        camera.recordingPath = "/r"
        var news = CameraNews()
        news.isSpared = true
        var reading = RecordingReading(path: "/r")
        reading.lastWrite = Self.start - 40_000
        reading.isOverdue = !writes
        news.recordings = RecordingShelf.Contents(reading: reading)
        var trace = CameraTrace(knownSince: Self.start - 60_000)
        let verdict = CameraJudge.verdict(trace.facts(of: camera, news, now: Self.start))
        #expect(verdict.state == (writes ? .online : .notRecording))
        #expect(writes || verdict.reason.contains("No session is opened"))
    }

    @Test(
        "is known by its footage of the last day, and until that was looked for no session is opened",
        arguments: [1, 30])
    func footage(hours: Double) async throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/r/20260101-000000.mkv"
        try FileManager.default.createDirectory(atPath: folder + "/r", withIntermediateDirectories: true)
        try Data(repeating: 1, count: 1_000).write(to: URL(filePath: file))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -hours * 3_600)], ofItemAtPath: file)
        let time = ManualTime(Int64(Date().timeIntervalSince1970 * 1_000))
        let site = Site(folder: folder, time: time)
        var camera = Self.camera("foot", at: "foot\(getpid())")
        camera.recordingPath = folder + "/r"
        #expect(!site.opensSession(camera))
        let running = Task { await site.board.run() }
        defer { running.cancel() }
        try await eventually("the recordings were looked at", within: .seconds(30)) {
            site.board.statuses().first?.lastRecorded == nil ? nil : true
        }
        if hours < 24 {
            #expect(!site.opensSession(camera))
            #expect(!Site(folder: folder, time: time).opensSession(camera), "the server was started anew")
        } else {
            #expect(site.opensSession(camera))
        }
    }
}
