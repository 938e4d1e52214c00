package import ConfigText

/// Finds the pipelines of a site: the files of a folder as one pipeline, or those that `pipelines.yml` names.
package struct PipelineFolder {
    /// Reads the text of a file; `nil` where there is none.
    package typealias Text = (_ path: String) -> String?
    /// The paths that a pattern means, sorted.
    package typealias Matching = (_ pattern: String) -> [String]

    private let folder: String
    private let text: Text
    private let matching: Matching
    private let problems: ProblemList

    package init(_ folder: String, text: @escaping Text, matching: @escaping Matching, problems: ProblemList) {
        self.folder = folder
        self.text = text
        self.matching = matching
        self.problems = problems
    }

    /// - Returns: the pipelines that could be read.
    package func pipelines(_ options: PipelineOptions) -> [PipelineConfig] {
        let common = settings(options)
        let listed = FilePaths.join(folder, "pipelines.yml")
        if let text = text(listed), let entries = entries(text, listed) {
            return entries.compactMap { pipeline($0, common) }
        }
        let files = matching(FilePaths.join(folder, "*.conf")).compactMap(file)
        if files.isEmpty { return [] }
        return [PipelineConfig.read(files, common, problems: problems)].compactMap(\.self)
    }

    private func file(_ path: String) -> PipelineFile? {
        text(path).map { PipelineFile(path: path, text: $0) }
    }

    /// What `logstash.yml` says, where there is one.
    private func settings(_ options: PipelineOptions) -> PipelineOptions {
        let path = FilePaths.join(folder, "logstash.yml")
        guard let text = text(path), let root = YAMLFile.rootOrEmpty(of: text, path: path, problems: problems) else {
            return options
        }
        var options = options
        apply(Self.flat(root.node), to: &options)
        return options
    }

    private func apply(_ values: [String: YAMLNode], to options: inout PipelineOptions) {
        if let value = values["config.support_escapes"]?.scalar { options.readsEscapes = value == "true" }
        guard let value = values["pipeline.ecs_compatibility"] else { return }
        switch value.scalar {
        case "disabled": options.usesSchema = false
        case "v1", "v8": options.usesSchema = true
        default:
            problems.error(
                at: value.position, "pipeline.ecs_compatibility is not disabled, v1 or v8", mend: "write one of them")
        }
    }

    /// Values by dotted names, however they are nested.
    private static func flat(_ node: YAMLNode, behind prefix: String = "") -> [String: YAMLNode] {
        guard case .mapping(let entries) = node.content else { return [:] }
        var values: [String: YAMLNode] = [:]
        for entry in entries {
            let name = prefix.isEmpty ? entry.key : "\(prefix).\(entry.key)"
            if case .mapping = entry.value.content {
                values.merge(flat(entry.value, behind: name)) { first, _ in first }
            } else {
                values[name] = entry.value
            }
        }
        return values
    }

    private func entries(_ text: String, _ path: String) -> [YAMLNode]? {
        guard let root = YAMLFile.root(of: text, path: path, problems: problems) else { return nil }
        guard case .sequence(let items) = root.node.content else {
            problems.error(
                at: root.node.position, "pipelines.yml is no list",
                mend: "write - pipeline.id: NAME, and path.config below it")
            return nil
        }
        return items
    }

    /// The files that `path.config` means: a pattern, with `{a,b}` too, or all of a folder.
    private func paths(_ pattern: String) -> [String] {
        var found: [String] = []
        for pattern in Self.alternatives(pattern) {
            let inner = matching(pattern.hasSuffix("/") ? "\(pattern)*" : "\(pattern)/*")
            found += inner.isEmpty ? matching(pattern) : inner
        }
        return Set(found).sorted()
    }

    private static let alternativesMax = 100

    /// The patterns that a pattern with braces stands for.
    private static func alternatives(_ pattern: String) -> [String] {
        var patterns = [pattern]
        while patterns.count <= alternativesMax, let index = patterns.firstIndex(where: { $0.contains("{") }) {
            let text = patterns[index]
            guard let close = text.firstIndex(of: "}"), let open = text[..<close].lastIndex(of: "{") else { break }
            let choices = text[text.index(after: open)..<close].split(separator: ",", omittingEmptySubsequences: false)
            patterns.remove(at: index)
            patterns += choices.map { "\(text[..<open])\($0)\(text[text.index(after: close)...])" }
        }
        return patterns
    }

    private func pipeline(_ entry: YAMLNode, _ common: PipelineOptions) -> PipelineConfig? {
        let values = Self.flat(entry)
        var options = common
        apply(values, to: &options)
        let id = values["pipeline.id"]?.scalar ?? "main"
        if let text = values["config.string"]?.scalar {
            let path = values["config.string"]?.position.file ?? ""
            return PipelineConfig.read(id: id, [PipelineFile(path: path, text: text)], options, problems: problems)
        }
        guard let place = values["path.config"], let written = place.scalar else {
            problems.error(
                at: entry.position, "the pipeline \"\(id)\" has no files", mend: "add path.config: FOLDER/*.conf")
            return nil
        }
        let pattern = FilePaths.join(folder, written)
        let files = paths(pattern).compactMap(file)
        if files.isEmpty {
            problems.error(at: place.position, "there is no file \(pattern)", mend: "correct path.config")
            return nil
        }
        return PipelineConfig.read(id: id, files, options, problems: problems)
    }
}

extension YAMLNode {
    fileprivate var scalar: String? { if case .scalar(let text, _) = content { text } else { nil } }
}
