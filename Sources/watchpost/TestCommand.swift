import ArgumentParser
internal import ConfigText
import Foundation
internal import LogPipeline
import RuleTesting

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Plays unit tests of configuration files.",
        discussion: "Example: watchpost test rules /etc/watchpost/rules/tests.yml",
        subcommands: [Rules.self, Pipeline.self])

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

    struct Pipeline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plays unit tests of pipelines of Logstash's, in the format of logstash-filter-verifier.",
            discussion: """
                A test names its pipeline by the key pipeline, or the pipeline's files stand among the arguments.
                Example: watchpost test pipeline tests/nginx.yml
                """)

        @Argument(help: "Files of tests, .yml or .json; files .conf and folders are the pipeline.")
        var files: [String]

        func run() async throws {
            let pipeline = files.filter { $0.hasSuffix(".conf") || ConfigFiles.isDirectory($0) }
            if files.allSatisfy(pipeline.contains) {
                throw ValidationError("no file of tests is named, only the pipeline; add one, .yml or .json")
            }
            var hasFailed = false
            for path in files where !pipeline.contains(path) {
                do throws(ConfigRefused) {
                    let report = try Self.play(path, pipeline)
                    print("\(path): \(report.passed) passed, \(report.failures.count) failed")
                    for failure in report.failures { print("  \(failure)") }
                    // A file that tests nothing has shown nothing.
                    hasFailed = hasFailed || !report.failures.isEmpty || report.passed == 0
                } catch {
                    print("\(path): cannot be played\n\(error)")
                    hasFailed = true
                }
            }
            if hasFailed { throw ExitCode(1) }
        }

        private static func play(_ path: String, _ pipeline: [String]) throws(ConfigRefused) -> PipelineTester.Report {
            let problems = ProblemList()
            guard let file = PipelineTestFile.read(path, problems: problems) else {
                throw ConfigRefused(problems: problems.errors)
            }
            let paths = file.pipeline.isEmpty ? pipeline : file.pipeline
            if paths.isEmpty {
                throw ConfigRefused(problems: [
                    ConfigProblem(
                        .error, at: SourcePosition(file: path, line: 1, column: 1), "the test names no pipeline",
                        mend: "add pipeline: FILE.conf, or name the file behind this one")
                ])
            }
            var options = PipelineOptions()
            options.environment = ProcessInfo.processInfo.environment
            let network = try PipelineLoader.network(paths, PipelineTester.options(file, options)) { _ in }
            return PipelineTester(network).run(file)
        }
    }
}
