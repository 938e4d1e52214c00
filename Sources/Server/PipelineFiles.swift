internal import LogPipeline
internal import LogShipping

extension FilebeatInput {
    /// An input `file` of a pipeline as one that is followed like those of `filebeat.yml`.
    init(_ file: PipelineFileInput) {
        self.init(id: "logstash/" + file.id, kind: .filestream, position: file.position, paths: file.paths)
        excludeFiles = file.excluded
        tailFiles = !file.readsFromStart
        if let ignored = file.ignoredAfter { ignoreOlder = ignored }
        moduleFields = [PipelineFileInput.idField: file.id]
        isForPipeline = true
        scanFrequency = .seconds(15)
        if let lines = file.lines {
            var rule = Multiline(pattern: lines.pattern, match: lines.joinsPrevious ? .after : .before)
            rule.negate = lines.negates
            rule.maxLines = lines.linesMax
            multiline = rule
        }
    }
}
