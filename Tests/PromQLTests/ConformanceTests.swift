import Foundation
import PromQL
import PromQLScripts
import TestSupport
import Testing

/// Test scripts and expressions: our own, and Prometheus' where the variable `CONFORMANCE_DIR` says they lie.
struct ConformanceTests {
    @Test("test scripts give what they say", arguments: Conformance.paths(in: "promql", endings: [".test"]))
    func script(_ path: String) throws {
        let name = URL(filePath: path).lastPathComponent
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let report = try ScriptRunner().run(text)
        print(
            "\(name): \(report.passed) passed, \(report.failures.count) failed, \(report.skipped) skipped"
                + " for native histograms")
        for failure in report.failures { Issue.record("\(name):\(failure.line): \(failure.text)") }
    }

    @Test("The runner counts, names each failure, and passes nothing by leaving it out")
    func runner() async throws {
        let folder = try TemporaryDirectory()
        let load = "load 1m\n  a 1 2 3\n  h {{count:1}}\n\n"
        let good = try folder.write("good.test", load + "eval instant at 1m a\n  a 2\n")
        let bad = try folder.write("bad.test", load + "eval instant at 1m a\n  a 3\n")
        let histogram = try folder.write("histogram.test", load + "eval instant at 1m h\n  h {{count:1}}\n")
        let broken = try folder.write("broken.test", "evil instant\n")
        let empty = try folder.write("empty.test", "clear\n")
        for (files, wanted, status) in [
            ([good], "1 passed, 0 failed", 0), ([good, bad], "1 passed, 1 failed", 1),
            ([histogram], "0 passed, 1 failed", 1), ([broken, good], "1 passed, 1 failed", 1),
            ([empty], "0 passed, 0 failed", 1),
        ] {
            let process = try RunningProcess(
                "/bin/sh", ["-c", "\(Self.runner) \(files.joined(separator: " ")); echo status $?"])
            let got = try await process.line(matching: Regex(#"status (\d+)"#))
            #expect(process.printed.contains(wanted) && got == "\(status)", "\(process.printed)")
        }
    }

    /// Of the same build as the tests.
    private static let runner = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".build/debug/promqltest").path()

    struct ParserCase: Decodable {
        let expr: String
        let valid: Bool
    }

    /// Go literals that lost their meaning on the way into JSON: two had the byte ff, which is no UTF-8, and one
    /// was put together from three literals. Our own tests have what they meant.
    static let misread = ["{a=\"\u{ff}\"}", "`c\u{ff}`", "` + \"`\" + `"]

    @Test("What Prometheus' parser accepts is accepted, and nothing else")
    func parser() throws {
        let cases = try Conformance.contents(of: "promql_parse.json")
            .flatMap { try JSONDecoder().decode([ParserCase].self, from: $0) }
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
