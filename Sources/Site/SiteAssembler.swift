internal import Alerting
internal import ConfigText
internal import LogPipeline
internal import LogShipping
internal import Rules
internal import Scraping

/// Reads a site's files one after the other, then looks at what they say together.
struct SiteAssembler {
    let source: any SiteSource
    let environment: [String: String]
    let problems: ProblemList

    func assemble(_ site: inout Site) {
        if let root = root("watchpost.yml") { assign(WatchpostReader.read(root), to: &site.watchpost) }
        let prometheus = source.path("prometheus.yml")
        if let text = source.text(at: prometheus, problems) {
            site.prometheus = PrometheusReader.read(
                text, path: prometheus, environment: environment, problems: problems)
        }
        site.ruleFiles = ruleFiles(site.prometheus)
        if let root = root("alertmanager.yml", orEmpty: true) {
            site.alertmanager = AlertmanagerReader.read(root)
            let text = source.text(at: source.path("alertmanager.yml"), problems)
            site.alertmanager?.shownText = text.flatMap(AlertmanagerReader.shownText) ?? ""
        }
        site.filebeat = filebeat()
        site.filebeat?.timeZone = site.watchpost.timeZone
        site.dashboards = DashboardFiles(source: source, problems: problems).read()
        pipelines(into: &site)
        SiteTraps(site: site, problems: problems).tell { source.path($0) }
        if site.isEmpty(source) {
            problems.warn(
                at: SourcePosition(file: source.path("watchpost.yml"), line: 1, column: 1),
                "there is no file here that Watchpost reads", mend: "make a first set with: watchpost init DIR")
        }
    }

    /// The outermost value of a file; `nil` where it is absent or is not YAML.
    /// - Parameter orEmpty: whether a file without a word stands for a mapping without keys.
    private func root(_ name: String, orEmpty: Bool = false) -> YAMLValue? {
        let path = source.path(name)
        guard let text = source.text(at: path, problems) else { return nil }
        return orEmpty
            ? YAMLFile.rootOrEmpty(of: text, path: path, problems: problems)
            : YAMLFile.root(of: text, path: path, problems: problems)
    }

    /// What is wrong with log inputs stops those, and never the watching.
    private func filebeat() -> FilebeatConfig? {
        let own = ProblemList()
        defer { problems.addPartial(own) }
        let path = source.path("filebeat.yml")
        return FilebeatReader.read(
            source.text(at: path, own), path: path, environment: environment, problems: own
        ) { pattern in
            source.matching(pattern).compactMap { path in source.text(at: path, own).map { (path, $0) } }
        }
    }

    /// What is wrong with pipelines stops those: lines are stored as they are read, and never the watching.
    private func pipelines(into site: inout Site) {
        let own = ProblemList()
        defer { problems.addPartial(own) }
        var options = PipelineOptions()
        options.environment = environment
        options.timeZone = site.watchpost.timeZone
        options.unsupported = site.watchpost.unsupportedFilters
        let found = PipelineFolder(
            source.path("logstash"), text: { source.text(at: $0, own) }, matching: { source.matching($0) },
            problems: own
        ).pipelines(options)
        let network = PipelineNetwork(found, problems: own)
        if let error = own.errors.first {
            site.pipelineProblem = error.description
        } else if !found.isEmpty {
            site.pipelines = network
        }
    }

    private func ruleFiles(_ prometheus: PrometheusConfig?) -> [RuleFile] {
        var paths: [String] = []
        if let prometheus {
            for pattern in prometheus.ruleFiles {
                let found = source.matching(FilePaths.resolve(pattern.value, besideFile: pattern.position.file))
                if found.isEmpty {
                    problems.warn(
                        at: pattern.position, "rule_files has \"\(pattern.value)\", and there is no such file",
                        mend: "correct the path, or remove it")
                }
                paths += found.filter { !paths.contains($0) }
            }
        } else {
            paths = source.matching(source.path("rules/*.yml")) + source.matching(source.path("rules/*.yaml"))
        }
        return paths.compactMap { path in
            guard let text = source.text(at: path, problems) else { return nil }
            return RuleFileReader.read(
                text, path: path, defaultQueryOffset: prometheus?.ruleQueryOffset ?? .zero, problems: problems)
        }
    }
}

extension Site {
    fileprivate func isEmpty(_ source: any SiteSource) -> Bool {
        prometheus == nil && alertmanager == nil && filebeat == nil && ruleFiles.isEmpty && dashboards.isEmpty
            && pipelines == nil && pipelineProblem == nil
            && source.text(at: source.path("watchpost.yml"), ProblemList()) == nil
    }
}
