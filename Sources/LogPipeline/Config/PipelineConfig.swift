package import ConfigText

/// A pipeline as its files say it: what comes in, what is done to it, and where it goes.
package struct PipelineConfig: Sendable {
    /// `pipeline.id`; `main` where there is no `pipelines.yml`.
    package let id: String
    package let paths: [String]
    package let inputs: [PluginSyntax]
    /// Those of them that take events from the network.
    package let listening: [PipelineInput]
    /// Those of them that follow files.
    package let following: [PipelineFileInput]
    package let filters: Pipeline
    package let outputs: OutputRoutes
    /// Whether names of the Elastic Common Schema are meant where a plugin does not say: `pipeline.ecs_compatibility`.
    package let usesSchema: Bool

    /// The ports at which its `beats` inputs listen: what files are shipped to by `output.logstash`.
    package var beatsPorts: [Int] {
        inputs.filter { ["beats", "elastic_agent"].contains($0.name) }.map { input in
            input.settings.first { $0.name == "port" }?.value.text.flatMap(Int.init) ?? 5_044
        }
    }

    /// The addresses at which it takes events of other pipelines.
    package var addresses: [String] {
        inputs.filter { $0.name == "pipeline" }.compactMap { input in
            input.settings.first { $0.name == "address" }?.value.text
        }
    }
}

/// What `logstash.yml`, or an entry of `pipelines.yml`, says of all plugins.
package struct PipelineOptions: Sendable {
    /// `config.support_escapes`
    package var readsEscapes = false
    /// `pipeline.ecs_compatibility`: v8 unless it says `disabled`.
    package var usesSchema = true
    package var unsupported = UnsupportedFilters.refuse
    /// Where times are of that name no zone; `nil` is the host's.
    package var timeZone: String?
    /// Whether settings may name files.
    package var readsFiles = true
    /// What `${VAR}` stands for.
    package var environment: [String: String] = [:]

    package init() {}
}

/// A file of a pipeline and its text.
package struct PipelineFile: Sendable {
    package let path: String
    package let text: String

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

extension PipelineConfig {
    /// Reads the files of one pipeline. Their sections count in the order of the files, as if they were one.
    /// - Returns: `nil` where a file cannot be read, which is told.
    package static func read(
        id: String = "main", _ files: [PipelineFile], _ options: PipelineOptions, problems: ProblemList
    ) -> PipelineConfig? {
        let errors = problems.errors.count
        var syntax: [PipelineSyntax] = []
        for file in files {
            do throws(ConfigProblem) {
                syntax.append(
                    try PipelineParser.parse(
                        file.text, file: file.path, readsEscapes: options.readsEscapes,
                        environment: options.environment,
                        problems: problems))
            } catch {
                problems.add(error)
            }
        }
        guard problems.errors.count == errors else { return nil }
        let filters = Pipeline(
            syntax, usesSchema: options.usesSchema, unsupported: options.unsupported, timeZone: options.timeZone,
            readsFiles: options.readsFiles, problems: problems)
        let outputs = OutputRoutes(syntax, problems: problems)
        PipelineTraps(usesSchema: options.usesSchema, problems: problems).tell(syntax)
        guard problems.errors.count == errors else { return nil }
        var inputs: [PluginSyntax] = []
        for section in syntax.flatMap(\.sections) where section.kind == .input {
            for case .plugin(let plugin) in section.statements { inputs.append(plugin) }
        }
        let listening = listening(inputs, id, options, problems)
        let following = following(inputs, id, options, problems)
        guard problems.errors.count == errors else { return nil }
        return PipelineConfig(
            id: id, paths: files.map(\.path), inputs: inputs, listening: listening, following: following,
            filters: filters, outputs: outputs,
            usesSchema: options.usesSchema)
    }

    /// Inputs that there are not, and what there is instead.
    private static func tellUnopened(_ plugin: PluginSyntax, _ problems: ProblemList) {
        let known = PipelineInputReader.names.union(["pipeline", "file"])
        if known.contains(plugin.name) { return }
        let mend =
            switch plugin.name {
            case "stdin", "generator": "send events through by watchpost pipeline"
            default:
                NearestName.of(plugin.name, among: known).map { "write \($0)" }
                    ?? "known are " + known.sorted().joined(separator: ", ")
            }
        problems.warn(
            at: plugin.position, "there is no input \"\(plugin.name.prefix(60))\", nothing comes from there", mend: mend
        )
    }

    private static func following(
        _ inputs: [PluginSyntax], _ id: String, _ options: PipelineOptions, _ problems: ProblemList
    ) -> [PipelineFileInput] {
        let files = inputs.filter { $0.name == "file" }
        return files.enumerated().compactMap { place, plugin in
            let resources = PipelineResources(folder: FilePaths.directory(ofFile: plugin.position.file))
            let reader = PipelineInputReader(resources, usesSchema: options.usesSchema, problems: problems)
            return reader.file(plugin, id: "\(id)/file" + (place > 0 ? "-\(place + 1)" : ""), pipeline: id)
        }
    }

    private static func listening(
        _ inputs: [PluginSyntax], _ id: String, _ options: PipelineOptions, _ problems: ProblemList
    ) -> [PipelineInput] {
        var found: [PipelineInput] = []
        for (place, plugin) in inputs.enumerated() {
            let resources = PipelineResources(folder: FilePaths.directory(ofFile: plugin.position.file))
            tellUnopened(plugin, problems)
            let reader = PipelineInputReader(resources, usesSchema: options.usesSchema, problems: problems)
            let number = inputs[..<place].filter { $0.name == plugin.name }.count + 1
            let name = "\(id)/\(plugin.name)" + (number > 1 ? "-\(number)" : "")
            guard var input = reader.read(plugin, id: name) else { continue }
            input.pipeline = id
            found.append(input)
        }
        return found
    }
}
