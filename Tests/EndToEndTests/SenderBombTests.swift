import Foundation
import TestSupport
import Testing

/// Requests of senders that hold more than they seem to: short, and millions of items once they are decoded.
@Suite("Bombs of senders, end to end", .serialized)
struct SenderBombTests {
    /// MiB above what the idle server takes.
    private static let mostGrowth = 300

    private static func memory(_ line: String, of server: Server) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.process.pid)/status", encoding: .utf8)
        let found = try #require(status.split(separator: "\n").first { $0.hasPrefix(line + ":") })
        return try #require(found.split(separator: " ").dropFirst().first.flatMap { Int($0) }) / 1_024
    }

    @Test(
        "a request is refused with the limit's name and not asked for again, or taken, in bounded memory",
        .timeLimit(.minutes(3)),
        arguments: [
            ("write1-exemplars", 400, "limit of 100000 exemplars"), ("write1-samples", 400, "limit of 250000 samples"),
            ("write1-labels", 400, "limit of 65536"), ("write1-exemplar-labels", 204, ""),
            ("write1-series", 400, "limit of 250000 samples"), ("write2-symbols", 400, "limit of 1000000 symbols"),
            ("write2-series", 400, "limit of 1000000 symbols or series"),
            ("write2-refs", 400, "limit of 1000000 bytes of a series' labels"),
            ("write2-exemplars", 400, "limit of 100000 exemplars"),
            ("write2-label-bytes", 400, "limit of 67108864 bytes of labels"),
            ("read-queries", 400, "limit of 1000 queries"), ("read-matchers", 400, "limit of 1000 matchers"),
            ("json-metrics", 400, "limit of 250000 points"),
            ("json-empty-metrics", 200, "{}"),
            ("json-resources", 200, "{}"),
            ("json-points", 400, "limit of 250000 points"), ("json-attributes", 400, "limit of 1048576 bytes"),
            ("json-resource", 400, "limit of 1048576 bytes"), ("json-buckets", 400, "limit of 1048576 bytes"),
            ("json-deep", 400, "nested more than 64 deep"),
            ("json-many-attributes", 400, "limit of 1500000 attributes"),
            ("proto-resources", 200, ""),
            ("proto-metrics", 200, ""),
            ("proto-points", 400, "limit of 250000 points"),
            ("proto-attributes", 200, ""), ("proto-list", 400, "limit of 4096 attributes"),
            ("proto-buckets", 400, "limit of 250000 points"), ("proto-quantiles", 400, "limit of 250000 points"),
            ("proto-long-name", 200, "more than 65536 bytes of labels"),
            ("proto-wide-buckets", 200, "limit of 67108864 bytes of labels"),
            ("proto-zip", 413, "more than 67108864 bytes"), ("honest-json", 200, "{}"),
            ("honest-json-plain", 200, "{}"), ("honest-write1", 204, ""),
        ] as [(name: String, status: Int, answer: String)])
    func senders(_ name: String, _ status: Int, _ answer: String) async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let idle = try Self.memory("VmRSS", of: server)
        let sender = try Peers.postBomb(server.url, name)
        try await sender.end(within: .seconds(150))
        let growth = try Self.memory("VmHWM", of: server) - idle
        #expect(sender.printed.contains("status \(status) "), "\(sender.printed)")
        #expect(answer.isEmpty || sender.printed.contains(answer), "\(sender.printed)")
        #expect(growth < Self.mostGrowth, "\(name): \(growth) MiB")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("large requests that come at once are read one after the other, or put off", .timeLimit(.minutes(3)))
    func several() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let idle = try Self.memory("VmRSS", of: server)
        let senders = try (0..<6).map { _ in try Peers.postBomb(server.url, "json-many-attributes") }
        for sender in senders {
            try await sender.end(within: .seconds(150))
            let isRefused = sender.printed.contains("status 400 ") && sender.printed.contains("1500000 attributes")
            let isPutOff = sender.printed.contains("status 503 ") && sender.printed.contains("retry 5 ")
            #expect(isRefused || isPutOff, "\(sender.printed)")
        }
        #expect(senders.contains { $0.printed.contains("status 400 ") })
        let growth = try Self.memory("VmHWM", of: server) - idle
        #expect(growth < Self.mostGrowth, "\(growth) MiB")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
