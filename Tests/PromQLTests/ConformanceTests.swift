import Foundation
import PromQL
import Testing

/// Prometheus' own test scripts and parser tests, found by the variable `CONFORMANCE_DIR`.
struct ConformanceTests {
    static let directory = ProcessInfo.processInfo.environment["CONFORMANCE_DIR"]

    static let scripts: [String] = {
        guard let directory else {
            print("SKIPPED: Prometheus' PromQL tests, because CONFORMANCE_DIR is not set")
            return []
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/promql")) ?? []
        return names.filter { $0.hasSuffix(".test") }.sorted()
    }()

    @Test("Prometheus' test scripts give what they say", arguments: scripts)
    func script(_ name: String) throws {
        let directory = try #require(Self.directory)
        let text = try String(contentsOfFile: "\(directory)/promql/\(name)", encoding: .utf8)
        let report = try ScriptRunner().run(text)
        print(
            "\(name): \(report.passed) passed, \(report.failures.count) failed, \(report.skipped) skipped"
                + " for native histograms")
        for failure in report.failures { Issue.record("\(name):\(failure.line): \(failure.text)") }
    }

    struct ParserCase: Decodable {
        let expr: String
        let valid: Bool
    }

    /// Go literals that lost their meaning on the way into JSON: two had the byte ff, which is no UTF-8, and one
    /// was put together from three literals. Our own tests have what they meant.
    static let misread = ["{a=\"\u{ff}\"}", "`c\u{ff}`", "` + \"`\" + `"]

    @Test("What Prometheus' parser accepts is accepted, and nothing else")
    func parser() throws {
        guard let directory = Self.directory else {
            return print("SKIPPED: Prometheus' parser tests, because CONFORMANCE_DIR is not set")
        }
        let data = try Data(contentsOf: URL(filePath: directory + "/promql_parse.json"))
        let cases = try JSONDecoder().decode([ParserCase].self, from: data)
        var (failed, skipped) = (0, 0)
        for one in cases {
            let error: PromQLParseError?
            do {
                _ = try PromQLParser.parse(one.expr, features: Set(PromQLFeature.allCases))
                error = nil
            } catch let refused {
                error = refused
            }
            if Self.misread.contains(where: one.expr.contains) {
                skipped += 1
                continue
            }
            if (error == nil) == one.valid { continue }
            failed += 1
            Issue.record("\(one.expr): \(error.map { "\($0)" } ?? "accepted")")
        }
        print(
            "promql_parse.json: \(cases.count - failed - skipped) passed, \(failed) failed, \(skipped) "
                + "skipped as misread"
        )
    }
}
