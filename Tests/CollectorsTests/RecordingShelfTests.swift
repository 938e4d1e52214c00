import Base
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Collectors

@Suite("The recordings of all cameras", .timeLimit(.minutes(3)))
struct RecordingShelfTests {
    private static func camera(_ id: String, _ path: String) -> CameraSettings {
        var camera = CameraSettings(id: id)
        camera.recordingPath = path
        return camera
    }

    @Test("go on where one filesystem hangs, which is told")
    func hangs() async throws {
        let folder = try TemporaryDirectory()
        let release = DispatchSemaphore(value: 0)
        let looks = Mutex<[String: Int]>([:])
        // A folder of /proc stands for the share that hangs: it is on another filesystem than the test's own.
        let shelf = RecordingShelf(timeSource: SystemTimeSource(), patience: .milliseconds(200)) {
            folder, timeSource, _ in
            let path = folder.reading.path
            looks.withLock { $0[path, default: 0] += 1 }
            if path.hasPrefix("/proc/") { release.wait() }
            folder.scan(now: timeSource.now()) { timeSource.now() }
        }
        defer { for _ in 0..<4 { release.signal() } }
        try folder.write("a.mkv", "x")
        shelf.update([
            Self.camera("well", folder.path), Self.camera("hung", "/proc/hung"), Self.camera("behind", "/proc/behind"),
        ])
        let running = Task { await shelf.run() }
        _ = try await eventually("three looks at the folder that answers") {
            looks.withLock { $0[folder.path, default: 0] } >= 3 ? true : nil
        }
        let contents = shelf.take()
        #expect(contents["well"]?.reading.lastWrite != nil && contents["well"]?.reading.problem == nil)
        for camera in ["hung", "behind"] {
            #expect(contents[camera]?.reading.problem?.contains("does not answer") == true)
        }
        #expect(
            looks.withLock { ($0["/proc/hung"] ?? 0) + ($0["/proc/behind"] ?? 0) } == 1, "one thread waits, not two")
        running.cancel()
        await running.value
    }

    @Test("a pipe in the place of a segment is not waited for")
    func pipe() throws {
        let folder = try TemporaryDirectory()
        #expect(mkfifo(folder.path + "/a.mkv", 0o600) == 0)
        var recordings = RecordingFolder(path: folder.path, plannedSeconds: 10, now: 0)
        recordings.scan(now: 1_000) { 1_000 }
        #expect(recordings.reading.frames == 0)
    }
}
