import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// A disk that is really full: a small filesystem in memory, which only root may mount.
@Suite("A full disk, end to end", .serialized)
struct FullDiskTests {
    private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test(
        "is said, ends nothing, and is over when there is room again",
        .enabled(if: getuid() == 0, "needs root, to mount a small filesystem"), .timeLimit(.minutes(2)))
    func fullDisk() async throws {
        let folder = try TemporaryDirectory()
        let data = folder.path + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        guard try Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", data]) == 0 else {
            try Test.cancel("this host lets even root mount nothing")
        }
        defer { _ = try? Self.run("/bin/umount", ["-l", data]) }
        try folder.write("config/prometheus.yml", "global: { scrape_interval: 200ms, scrape_timeout: 200ms }\n")
        var server = try await Server.serve(configuration: folder.path + "/config", data: data)
        _ = try await eventually("samples", within: .seconds(20)) { try await server.query("up").isEmpty ? nil : true }

        _ = try Self.run("/bin/dd", ["if=/dev/zero", "of=\(data)/filler", "bs=64k", "status=none"])
        let finding = try await eventually("the full disk to be told", within: .seconds(40)) {
            let overview: Overview = try await server.decode("/api/watchpost/overview")
            return overview.findings.first { $0.part == "storage" }
        }
        #expect(finding.text.lowercased().contains("full"), "\(finding.text)")
        #expect(try await server.get("/").status == 200)
        #expect(try await server.get("/api/v1/query", [("query", "count(up)")]).status == 200)

        // Started again it still answers, and still says what is wrong.
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = try Self.run("/bin/dd", ["if=/dev/zero", "of=\(data)/filler-2", "bs=4k", "status=none"])
        server = try await Server.serve(configuration: folder.path + "/config", data: data)
        #expect(try await server.query("count(last_over_time(up[5m]))").first?.value != nil)
        _ = try await eventually("the full disk to be told again", within: .seconds(40)) {
            let overview: Overview = try await server.decode("/api/watchpost/overview")
            return overview.findings.first { $0.part == "storage" }
        }

        try FileManager.default.removeItem(atPath: data + "/filler-2")
        try FileManager.default.removeItem(atPath: data + "/filler")
        _ = try await eventually("the finding to go", within: .seconds(40)) {
            let overview: Overview = try await server.decode("/api/watchpost/overview")
            return overview.findings.contains { $0.part == "storage" } ? nil : true
        }
        let now = Date().timeIntervalSince1970
        _ = try await eventually("new samples", within: .seconds(20)) {
            let last = try await server.query("max(timestamp(up))").first?.value ?? 0
            return last > now ? true : nil
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
