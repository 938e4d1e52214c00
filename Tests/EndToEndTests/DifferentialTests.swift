import Foundation
import TestSupport
import Testing
import Transfers

/// Random expressions over random series, answered by a real Prometheus and by ours.
@Suite("PromQL beside a real Prometheus", .serialized)
struct DifferentialTests {
    /// Where Debian's Prometheus 2.42 and Prometheus 3, which ours follows, are known to differ: a part of the
    /// expression by which such a case is known, and why.
    private static let known: [(part: String, reason: String)] = []

    /// Seeds of the series; `WATCHPOST_SOAK=1` takes many more, `WATCHPOST_SEED` one.
    private static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["WATCHPOST_SEED"].flatMap(UInt64.init) { return [seed] }
        return environment["WATCHPOST_SOAK"] == "1" ? Array(1...40) : [1, 2]
    }()
    private static let queriesOfSeed = 1_500
    private static let sampleCount = 480

    @Test(
        "random expressions have the same answers",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"),
        .timeLimit(.minutes(60)), arguments: seeds)
    func sameAnswers(seed: UInt64) async throws {
        let folder = try TemporaryDirectory()
        let config = try folder.write("prometheus.yml", "global: { evaluation_interval: 1m }\n")
        try folder.write("config/prometheus.yml", "global: { evaluation_interval: 1m }\n")
        let port = try Peers.freePort()
        let prometheus = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.enable-remote-write-receiver",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            ])
        let theirs = Server(process: prometheus, url: "http://127.0.0.1:\(port)")
        let ours = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        try await theirs.waitUntilReady()

        var generator = SeededGenerator(seed: seed)
        let end = Int64(Date().timeIntervalSince1970) / 60 * 60_000
        let start = end - Int64(Self.sampleCount) * RandomSeries.step
        let series = RandomSeries.all(&generator, from: start, count: Self.sampleCount)
        for slice in stride(from: start, to: end, by: 600_000) {
            let body = RemoteWriteBody(series, in: slice..<(slice + 600_000)).bytes
            for server in [ours, theirs] { try await server.write(body) }
        }
        let seconds = start / 1_000
        let length = (end - start) / 1_000
        let moments = (1...6).map { "\(seconds + length * Int64($0) / 7).7" }
        var queries = RandomQuery(seed: seed &* 31, moments: moments)
        let questions = (0..<Self.queriesOfSeed).map { index -> Question in
            Question(
                query: queries.next(), start: Double(seconds + Int64(index * 37) % length) + 0.3,
                isRange: index % 3 == 0)
        }
        let report = try await ask(questions, ours, theirs)
        print(
            "seed \(seed): \(questions.count) questions, \(report.errors) of them refused by both, \(report.differences.count) answered otherwise"
        )
        for difference in report.differences.prefix(20) { Issue.record("seed \(seed): \(difference)") }
        // A generator whose questions are mostly refused or empty compares nothing.
        #expect(report.errors < questions.count / 5)
        #expect(report.filled > questions.count / 3)
        for process in [ours.process, prometheus] {
            process.signal(SIGTERM)
            try await process.end()
        }
    }

    private struct Question: Sendable {
        let query: String
        let start: Double
        let isRange: Bool

        var parameters: [(String, String)] {
            isRange
                ? [("query", query), ("start", "\(start)"), ("end", "\(start + 1_800)"), ("step", "61")]
                : [("query", query), ("time", "\(start)")]
        }

        var path: String { isRange ? "/api/v1/query_range" : "/api/v1/query" }
    }

    private struct Report: Sendable {
        var differences: [String] = []
        var errors = 0
        var filled = 0
    }

    private func ask(_ questions: [Question], _ ours: Server, _ theirs: Server) async throws -> Report {
        try await withThrowingTaskGroup(of: Report.self) { group in
            for part in 0..<4 {
                group.addTask {
                    var report = Report()
                    for index in stride(from: part, to: questions.count, by: 4) {
                        let question = questions[index]
                        let mine = try Self.object(try await ours.get(question.path, question.parameters))
                        let other = try Self.object(try await theirs.get(question.path, question.parameters))
                        if other["status"] as? String == "error" { report.errors += 1 }
                        if ((other["data"] as? [String: Any])?["result"] as? [Any])?.isEmpty == false {
                            report.filled += 1
                        }
                        guard let difference = AnswerComparison.difference(mine, other),
                            !Self.known.contains(where: { question.query.contains($0.part) })
                        else { continue }
                        let errors = [mine, other].compactMap { $0["error"] as? String }
                        report.differences.append(
                            "\(question.query) at \(question.start)\(question.isRange ? ", range" : ""): \(difference) \(errors)"
                        )
                    }
                    return report
                }
            }
            var whole = Report()
            for try await report in group {
                whole.differences += report.differences
                whole.errors += report.errors
                whole.filled += report.filled
            }
            return whole
        }
    }

    private static func object(_ response: HTTPResponse) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    }
}

extension Server {
    /// Sends a remote write request of version 1.
    fileprivate func write(_ body: [UInt8]) async throws {
        let response = try await Transfers().send(
            HTTPRequest(
                method: "POST", url: url + "/api/v1/write",
                headers: [
                    ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
                    ("X-Prometheus-Remote-Write-Version", "0.1.0"),
                ], body: body, timeout: .seconds(30)))
        guard response.status / 100 == 2 else {
            throw NeverCame(description: "\(url) took no samples: \(String(decoding: response.body, as: UTF8.self))")
        }
    }
}
