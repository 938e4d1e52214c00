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
    package static func read(_ text: String?, path: String, problems: ProblemList) -> FilebeatConfig? {
        let root = text.flatMap { YAMLFile.rootOrEmpty(of: $0, path: path, problems: problems) }
        if let root, let config = read(root) { return config }
        guard let error = problems.errors.first else { return nil }
        var config = FilebeatConfig()
        config.isUnreadable = true
        config.refused = [RefusedLogInput(id: "filebeat.yml", paths: [], reason: error.description)]
        return config
    }

    private static func read(_ root: YAMLValue) -> FilebeatConfig? {
        YAMLValue(node: root.node.expandingDottedKeys, path: root.path, problems: root.problems).mapping(top)
    }

    private static func top(_ reader: MappingReader) -> FilebeatConfig? {
        var config = FilebeatConfig()
        var common = Common()
        for (name, value) in reader.value("fields").map(flatFields) ?? [] { common.fields[name] = value }
        common.fieldsUnderRoot = reader.boolean("fields_under_root") ?? false
        common.tags = reader.texts("tags", orOne: true).map(\.value)
        reader.read("filebeat") { filebeat in
            inputs(filebeat, common: common, into: &config)
        }
        processors(reader, into: &config)
        config.output = reader.mapping("output", output)
        reader.accepted(
            "name", "setup", "logging", "queue", "path", "http", "monitoring", "max_procs", "timestamp", "features",
            "seccomp",
            "keystore", "management", "instrumentation", "timeseries", "migration", "ssl", "gc_percent",
            "shutdown_timeout")
        reader.notActedOn("cloud", "xpack", because: "logs are kept here", mend: "remove it, or keep it for Filebeat")
        return config
    }

    private static func inputs(_ reader: MappingReader, common: Common, into config: inout FilebeatConfig) {
        var first: [String: SourcePosition] = [:]
        for value in reader.list("inputs", { $0 }) {
            // What is wrong in one input stops that one alone.
            let own = ProblemList()
            let entry = YAMLValue(node: value.node, path: value.path, problems: own).mapping {
                FilebeatInputReader.read($0, common: common)
            }
            if let input = entry?.input, input.kind == .filestream {
                if let first = first[input.id] {
                    own.error(
                        at: input.position, "two filestream inputs have the id \"\(input.id)\"",
                        mend: "give each an id of its own; the first is on line \(first.line)")
                } else {
                    first[input.id] = input.position
                }
            }
            for problem in own.all { reader.problems.add(problem) }
            if let error = own.errors.first {
                config.refused.append(
                    RefusedLogInput(
                        id: entry?.input?.id ?? value.path, paths: entry?.input?.paths ?? [],
                        reason: error.description))
            } else if let input = entry?.input {
                config.inputs.append(input)
            }
        }
        reader.notActedOn(
            "modules", "autodiscover", "config", because: "inputs stand in this file", mend: "write them as inputs")
        reader.accepted("registry", "shutdown_timeout", "overwrite_pipelines", "registry_file", "registry_flush")
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

    /// Reads the processors of the whole file. None of its inputs is started where one of them is wrong: it may be the one
    /// that keeps a secret out.
    private static func processors(_ reader: MappingReader, into config: inout FilebeatConfig) {
        let own = ProblemList()
        let skipped = config.inputs.compactMap(\.skippedProcessor).first
        var processors = FilebeatProcessorReader(own, skipped: skipped)
        var hostMetadata: [YAMLValue] = []
        let list = reader.value("processors").map { YAMLValue(node: $0.node, path: $0.path, problems: own) }
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
