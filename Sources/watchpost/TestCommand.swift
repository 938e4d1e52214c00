import ArgumentParser
import Foundation
import RuleTesting

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Plays unit tests of configuration files.",
        discussion: "Example: watchpost test rules /etc/watchpost/rules/tests.yml", subcommands: [Rules.self])

    struct Rules: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plays unit tests of rules, in promtool's format.",
            discussion: "Example: watchpost test rules tests.yml")

        @Argument(help: "Files of tests.")
        var files: [String]

        func run() async throws {
            var hasFailed = false
            for file in files {
                do {
                    let report = try await RuleTester.run(try RuleTestFile.load(path: file))
                    print("\(file): \(report.passed) passed, \(report.failures.count) failed")
                    for failure in report.failures { print("  \(failure)") }
                    // A file that tests nothing has shown nothing.
                    if report.passed + report.failures.count == 0 { print("  it has no test") }
                    hasFailed = hasFailed || !report.failures.isEmpty || report.passed == 0
                } catch {
                    print("\(file): cannot be read\n\(error)")
                    hasFailed = true
                }
            }
            if hasFailed { throw ExitCode(1) }
        }
    }
}
