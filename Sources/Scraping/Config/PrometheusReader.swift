package import ConfigText
internal import Foundation
internal import Model

/// Reads `prometheus.yml` as Prometheus 3 does.
package struct PrometheusReader {
    private let environment: [String: String]
    private var config = PrometheusConfig()
    private var limits = ScrapeLimits()
    private var hasGlobalTimeout = false
    private var jobPositions: [String: SourcePosition] = [:]

    private init(environment: [String: String]) { self.environment = environment }

    /// Reads a file's text; what is wrong in it is told to `problems`.
    /// - Parameter environment: what `${NAME}` in `external_labels` stands for.
    package static func read(
        _ text: String, path: String, environment: [String: String] = [:], problems: ProblemList
    ) -> PrometheusConfig? {
        guard let root = YAMLFile.rootOrEmpty(of: text, path: path, problems: problems) else { return nil }
        var reader = PrometheusReader(environment: environment)
        var config = root.mapping { reader.top($0) }
        config?.shownText = RedactedYAML.text(of: text) ?? ""
        return config
    }

    private mutating func top(_ reader: MappingReader) -> PrometheusConfig {
        reader.read("global") { self.global($0) }
        if !hasGlobalTimeout { config.scrapeTimeout = min(config.scrapeTimeout, config.scrapeInterval) }
        config.ruleFiles = reader.texts("rule_files").filter { !$0.value.isEmpty }
        takeJobs(of: reader)
        takeJobFiles(reader)
        reader.read("alerting") { self.alerting($0) }
        config.remoteWrites = RemoteWriteReader.read(reader)
        OtherServersCheck.check(reader)
        return config
    }

    private mutating func global(_ reader: MappingReader) {
        assign(reader.duration("scrape_interval", above: .zero), to: &config.scrapeInterval)
        if let timeout = reader.duration("scrape_timeout", above: .zero) {
            hasGlobalTimeout = true
            config.scrapeTimeout = timeout
            if timeout > config.scrapeInterval {
                reader.problems.error(
                    at: reader.keyPosition("scrape_timeout"), "global.scrape_timeout is longer than scrape_interval",
                    mend: "lower scrape_timeout or raise scrape_interval")
            }
        }
        assign(reader.duration("evaluation_interval", above: .zero), to: &config.evaluationInterval)
        assign(reader.duration("rule_query_offset"), to: &config.ruleQueryOffset)
        let labels = LabelEntries.checked(reader.textMap("external_labels"), problems: reader.problems)
        config.externalLabels = Labels(labels.map { Label($0.key.value, expanded($0.value.value)) })
        limits = ScrapeLimits.read(reader, defaults: limits)
        reader.notActedOn("query_log_file", because: "queries are not logged")
        ScrapeConfigReader.protocols(reader)
        ScrapeConfigReader.accepted(reader)
    }

    /// `${NAME}` and `$NAME` are the environment's, `$$` is a dollar sign, as Go's `os.Expand` has it.
    private func expanded(_ text: String) -> String {
        guard text.contains("$") else { return text }
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                rest.removeFirst()
                result += "$"
            } else if rest.first == "{", let close = rest.firstIndex(of: "}") {
                result += environment[String(rest[..<close].dropFirst())] ?? ""
                rest = rest[rest.index(after: close)...]
            } else {
                let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
                result += name.isEmpty ? "$" : environment[String(name)] ?? ""
                rest = rest.dropFirst(name.count)
            }
        }
        return result + rest
    }

    private mutating func takeJobs(of reader: MappingReader) {
        let jobReader = ScrapeConfigReader(global: config, limits: limits, hasGlobalTimeout: hasGlobalTimeout)
        for job in reader.mappings("scrape_configs", jobReader.job) {
            if let first = jobPositions[job.jobName] {
                reader.problems.error(
                    at: job.position, "the job \"\(job.jobName)\" stands twice",
                    mend: "rename one, or put all targets into one job; the first is at \(first)")
            }
            jobPositions[job.jobName] = job.position
            config.scrapeConfigs.append(job)
        }
    }

    private mutating func takeJobFiles(_ reader: MappingReader) {
        var seen: Set<String> = []
        for pattern in reader.texts("scrape_config_files") {
            if !seen.insert(pattern.value).inserted {
                reader.problems.error(
                    at: pattern.position, "\"\(pattern.value)\" stands twice, so its jobs would too", mend: "keep one")
                continue
            }
            let files = ConfigFiles.matching(reader.resolved(pattern.value))
            if files.isEmpty {
                reader.problems.warn(
                    at: pattern.position, "\"\(pattern.value)\" is no file", mend: "correct the path or remove it")
            }
            for file in files {
                guard let text = ConfigFiles.read(file, problems: reader.problems),
                    let root = YAMLFile.root(of: text, path: file, problems: reader.problems)
                else { continue }
                root.read { self.takeJobs(of: $0) }
            }
        }
    }

    private mutating func alerting(_ reader: MappingReader) {
        config.alertRelabelConfigs = RelabelReader.rules("alert_relabel_configs", in: reader)
        config.alertmanagers = reader.mappings("alertmanagers", Self.alertmanagers)
    }

    private static func alertmanagers(_ reader: MappingReader) -> AlertmanagersConfig? {
        var config = AlertmanagersConfig(position: reader.position)
        assign(reader.choice("scheme", among: ["http", "https"]), to: &config.scheme)
        let prefix = (reader.text("path_prefix") ?? "").split(separator: "/").joined(separator: "/")
        config.alertsPath = (prefix.isEmpty ? "" : "/" + prefix) + "/api/v2/alerts"
        assign(reader.duration("timeout", above: .zero), to: &config.timeout)
        if reader.text("api_version") == "v1" {
            reader.problems.error(
                at: reader.keyPosition("api_version"), "Alertmanager's API v1 is gone",
                mend: "write v2 or remove the key")
        } else {
            _ = reader.choice("api_version", among: ["v2"])
        }
        config.client = HTTPClientReader.read(reader)
        config.staticConfigs = reader.mappings("static_configs", ScrapeConfigReader.targets)
        let hasTargets = config.staticConfigs.contains { !$0.targets.isEmpty }
        config.discoveries = DiscoveryReader.read(reader, hasTargets: hasTargets)
        config.relabelConfigs = RelabelReader.rules("relabel_configs", in: reader)
        if config.relabelConfigs.isEmpty { ScrapeConfigReader.checkAddresses(config.staticConfigs, reader.problems) }
        config.alertRelabelConfigs = RelabelReader.rules("alert_relabel_configs", in: reader)
        return config
    }
}
