package import ConfigText
internal import Grok

/// Which outputs an event goes to.
package struct OutputRoutes: Sendable {
    private indirect enum Step: Sendable {
        /// A place in ``outputs``.
        case output(Int)
        case branch([(condition: Condition?, steps: [Step])])
    }

    /// All outputs, in the order in which they stand.
    package private(set) var outputs: [PipelineOutput] = []
    private var steps: [Step] = []

    /// Without any output all events go to the log store.
    init(_ files: [PipelineSyntax], problems: ProblemList) {
        var refused: [ConfigProblem] = []
        for file in files {
            for section in file.sections where section.kind == .output {
                steps += read(section.statements, folder: FilePaths.directory(ofFile: file.path), &refused, problems)
            }
        }
        if outputs.isEmpty {
            // Nothing would be left of what the file asks for.
            for problem in refused {
                problems.error(at: problem.position, problem.what, mend: problem.mend)
            }
            if refused.isEmpty {
                steps = [.output(0)]
                outputs = [
                    PipelineOutput(
                        kind: .elasticsearch(index: nil, target: nil),
                        position: SourcePosition(file: files.first?.path ?? "", line: 1, column: 1))
                ]
            }
        } else {
            for problem in refused { problems.add(problem) }
        }
    }

    private mutating func read(
        _ statements: [PipelineSyntax.Statement], folder: String, _ refused: inout [ConfigProblem],
        _ problems: ProblemList
    ) -> [Step] {
        var steps: [Step] = []
        for statement in statements {
            switch statement {
            case .plugin(let plugin):
                switch PipelineOutput.read(plugin, folder: folder, problems) {
                case .success(let output):
                    steps.append(.output(outputs.count))
                    outputs.append(output)
                case .failure(let problem): refused.append(problem)
                }
            case .branch(let arms):
                var read: [(condition: Condition?, steps: [Step])] = []
                for arm in arms {
                    do throws(ConfigProblem) {
                        let condition = try arm.condition.map { (syntax) throws(ConfigProblem) in try Condition(syntax)
                        }
                        read.append((condition, self.read(arm.statements, folder: folder, &refused, problems)))
                    } catch {
                        problems.add(error)
                    }
                }
                steps.append(.branch(read))
            }
        }
        return steps
    }

    /// Tells the places in ``outputs`` of those to which an event goes.
    package func route(_ event: borrowing PipelineEvent, _ worker: PipelineWorker, _ visit: (Int) -> Void) {
        Self.route(steps, event, FilterRun(now: 0, scratch: worker.scratch), visit)
    }

    private static func route(
        _ steps: [Step], _ event: borrowing PipelineEvent, _ run: borrowing FilterRun, _ visit: (Int) -> Void
    ) {
        for step in steps {
            switch step {
            case .output(let index): visit(index)
            case .branch(let arms):
                arms: for arm in arms {
                    switch arm.condition?.truth(event, run) ?? .yes {
                    case .yes:
                        route(arm.steps, event, run, visit)
                        break arms
                    case .no: continue
                    case .impossible: break arms
                    }
                }
            }
        }
    }
}

/// One output of a pipeline.
package struct PipelineOutput: Sendable {
    package enum Kind: Sendable {
        /// The log store, or a server of Elasticsearch where the site says so.
        /// - index: the name of its index; `nil` for the one that events without a pipeline have.
        /// - target: the server; `nil` where none is named.
        case elasticsearch(index: Interpolation?, target: ElasticsearchTarget?)
        case stdout
        case file(path: Interpolation)
        case tcp(host: String, port: Int)
        case http(HTTPTarget)
        /// Other pipelines, by their addresses.
        case pipeline([String])
        /// Nowhere: `sink`, and `null` of older files.
        case nowhere
    }

    /// Where `http` sends.
    package struct HTTPTarget: Sendable {
        package let url: String
        package let method: String
        package let headers: [(name: String, value: String)]
        /// Whether several events are one list: `format => "json_batch"`.
        package let isBatch: Bool
    }

    package let kind: Kind
    package let position: SourcePosition
    /// What `codec` says; `nil` for the output's own.
    package var codec: PluginSyntax?

    init(kind: Kind, position: SourcePosition, codec: PluginSyntax? = nil) {
        self.kind = kind
        self.position = position
        self.codec = codec
    }

    private static let names = [
        "elasticsearch", "opensearch", "stdout", "file", "tcp", "http", "pipeline", "sink", "null",
    ]

    /// - Returns: the output, or why there is none.
    static func read(_ plugin: PluginSyntax, folder: String, _ problems: ProblemList) -> Result<
        PipelineOutput, ConfigProblem
    > {
        var settings = PluginSettings(plugin, usesSchema: true, problems)
        let kind: Kind
        switch plugin.name {
        case "elasticsearch", "opensearch":
            kind = .elasticsearch(
                index: index(&settings), target: ElasticsearchTarget.read(&settings, folder: folder))
        case "stdout": kind = .stdout
        case "file":
            kind = .file(path: Interpolation(settings.required("path")))
        case "tcp":
            kind = .tcp(host: settings.required("host"), port: settings.whole("port", 1...65_535) ?? 0)
        case "http":
            kind = .http(
                HTTPTarget(
                    url: settings.required("url"), method: settings.string("http_method") ?? "post",
                    headers: settings.textPairs("headers") ?? [],
                    isBatch: settings.choice("format", ["json", "json_batch", "form", "message"], "json")
                        == "json_batch"))
        case "pipeline": kind = .pipeline(settings.list("send_to") ?? [])
        case "sink", "null": kind = .nowhere
        default:
            let nearest = NearestName.of(plugin.name, among: names)
            return .failure(
                ConfigProblem(
                    .warning, at: plugin.position,
                    "there is no output \"\(plugin.name.prefix(60))\", nothing is sent there",
                    mend: nearest.map { "write \($0)" } ?? "known are " + names.dropLast().joined(separator: ", ")))
        }
        var output = PipelineOutput(kind: kind, position: plugin.position)
        if let codec = settings.raw("codec") {
            switch codec.value.content {
            case .plugin(let plugin): output.codec = plugin
            default:
                output.codec = codec.value.text.map { PluginSyntax(name: $0, position: codec.position, settings: []) }
            }
        }
        return .success(output)
    }

    /// The index that an output of Elasticsearch writes to.
    private static func index(_ settings: inout PluginSettings) -> Interpolation? {
        if let index = settings.string("index") { return Interpolation(index) }
        // Without an index Logstash 8 writes to a data stream.
        guard settings.flag("data_stream", false) else { return nil }
        let type = settings.string("data_stream_type") ?? "logs"
        let dataset = settings.string("data_stream_dataset") ?? "generic"
        return Interpolation("\(type)-\(dataset)-\(settings.string("data_stream_namespace") ?? "default")")
    }
}
