import ConfigText
import Foundation
import Testing

@testable import LogPipeline

@Suite("Pipelines in the style of public ones")
struct PublicStyleTests {
    @Test("give the documents that Logstash's manual promises", arguments: PublicStyle.tests)
    func play(_ name: String) throws {
        let problems = ProblemList()
        let file = PipelineTestFile.read("\(PublicStyle.folder)/\(name)", problems: problems)
        let options = try #require(file.map { PipelineTester.options($0, Self.options) })
        let network = PipelineNetwork(
            Self.pipelines(try #require(file).pipeline, options, problems), problems: problems)
        try #require(problems.errors.isEmpty, "\(problems.errors)")
        let report = PipelineTester(network).run(try #require(file))
        #expect(report.failures.isEmpty, "\(report.failures.joined(separator: "\n"))")
        #expect(report.passed > 0)
    }

    @Test("are forty at least, and each has its tests")
    func count() {
        let configs = PublicStyle.names(ending: ".conf").map { $0.dropLast(5) }
        #expect(configs.count >= 40)
        #expect(Set(configs).subtracting(PublicStyle.tests.map { $0.dropLast(4) }).isEmpty)
    }

    private static var options: PipelineOptions {
        var options = PipelineOptions()
        options.environment = ["SITE": "hanoi"]
        return options
    }

    private static func pipelines(
        _ paths: [String], _ options: PipelineOptions, _ problems: ProblemList
    ) -> [PipelineConfig] {
        if let folder = paths.first, ConfigFiles.isDirectory(folder) {
            return PipelineFolder(
                folder, text: { ConfigFiles.exists($0) ? ConfigFiles.read($0, problems: problems) : nil },
                matching: ConfigFiles.matching, problems: problems
            ).pipelines(options)
        }
        let files = paths.compactMap { path in
            ConfigFiles.read(path, problems: problems).map { PipelineFile(path: path, text: $0) }
        }
        return [PipelineConfig.read(files, options, problems: problems)].compactMap(\.self)
    }
}
