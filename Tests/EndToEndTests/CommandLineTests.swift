import Foundation
import TestSupport
import Testing

/// Commands that need no server.
@Suite("The command line", .serialized, .timeLimit(.minutes(2)))
struct CommandLineTests {
    private static func run(_ arguments: String...) async throws -> String {
        let process = try RunningProcess(Peers.watchpost, arguments)
        try await process.end()
        return process.printed
    }

    @Test("probes a camera of the configuration, and says what is wrong with what it is asked")
    func probe() async throws {
        let folder = try TemporaryDirectory()
        let port = try Peers.freePort()
        try folder.write("gate.url", "rtsp://guard:s3cret@127.0.0.1:\(port)/s\n")
        try folder.write(
            "watchpost.yml", "cameras:\n  - { id: gate, url_file: \(folder.path)/gate.url }\n  - { id: yard }\n")
        let refused = try await Self.run("probe", "--config", folder.path, "--camera", "gate", "--seconds", "2")
        #expect(refused.contains("refused") && !refused.contains("s3cret"), "\(refused)")
        let unknown = try await Self.run("probe", "--config", folder.path, "--camera", "shed")
        #expect(unknown.contains("there are: gate, yard"), "\(unknown)")
        let without = try await Self.run("probe", "--config", folder.path, "--camera", "yard")
        #expect(without.contains("has no url"), "\(without)")
        let long = try await Self.run("probe", "--seconds", "9223372036854775807", "rtsp://127.0.0.1:\(port)/s")
        #expect(long.contains("--seconds is from 1 to 86400"), "\(long)")
        #expect(try await Self.run("probe").contains("give a URL, or --camera"))
    }

    @Test("the demo's folder is this user's alone, and takes the place of what killed ones left")
    func demoFolder() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("watchpost-demo-999999999-old/data/left", "behind")
        try folder.write("watchpost-demo-1-lives/data/kept", "of process 1")
        let port = try Peers.freePort()
        let demo = try RunningProcess(
            Peers.watchpost, ["demo", "--cameras", "1", "--no-incident", "--listen", "127.0.0.1:\(port)"],
            environment: ["TMPDIR": folder.path + "/"])
        _ = try await demo.line(matching: Regex("(demo: ready)"), within: .seconds(60))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.contains("watchpost-demo-999999999-old") && names.contains("watchpost-demo-1-lives"))
        let own = try #require(names.first { $0.hasPrefix("watchpost-demo-\(demo.pid)-") })
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + own)[.posixPermissions]
        #expect(mode as? Int == 0o700)
        demo.signal(SIGTERM)
        try await demo.end()
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + own))
    }
}
