import Foundation
import TestSupport
import Testing

/// The store of traces as Jaeger's clients see it.
@Suite("Jaeger's clients, end to end", .serialized)
struct JaegerTests {
    @Test(
        "readers that nobody changed read the traces that the OpenTelemetry SDK sent",
        arguments: ["jaeger-mcp", "mcp-server-jaeger"])
    func readers(name: String) async throws {
        let packages = Peers.client(name)
        try #require(
            FileManager.default.fileExists(atPath: packages), "\(packages) is not there; scripts/setup --test makes it")
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path)
        let sender = try RunningProcess(Peers.python, [Peers.part("jaeger_spans.py"), server.url, "3"])
        try await sender.end(within: .seconds(60))
        let ids = sender.printed.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(ids.count == 2, "\(sender.printed)")
        let reader = try RunningProcess(
            Peers.python, [Peers.part("jaeger_reader.py"), name, server.url] + ids,
            environment: ["PYTHONPATH": packages])
        try await reader.end(within: .seconds(120))
        #expect(reader.printed.hasSuffix("all is well\n"), "\(reader.printed)")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
