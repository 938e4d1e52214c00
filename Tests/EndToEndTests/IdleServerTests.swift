import Foundation
import TestSupport
import Testing

@Suite("A server that has nothing to watch", .serialized)
struct IdleServerTests {
    /// How many times a process has read from a descriptor: a table of the host, and each wake-up by a timer, cost one or
    /// more. The machine's speed does not count.
    private func reads(_ pid: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(pid)/io", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("syscr:") })
        return try #require(line.split(separator: " ").last.flatMap { Int($0) })
    }

    @Test("sleeps: beside a hundred other processes it reads a bounded number of times", .timeLimit(.minutes(2)))
    func sleeping() async throws {
        let folder = try TemporaryDirectory()
        let others = try RunningProcess(
            "sh", ["-c", "for i in $(seq 150); do sleep 200 & done; read wait; kill $(jobs -p)"])
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        // What is done once at the start, and the first looks at new processes, are over.
        try await Task.sleep(for: .seconds(20))
        let before = try reads(server.process.pid)
        let began = ContinuousClock.now
        try await Task.sleep(for: .seconds(30))
        let seconds = began.duration(to: .now) / .seconds(1)
        let rate = Double(try reads(server.process.pid) - before) / seconds
        #expect(rate < 40, "\(rate) reads a second")
        try others.write("\n")
    }
}
