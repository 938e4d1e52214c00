import ArgumentParser
internal import Base
internal import ConfigText
import Foundation
internal import LogDocuments
internal import LogPipeline

struct PipelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Sends events through a pipeline of Logstash's and prints what comes out.",
        discussion: """
            Events come on standard input, an object of JSON a line, and go out in the same way, in order. Inputs and \
            outputs of the files are not opened.
            Example: journalctl -o json | watchpost pipeline /etc/logstash/conf.d
            """)

    @Argument(help: "Files of one pipeline, or a folder with *.conf or pipelines.yml.")
    var files: [String]

    @Flag(help: "Lines are texts and become the field message.")
    var plain = false

    @Option(help: "pipeline.ecs_compatibility where no logstash.yml says it: disabled, v1 or v8.")
    var ecs = "v8"

    @Flag(name: .customLong("support-escapes"), help: "config.support_escapes: \\n in quotes is the end of a line.")
    var supportEscapes = false

    @Option(help: "What becomes of filters that there are not: refuse or tag.")
    var unsupported = UnsupportedFilters.refuse

    @Option(help: "The clock for dates without a year, as 2026-11-26T06:00:00Z.")
    var now: String?

    func run() async throws {
        let clock = now.flatMap(TimestampText.milliseconds)
        if !["disabled", "v1", "v8"].contains(ecs) { throw ValidationError("--ecs is disabled, v1 or v8") }
        if now != nil, clock == nil { throw ValidationError("--now is no time; write 2026-11-26T06:00:00Z") }
        var options = PipelineOptions()
        options.environment = ProcessInfo.processInfo.environment
        options.usesSchema = ecs != "disabled"
        options.readsEscapes = supportEscapes
        options.unsupported = unsupported
        try await Program.reportingRefusals {
            let network = try PipelineLoader.network(files, options) { text in
                FileHandle.standardError.write(Data("\(text)\n".utf8))
            }
            guard let index = network.pipeline(atPort: nil) else { return }
            try PipelineRun(network: network, index: index, isPlain: plain, clock: clock).run()
        }
    }
}

extension UnsupportedFilters: ExpressibleByArgument {}

/// Reads what the command line names as pipelines.
enum PipelineLoader {
    /// - Parameter warn: gets each warning.
    /// - Throws: ``ConfigRefused``.
    static func network(
        _ paths: [String], _ options: PipelineOptions, warn: (String) -> Void
    ) throws(ConfigRefused) -> PipelineNetwork {
        let problems = ProblemList()
        var pipelines: [PipelineConfig] = []
        if paths.count == 1, let folder = paths.first, ConfigFiles.isDirectory(folder) {
            pipelines = PipelineFolder(
                folder, text: { ConfigFiles.exists($0) ? ConfigFiles.read($0, problems: problems) : nil },
                matching: ConfigFiles.matching, problems: problems
            ).pipelines(options)
            if pipelines.isEmpty, problems.errors.isEmpty {
                problems.error(
                    at: SourcePosition(file: folder, line: 1, column: 1), "there is no *.conf in this folder",
                    mend: "name the folder of the pipeline's files")
            }
        } else {
            let files = paths.compactMap { path in
                ConfigFiles.read(path, problems: problems).map { PipelineFile(path: path, text: $0) }
            }
            if problems.errors.isEmpty {
                pipelines = [PipelineConfig.read(files, options, problems: problems)].compactMap(\.self)
            }
        }
        let network = PipelineNetwork(pipelines, problems: problems)
        for problem in problems.warnings { warn(problem.description) }
        if !problems.errors.isEmpty { throw ConfigRefused(problems: problems.errors) }
        return network
    }
}

/// Sends lines of standard input through a pipeline.
private struct PipelineRun {
    let network: PipelineNetwork
    let index: Int
    let isPlain: Bool
    let clock: Int64?

    func run() throws {
        let worker = PipelineWorker()
        var number = 0
        var output: [UInt8] = []
        while let line = readLine() {
            number += 1
            if line.isEmpty && !isPlain { continue }
            let now = clock ?? SystemTimeSource().now()
            let event: PipelineEvent
            if isPlain {
                event = PipelineEvent(timestamp: now, ["message": .string(line)])
            } else {
                do throws(DocumentError) {
                    guard case .object(let document) = try DocumentReader.value(line) else {
                        throw DocumentError(.malformed, at: 0, "it is no object")
                    }
                    event = PipelineEvent(document, now: now)
                } catch {
                    throw NoEvent(
                        description:
                            "line \(number) of standard input is no event: \(error); write JSON, or add --plain")
                }
            }
            network.process(event, into: index, now: now, worker) { event, _, _ in
                event.printed.write(to: &output)
                output.append(UInt8(ascii: "\n"))
            }
            if output.count > 0 { flush(&output) }
        }
        flush(&output)
    }

    private struct NoEvent: Error, CustomStringConvertible { let description: String }

    private func flush(_ output: inout [UInt8]) {
        FileHandle.standardOutput.write(Data(output))
        output.removeAll(keepingCapacity: true)
    }
}
