internal import Base
package import ConfigText

/// Reads `filebeat.yml` as Filebeat 8 and 9 do; dotted keys (`output.logstash`) and nested ones are the same.
package enum FilebeatReader {
    private static let outputs = ["elasticsearch", "logstash", "kafka", "redis", "file", "console", "discard"]

    /// What every input has in common.
    struct Common {
        var fields: [String: String] = [:]
        var fieldsUnderRoot = false
        var tags: [String] = []
    }

    /// Reads the text of a file, which is `nil` where there is none or where it cannot be read. What is wrong in it is no
    /// reason to refuse a site: a file of which nothing can be read gives a configuration that says why.
    /// - Parameters:
    ///   - environment: what `${VAR}` stands for.
    ///   - files: the paths and texts of files that a pattern means: `filebeat.config.inputs`.
    package static func read(
        _ text: String?, path: String, environment: [String: String] = [:], problems: ProblemList,
        files: @escaping (String) -> [(path: String, text: String)] = { _ in [] }
    ) -> FilebeatConfig? {
        let root = text.flatMap { YAMLFile.rootOrEmpty(of: $0, path: path, problems: problems) }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let surroundings = Surroundings(
            variables: FilebeatVariables(
                environment: environment,
                settings: [
                    "path.config": folder, "path.home": folder, "path.data": folder + "/data",
                    "path.logs": folder + "/logs",
                ]), folder: folder, files: files)
        if let root, let config = read(root, surroundings) { return config }
        guard let error = problems.errors.first else { return nil }
        var config = FilebeatConfig()
        config.isUnreadable = true
        config.refused = [RefusedLogInput(id: "filebeat.yml", paths: [], reason: error.description)]
        return config
    }

    /// What is around the file.
    struct Surroundings {
        let variables: FilebeatVariables
        let folder: String
        let files: (String) -> [(path: String, text: String)]
    }

    /// Keys of which a like name that is wrong would let in what is to be left out.
    private static let strict: Set<String> = [
        "exclude_lines", "include_lines", "exclude_files", "include_files", "processors", "parsers", "filebeat",
        "inputs", "when", "encoding",
    ]

    /// Tells of keys that Filebeat does not know either.
    static func warnOfOthers(_ reader: MappingReader) { reader.warnOfOthers(unlessMeantFor: strict) }

    private static func read(_ root: YAMLValue, _ surroundings: Surroundings) -> FilebeatConfig? {
        YAMLValue(node: root.node.expandingDottedKeys, path: root.path, problems: root.problems).mapping {
            top($0, surroundings)
        }
    }

    private static func top(_ reader: MappingReader, _ surroundings: Surroundings) -> FilebeatConfig? {
        var config = FilebeatConfig()
        var common = Common()
        let variables = surroundings.variables
        for (name, value) in reader.value("fields").map({ flatFields(variables.expanding($0)) }) ?? [] {
            common.fields[name] = value
        }
        common.fieldsUnderRoot = reader.boolean("fields_under_root") ?? false
        common.tags = reader.value("tags").map { variables.expanding($0).texts(orOne: true).map(\.value) } ?? []
        reader.read("filebeat") { filebeat in
            inputs(filebeat, common, surroundings, into: &config)
        }
        processors(reader, variables, into: &config)
        config.output = reader.mapping("output", output)
        config.outputPort = config.output.flatMap { port(of: $0.value, reader, variables) }
        reader.accepted(
            "name", "setup", "logging", "queue", "path", "http", "monitoring", "max_procs", "timestamp", "features",
            "seccomp",
            "keystore", "management", "instrumentation", "timeseries", "migration", "ssl", "gc_percent",
            "shutdown_timeout")
        reader.notActedOn("cloud", "xpack", because: "logs are kept here", mend: "remove it, or keep it for Filebeat")
        warnOfOthers(reader)
        return config
    }

    private static func inputs(
        _ reader: MappingReader, _ common: Common, _ surroundings: Surroundings, into config: inout FilebeatConfig
    ) {
        var inputs = FilebeatInputList(common: common, surroundings: surroundings, problems: reader.problems)
        for value in reader.list("inputs", { $0 }) { inputs.read(value) }
        for module in reader.list("modules", { $0 }) { inputs.readModule(module) }
        for key in ["prospectors", "prospector"] where reader.has(key) {
            inputs.refuse(
                id: "filebeat.\(key)", at: reader.keyPosition(key), "\(key) are called inputs since Filebeat 6",
                mend: "write filebeat.inputs, and type where input_type stands")
        }
        reader.read("config") { others in
            inputs.readFiles("inputs", others)
            inputs.readFiles("modules", others)
            if others.has("prospectors") {
                inputs.refuse(
                    id: "filebeat.config.prospectors", at: others.keyPosition("prospectors"),
                    "prospectors are called inputs since Filebeat 6", mend: "write filebeat.config.inputs")
            }
            warnOfOthers(others)
        }
        if reader.has("config_dir") {
            inputs.refuse(
                id: "filebeat.config_dir", at: reader.keyPosition("config_dir"), "config_dir is gone since Filebeat 6",
                mend: "write filebeat.config.inputs with path")
        }
        reader.notActedOn(
            "autodiscover", because: "containers are not asked for",
            mend:
                "write an input with /var/log/containers/*.log, or /var/lib/docker/containers/*/*.log, and the parser container"
        )
        reader.accepted("registry", "shutdown_timeout", "overwrite_pipelines", "registry_file", "registry_flush")
        warnOfOthers(reader)
        config.inputs += inputs.inputs
        config.refused += inputs.refused
    }

    private static func output(_ reader: MappingReader) -> Located<String>? {
        let present = outputs.filter { name in
            guard let value = reader.value(name) else { return reader.valueOrNull(name) != nil }
            guard value.isMapping else { return true }
            let isOff = value.mapping { output -> Bool? in
                output.takeOthers()
                return output.boolean("enabled") == false
            }
            return isOff != true
        }
        if present.count > 1 {
            reader.error(
                "two outputs are on: \(present.joined(separator: ", "))", mend: "keep one, or set enabled: false")
        }
        return present.first.map { Located($0, at: reader.keyPosition($0)) }
    }

    /// The port of the first host of an output, `localhost:5044`.
    private static func port(of output: String, _ reader: MappingReader, _ variables: FilebeatVariables) -> Int? {
        var port: Int?
        reader.read("output") { outputs in
            outputs.read(output) { settings in
                // Nothing is sent there: a variable that is not set is no fault here.
                let hosts = settings.value("hosts").map { value in
                    let written = YAMLValue(node: value.node, path: value.path, problems: ProblemList())
                    return variables.expanding(written).texts(orOne: true).map(\.value)
                }
                settings.takeOthers()
                port = hosts?.first?.split(separator: ":").last.flatMap { Int($0) }
            }
            outputs.takeOthers()
        }
        return port
    }

    /// Reads the processors of the whole file. None of its inputs is started where one of them is wrong: it may be the one
    /// that keeps a secret out.
    private static func processors(
        _ reader: MappingReader, _ variables: FilebeatVariables, into config: inout FilebeatConfig
    ) {
        let own = ProblemList()
        var unknown = UnknownFields()
        for input in config.inputs { unknown.add(input.unknown) }
        var processors = FilebeatProcessorReader(own, unknown: unknown)
        var hostMetadata: [YAMLValue] = []
        let list = reader.value("processors").map {
            variables.expanding(YAMLValue(node: $0.node, path: $0.path, problems: own))
        }
        config.processors = processors.read(list) { hostMetadata.append($0) }
        for options in hostMetadata {
            config.addHostMetadata = true
            if options.isMapping { config.hostMetadataUnlessTagged = options.mapping(unlessTagged)?.first }
        }
        for problem in own.all { reader.problems.add(problem) }
        guard let error = own.errors.first else { return }
        config.refused += config.inputs.map {
            RefusedLogInput(id: $0.id, paths: $0.paths, reason: error.description)
        }
        config.inputs = []
    }

    /// The tag in `when.not.contains.tags`.
    private static func unlessTagged(_ reader: MappingReader) -> [String]? {
        var tag: [String] = []
        reader.read("when") { when in
            when.read("not") { not in
                not.read("contains") { contains in
                    tag = contains.texts("tags", orOne: true).map(\.value)
                }
            }
            when.notActedOn(
                "contains", "equals", "or", "and", "regexp", "has_fields", "network", "range",
                because: "only when.not.contains.tags is looked at")
        }
        reader.accepted("netinfo", "cache", "geo", "replace_fields")
        warnOfOthers(reader)
        return tag
    }

    /// The fields of `fields`, nested ones under dotted names.
    static func flatFields(_ value: YAMLValue) -> [(String, String)] {
        value.entries().flatMap { key, value -> [(String, String)] in
            if value.isMapping { return flatFields(value).map { ("\(key.value).\($0.0)", $0.1) } }
            if value.isSequence { return [(key.value, value.texts().map(\.value).joined(separator: ","))] }
            return value.text().map { [(key.value, $0)] } ?? []
        }
    }
}
