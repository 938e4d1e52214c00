import ArgumentParser
import Foundation
import PromQL
import PromQLScripts

/// Runs test scripts and counts. What cannot be judged counts as failed: nothing passes by being left out.
@main
struct PromQLTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promqltest", abstract: "Runs scripts in the language of Prometheus' promqltest.",
        discussion: "Example: promqltest promql/*.test")

    @Argument(help: "Scripts to run.")
    var files: [String]

    @Option(
        name: .customLong("enable-feature"), help: "Features that the expressions may use, with commas; all if absent.")
    var features: String?

    func run() throws {
        let runner = ScriptRunner(features: try enabled())
        var (passed, failed) = (0, 0)
        for file in files {
            do {
                let report = try runner.run(try String(contentsOfFile: file, encoding: .utf8))
                for failure in report.failures { print("\(file):\(failure.line): \(failure.text)") }
                if report.skipped > 0 {
                    print("\(file): \(report.skipped) need native histograms, which are not stored yet")
                }
                passed += report.passed
                failed += report.failures.count + report.skipped
            } catch {
                print("\(file): cannot run the script: \(error)")
                failed += 1
            }
        }
        print("\(passed) passed, \(failed) failed")
        if failed > 0 || passed == 0 { throw ExitCode.failure }
    }

    private func enabled() throws -> Set<PromQLFeature> {
        guard let features else { return Set(PromQLFeature.allCases) }
        do { return try PromQLFeature.named(features) } catch { throw ValidationError(error.description) }
    }
}
