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

    @Test(
        "random expressions have the same answers",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"),
        .timeLimit(.minutes(60)), arguments: seeds)
    func sameAnswers(seed: UInt64) async throws {
        let pair = try await ServerPair(seed: seed)
        let (ours, theirs, start, end) = (pair.ours, pair.theirs, pair.start, pair.end)
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
        try await pair.end()
    }

    @Test(
        "the statistics of a query count the same samples",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"), .timeLimit(.minutes(2)))
    func sameStatistics() async throws {
        let pair = try await ServerPair(seed: 3)
        let moment = Double(pair.end / 1_000) - 900.7
        for query in Self.counted {
            for isRange in [false, true] {
                let question = Question(query: query, start: moment, isRange: isRange)
                let parameters = question.parameters + [("stats", "all")]
                let mine = try Self.samples(try await pair.ours.get(question.path, parameters))
                let other = try Self.samples(try await pair.theirs.get(question.path, parameters))
                for key in ["totalQueryableSamples", "totalQueryableSamplesPerStep"] {
                    #expect(mine[key] as? NSObject == other[key] as? NSObject, "\(key) of \(query), range: \(isRange)")
                }
            }
        }
        try await pair.end()
    }

    private static let counted = [
        "frames_total", "{job=\"vms\"}", "sum(rate(frames_total[5m]))", "max_over_time(fps[10m]) - fps", "nothing",
        "1 + 1", "sum_over_time(bitrate[10m] offset 3m)", "odd @ start()", "vector(1)", "absent(odd)",
        "count(frames_total) + count(frames_total)", "max_over_time(rate(frames_total[2m])[10m:1m])",
    ]

    private static func samples(_ response: HTTPResponse) throws -> [String: Any] {
        let data = try #require(try object(response)["data"] as? [String: Any])
        let statistics = try #require(data["stats"] as? [String: Any])
        let timings = try #require(statistics["timings"] as? [String: Double])
        #expect(timings.count == 6)
        return try #require(statistics["samples"] as? [String: Any])
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
