import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Recorders

/// Record processes within this one, on threads of their own.
@Suite("A record process", .serialized, .timeLimit(.minutes(5)))
struct RecordProcessTests {
    private static let task = RecorderTask(camera: "gate 1", url: "rtsp://h/s", path: "", command: ["sleep", "60"])

    /// A record process, and what became of it.
    private final class Run: Sendable {
        private let ended = Mutex(false)
        private let thread = Mutex<pthread_t?>(nil)
        let socket: String

        init(_ command: [String], socket: String, fingerprint: String = "", camera: String = "gate 1") {
            self.socket = socket
            Thread.detachNewThread { [self] in
                thread.withLock { $0 = pthread_self() }
                var options = RecordProcess.Options(
                    camera: camera, socket: socket, command: FFmpegCommand(template: command, url: "", path: ""))
                options.fingerprint = fingerprint
                try? RecordProcess(options).runUntilEnd()
                ended.withLock { $0 = true }
            }
        }

        /// What its thread has used; it must not have ended.
        var processorSeconds: Double {
            var clock: clockid_t = 0
            var time = timespec()
            guard let thread = thread.withLock({ $0 }), pthread_getcpuclockid(thread, &clock) == 0 else { return 0 }
            clock_gettime(clock, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }

        var hasEnded: Bool { ended.withLock { $0 } }

        /// Orders the end, as one who does not wait for an answer.
        func order() throws {
            guard let descriptor = try UnixSocket.connect(to: socket) else { return }
            var channel = LineChannel(descriptor)
            _ = channel.send(RecordOrder.end.text.utf8)
            close(descriptor)
        }

        func end() async throws {
            try order()
            _ = try await eventually("the end") { self.hasEnded ? true : nil }
        }
    }

    private static func supervise(
        _ folder: TemporaryDirectory, _ tasks: [RecorderTask],
        _ body: (RecorderSupervisor) async throws -> Void
    ) async throws {
        let supervisor = RecorderSupervisor(
            directory: folder.path, program: "/nowhere/watchpost", endsWithUs: false, resume: [:]
        ) { _, _, _ in }
        supervisor.update(tasks)
        let running = Task { await supervisor.run() }
        do {
            try await body(supervisor)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        await running.value
    }

    private static func running(_ supervisor: RecorderSupervisor) async throws -> RecorderState {
        try await eventually("the recorder to be seen") {
            supervisor.states()["gate 1"].flatMap { $0.pid == nil ? nil : $0 }
        }
    }

    @Test("started by hand is watched under any socket, and left alone", arguments: ["gate%201.sock", "other.sock"])
    func byHand(name: String) async throws {
        let folder = try TemporaryDirectory()
        let run = Run(["sleep", "60"], socket: folder.path + "/" + name)
        _ = try await eventually("the socket") { FileManager.default.fileExists(atPath: run.socket) ? true : nil }
        try await Self.supervise(folder, name == "other.sock" ? [] : [Self.task]) { supervisor in
            _ = try await Self.running(supervisor)
            supervisor.update([RecorderTask(camera: "gate 1", url: "rtsp://h/t", path: "", command: ["true"])])
            supervisor.update([])
            try await Task.sleep(for: .milliseconds(600))
            #expect(!run.hasEnded)
        }
        try await run.end()
    }

    @Test("obeys who says its word and is gone at once, whenever that is")
    func briefVisitor() async throws {
        let folder = try TemporaryDirectory()
        let runs = (0..<40).map { Run(["sleep", "60"], socket: "\(folder.path)/\($0).sock") }
        for run in runs {
            _ = try await eventually("the socket") { FileManager.default.fileExists(atPath: run.socket) ? true : nil }
        }
        // Each second it tells its state to all who are there. It waits a quarter of a second at most, so that after the
        // first visit it is some way over the second when the next visitor comes.
        try await Task.sleep(for: .milliseconds(850))
        for run in runs { if let visitor = try UnixSocket.connect(to: run.socket) { close(visitor) } }
        try await Task.sleep(for: .milliseconds(200))
        for run in runs { try run.order() }
        for run in runs { _ = try await eventually("the end") { run.hasEnded ? true : nil } }
    }

    @Test("goes on while its camera's URL cannot be read, and ends when the URL is another")
    func unreadable() async throws {
        let folder = try TemporaryDirectory()
        let socket = RecorderSocket.path(camera: "gate 1", directory: folder.path)
        let run = Run(["sleep", "60"], socket: socket, fingerprint: try #require(Self.task.fingerprint))
        _ = try await eventually("the socket") { FileManager.default.fileExists(atPath: socket) ? true : nil }
        var unknown = Self.task
        unknown.url = nil
        try await Self.supervise(folder, [unknown]) { supervisor in
            let first = try await Self.running(supervisor)
            for task in [Self.task, unknown] {
                supervisor.update([task])
                try await Task.sleep(for: .milliseconds(500))
            }
            #expect(!run.hasEnded)
            #expect(try await Self.running(supervisor).pid == first.pid)
            supervisor.update([RecorderTask(camera: "gate 1", url: "rtsp://h/t", path: "", command: ["sleep", "60"])])
            _ = try await eventually("the end") { run.hasEnded ? true : nil }
        }
    }

    @Test("of a camera that nobody wants any more is ended")
    func forgotten() async throws {
        let folder = try TemporaryDirectory()
        let run = Run(["sleep", "60"], socket: folder.path + "/gone.sock", fingerprint: "1234", camera: "gone")
        _ = try await eventually("the socket") { FileManager.default.fileExists(atPath: run.socket) ? true : nil }
        try await Self.supervise(folder, []) { _ in
            _ = try await eventually("the end") { run.hasEnded ? true : nil }
        }
    }

    @Test("does not take the place of one that runs, but of what one left behind")
    func twice() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/below/r.sock"
        let first = try OwnSocket(at: path)
        #expect(throws: UnixSocket.Failed.self) { try OwnSocket(at: path) }
        #expect(!first.isLost)
        close(first.descriptor)
        let second = try OwnSocket(at: path)
        #expect(!second.isLost)
        try FileManager.default.removeItem(atPath: path)
        #expect(second.isLost)
        try folder.write("below/r.sock", "another's")
        #expect(second.isLost)
        second.close()
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("whose program closes its pipes and goes on costs nothing")
    func closedPipes() async throws {
        let folder = try TemporaryDirectory()
        let run = Run(["sh", "-c", "exec >&- 2>&-; exec sleep 60"], socket: folder.path + "/r.sock")
        _ = try await eventually("the socket") { FileManager.default.fileExists(atPath: run.socket) ? true : nil }
        try await Task.sleep(for: .milliseconds(300))
        let before = run.processorSeconds
        try await Task.sleep(for: .milliseconds(500))
        #expect(run.processorSeconds - before < 0.1)
        try await run.end()
    }

    @Test("two cameras never share a socket")
    func names() {
        let long = String(repeating: "a", count: 200)
        let ids = ["gate 1", "gate_1", "gate%201", "gate/1", "Gate 1", "tür", "tu\u{308}r", "", ".", long, long + "b"]
        let names = ids.map(RecorderSocket.name)
        #expect(Set(names).count == ids.count)
        #expect(names.allSatisfy { !$0.contains("/") && $0.utf8.count <= 60 })
        #expect(RecorderSocket.path(camera: "gate-1", data: "d") == "d/recorders/gate-1.sock")
    }
}
