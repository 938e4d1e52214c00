internal import Base
package import ConfigText
package import Model

/// One address of a job: where it is scraped, and the labels that all of its series get.
package struct Target: Sendable {
    package let job: String
    /// With parameters; never with credentials.
    package let url: String
    /// What its series get: without the labels that begin with `__`.
    package let labels: Labels
    /// Before relabelling, with the labels that begin with `__`.
    package let discoveredLabels: Labels
    package let interval: Duration
    package let timeout: Duration

    /// What tells the target from others of the job.
    var key: String { "\(url) \(labels)" }
}

/// What a job's configuration makes of its addresses.
package struct DiscoveredTargets: Sendable {
    package internal(set) var active: [Target] = []
    /// Labels, before relabelling, of those that relabelling drops.
    package internal(set) var dropped: [Labels] = []
    /// How many relabelling drops; `keep_dropped_targets` may keep the labels of fewer.
    package internal(set) var droppedCount = 0
    /// Why an address cannot be scraped: an error where the job therefore scrapes nothing, else a warning.
    package internal(set) var problems: [ConfigProblem] = []

    /// Why an address cannot be scraped.
    package var errors: [String] { problems.map { "\($0.what); \($0.mend)" } }

    /// Makes the targets of a job: defaults, relabelling, checks, as Prometheus has them. Of equal ones, one is kept.
    /// - Parameter found: what was found besides the targets in the file.
    package init(_ config: ScrapeConfig, found: [TargetGroup] = []) {
        let relabeller = Relabeller(config.relabelConfigs)
        var seen: Set<String> = []
        var failures: [(error: TargetError, position: SourcePosition)] = []
        func add(_ address: String, _ labels: Labels, at position: SourcePosition) {
            do throws(TargetError) {
                let discovered = Self.discoveredLabels(address, labels, config)
                guard let target = try Self.target(discovered, relabeller, config) else {
                    droppedCount += 1
                    guard config.keepDroppedTargets == 0 || dropped.count < config.keepDroppedTargets else { return }
                    dropped.append(discovered.setting("__address__", TargetError.withoutCredentials(address)))
                    return
                }
                if seen.insert(target.key).inserted { active.append(target) }
            } catch {
                failures.append((error, position))
            }
        }
        for group in config.staticConfigs {
            for address in group.targets { add(address.value, group.labels, at: address.position) }
        }
        for group in found {
            for address in group.addresses { add(address, group.labels, at: config.position) }
        }
        // What is found comes and goes, so that nothing of it makes the configuration wrong.
        let isLost = config.discoveries.isEmpty && active.isEmpty && droppedCount == 0
        let severity: ConfigProblem.Severity = isLost ? .error : .warning
        problems = failures.map { error, position in
            ConfigProblem(severity, at: position, error.description, mend: "correct its address or relabelling")
        }
    }

    private static func discoveredLabels(_ address: String, _ labels: Labels, _ config: ScrapeConfig) -> Labels {
        var builder = LabelsBuilder(labels)
        builder.set("__address__", address)
        func setDefault(_ name: String, _ value: String) {
            if builder[name].isEmpty { builder.set(name, value) }
        }
        setDefault("job", config.jobName)
        setDefault("__scrape_interval__", DurationText.text(milliseconds: config.scrapeInterval.milliseconds))
        setDefault("__scrape_timeout__", DurationText.text(milliseconds: config.scrapeTimeout.milliseconds))
        setDefault("__metrics_path__", config.metricsPath)
        setDefault("__scheme__", config.scheme)
        for (name, values) in config.params {
            if let first = values.first { setDefault("__param_\(name)", first) }
        }
        return builder.build()
    }

    private static func target(
        _ discovered: Labels, _ relabeller: Relabeller, _ config: ScrapeConfig
    ) throws(TargetError) -> Target? {
        guard let labels = relabeller.relabelled(discovered) else { return nil }
        let address = labels["__address__"]
        guard !address.isEmpty, !address.contains("/") else {
            throw TargetError(job: config.jobName, address: address, reason: "this is not a host and port")
        }
        // The address becomes a label of every series, which anybody may read.
        guard !address.contains("@") else {
            throw TargetError(
                job: config.jobName, address: address,
                reason: "it holds credentials, which basic_auth or authorization keep")
        }
        let interval = try duration("__scrape_interval__", labels, config)
        let timeout = try duration("__scrape_timeout__", labels, config)
        guard timeout <= interval else {
            throw TargetError(job: config.jobName, address: address, reason: "its timeout is longer than its interval")
        }
        var shown = LabelsBuilder(labels.dropping { $0.hasPrefix("__") })
        if shown["instance"].isEmpty { shown.set("instance", address) }
        return Target(
            job: config.jobName, url: url(labels, config), labels: shown.build(), discoveredLabels: discovered,
            interval: interval, timeout: timeout)
    }

    private static func duration(
        _ name: String, _ labels: Labels, _ config: ScrapeConfig
    ) throws(TargetError) -> Duration {
        guard let milliseconds = DurationText.milliseconds(labels[name]), milliseconds > 0 else {
            throw TargetError(
                job: config.jobName, address: labels["__address__"], reason: "\(name) is \"\(labels[name])\"")
        }
        return .milliseconds(milliseconds)
    }

    private static func url(_ labels: Labels, _ config: ScrapeConfig) -> String {
        var parameters = config.params
        for label in labels where label.name.hasPrefix("__param_") {
            let name = String(label.name.dropFirst("__param_".count))
            parameters[name] = [label.value] + (parameters[name]?.dropFirst() ?? [])
        }
        let query = parameters.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { "\(encoded(name))=\(encoded($0))" }
        }
        let path = labels["__metrics_path__"]
        let slash = path.hasPrefix("/") ? "" : "/"
        var url = "\(labels["__scheme__"])://\(labels["__address__"])\(slash)\(path)"
        if !query.isEmpty { url += (path.contains("?") ? "&" : "?") + query.joined(separator: "&") }
        return url
    }

    /// As Prometheus writes them: a blank is a plus sign.
    private static func encoded(_ text: String) -> String { FormFields.encoded(text).replacing("%20", with: "+") }
}

/// Why an address of a job is no target.
struct TargetError: Error, CustomStringConvertible {
    let job: String
    let address: String
    let reason: String

    var description: String {
        "cannot scrape \"\(Redaction.urls(in: Self.withoutCredentials(address)))\" of job \(job): \(reason)"
    }

    /// An address of a target has no scheme in front of its credentials by which ``Redaction`` could tell them.
    static func withoutCredentials(_ address: String) -> String {
        guard let at = address.lastIndex(of: "@") else { return address }
        let scheme = address.firstRange(of: "://").map { address[..<$0.upperBound] } ?? ""
        return scheme + "xxxxx:xxxxx" + address[at...]
    }
}
