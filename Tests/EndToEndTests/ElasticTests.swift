import Foundation
import TestSupport
import Testing

/// The store of logs as Elasticsearch's clients see it.
@Suite("Elasticsearch's clients, end to end", .serialized)
struct ElasticTests {
    private static let python = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Parts").path()
    private static let generator = ProcessInfo.processInfo.environment["VMSLOG"]

    @Test(
        "aggregations are those of SQL over the same events",
        .enabled(if: generator != nil, "VMSLOG does not say where vmslog.py is"), .timeLimit(.minutes(5)))
    func aggregations() async throws {
        let folder = try TemporaryDirectory()
        let script = try #require(Self.generator)
        let maker = try RunningProcess(
            "python3", [script, "--out", folder.path + "/logs", "--events", LongForm.isWanted ? "50000" : "2000"])
        try await maker.end(within: .seconds(60))
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let comparison = try RunningProcess(
            "python3",
            [Self.python + "/elastic_aggregations.py", server.url, folder.path + "/logs/expected.ndjson"])
        try await comparison.end(within: .seconds(240))
        #expect(comparison.printed.contains(", 0 differ"), "\(comparison.printed)")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "unmodified clients write and ask", arguments: ["elasticsearch7", "elasticsearch8", "elasticsearch9", "opensearch"])
    func clients(name: String) async throws {
        let packages = Peers.python(name)
        guard FileManager.default.fileExists(atPath: packages) else {
            try Test.cancel("\(packages) is not there; scripts/setup --test makes it")
        }
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path)
        let client = try RunningProcess(
            "env", ["PYTHONPATH=\(packages)", "python3", Self.python + "/elastic_client.py", name, server.url])
        try await client.end(within: .seconds(120))
        #expect(client.printed.hasSuffix("all is well\n"), "\(client.printed)")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
