import Foundation
import Model
import TestSupport
import Testing
import Transfers

/// Input that is made to take all the memory or all the time there is.
@Suite("Bombs, end to end", .serialized)
struct BombTests {
    /// What a server may have taken at most, in MiB: an answer at its limit, and what is made of it.
    private static let mostMemory = 700

    private static func peakMemory(of server: Server) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.process.pid)/status", encoding: .utf8)
        let peak = try #require(status.firstMatch(of: #/VmHWM:\s+(\d+) kB/#))
        return try #require(Int(peak.1)) / 1_024
    }

    private struct Targets: Decodable {
        struct Data: Decodable { let activeTargets: [Target] }
        struct Target: Decodable {
            let scrapePool: String
            let health: String
            let lastError: String
        }
        let data: Data
    }

    @Test(
        "a page that is a bomb is refused with the limit's name, and the other targets go on", .timeLimit(.minutes(3)))
    func pages() async throws {
        let folder = try TemporaryDirectory()
        let (bombs, port) = try await Peers.bombs()
        let jobs: [(path: String, error: String)] = [
            ("endless", "body_size_limit exceeded"), ("zip", "body_size_limit exceeded"),
            ("labels", "the limit of label bytes is exceeded"), ("value", "the limit of label bytes is exceeded"),
            ("line", "cannot read the metrics"),
        ]
        try folder.write(
            "config/prometheus.yml",
            "global: { scrape_interval: 1s }\nscrape_configs:\n"
                + (jobs.map(\.path) + ["good"]).map {
                    "  - { job_name: \($0), metrics_path: /\($0), scrape_interval: \($0 == "good" ? 1 : 20)s, "
                        + "scrape_timeout: \($0 == "good" ? 1 : 19)s, static_configs: [{ targets: ['127.0.0.1:\(port)'] }] }"
                }.joined(separator: "\n"))
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        for (path, error) in jobs {
            let target = try await eventually("\(path) to be refused", within: .seconds(60)) {
                let targets: Targets = try await server.decode("/api/v1/targets", [("scrapePool", path)])
                return targets.data.activeTargets.first { $0.health == "down" }
            }
            #expect(target.lastError.contains(error), "\(path): \(target.lastError.prefix(300))")
            #expect(target.lastError.utf8.count < 500)
        }
        let before = try await server.query("count_over_time(good[10m])").first?.value ?? 0
        _ = try await eventually("the good target to go on") {
            try await server.query("count_over_time(good[10m]) > \(before)").first
        }
        #expect(try Self.peakMemory(of: server) < Self.mostMemory)
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = bombs
    }

    @Test("a query that is a bomb is refused with the limit's name", .timeLimit(.minutes(3)))
    func queries() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        func nested(_ times: Int, _ wrap: (String) -> String) -> String {
            (0..<times).reduce(#"label_replace(vector(1), "a", "xxxxxxxxxxxxxxxx", "", "")"#) { inner, _ in wrap(inner)
            }
        }
        let bombs: [(query: String, status: Int, error: String)] = [
            (String(repeating: "x", count: 2 << 20), 400, "longer than 1048576 bytes"),
            (String(repeating: "(", count: 100_000), 400, "nested more than 200 deep"),
            (String(repeating: "-", count: 100_000) + "1", 400, "nested more than 200 deep"),
            (Array(repeating: "1", count: 100_000).joined(separator: "+"), 400, "more than 1000 operators"),
            ("sum_over_time(vector(1)[100y:1ms])", 422, "too many samples"),
            ("sum_over_time(sum_over_time(vector(1)[1d:1s])[100y:1ms])", 422, "too many samples"),
            (nested(40) { #"label_join(\#($0), "a", "", "a", "a")"# }, 422, "bytes of label values"),
            (nested(40) { #"label_replace(\#($0), "a", "$1$1$1", "a", "(.*)")"# }, 422, "bytes of label values"),
            (#"{a=~"(((a{1,1000}){1,1000}){1,1000})"}"#, 400, "invalid repetition size"),
        ]
        for (query, status, error) in bombs {
            let start = ContinuousClock.now
            let response = try await server.post(
                "/api/v1/query", "query=" + query.replacing("+", with: "%2B"), type: "application/x-www-form-urlencoded"
            )
            let answer = String(decoding: response.body, as: UTF8.self)
            #expect(response.status == status && answer.contains(error), "\(query.prefix(40)): \(answer.prefix(300))")
            #expect(answer.utf8.count < 1_000)
            #expect(start.duration(to: .now) < .seconds(20), "\(query.prefix(40))")
        }
        #expect(try await server.query("1 + 1").first?.value == 2)
        #expect(try Self.peakMemory(of: server) < Self.mostMemory)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("a remote write that is a bomb is refused with the limit's name", .timeLimit(.minutes(2)))
    func remoteWrites() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        func body(_ labels: [(String, String)]) -> [UInt8] {
            let all = Labels(([("__name__", "a")] + labels).map { Label($0.0, $0.1) })
            let series = RandomSeries(labels: all, samples: [Sample(timestamp: now, value: 1)])
            return RemoteWriteBody([series], in: now..<now + 1).bytes
        }
        let many = (0..<10_000).map { ("l\($0)", "v") }
        let bombs: [(body: [UInt8], status: Int, error: String)] = [
            // A length of four gigabytes before nothing.
            ([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00], 413, "67108864 are allowed"),
            ([UInt8](repeating: 0, count: 65 << 20), 413, "more than 67108864 bytes"),
            (body([("l", String(repeating: "x", count: 1 << 20))]), 400, "limit of 65536"),
            (body(many), 400, "limit of 65536"),
        ]
        for (body, status, error) in bombs {
            let response = try await Transfers().send(
                HTTPRequest(
                    method: "POST", url: server.url + "/api/v1/write",
                    headers: [("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy")], body: body,
                    timeout: .seconds(30)))
            let answer = String(decoding: response.body, as: UTF8.self)
            #expect(response.status == status && answer.contains(error), "\(response.status) \(answer.prefix(300))")
        }
        #expect(try Self.peakMemory(of: server) < Self.mostMemory)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
