internal import Alerting
internal import Base
internal import Collectors
internal import ConfigText
internal import Foundation
internal import Model
internal import Patterns
internal import Recorders
internal import Rules
internal import Scraping

/// Points out what a set of files says that is right by the letter and wrong in the field: alerts that never fire,
/// inhibitions that never match, panels that stay empty.
///
/// Traps of a single key are told where that key is read.
struct SiteTraps {
    let site: Site
    let problems: ProblemList

    /// - Parameter path: makes the shown path of a file of the site.
    func tell(_ path: (String) -> String) {
        tellMissingRuleFiles(path)
        tellInhibitionByInstance()
        tellMergedTargets()
        tellUnprobedCameras()
        for rule in site.ruleFiles.flatMap(\.groups).flatMap(\.rules) { tellExpression(rule.expr, of: rule) }
    }

    private func tellMissingRuleFiles(_ path: (String) -> String) {
        guard let prometheus = site.prometheus, prometheus.ruleFiles.isEmpty else { return }
        problems.warn(
            at: SourcePosition(file: path("prometheus.yml"), line: 1, column: 1),
            "there is no rule_files, so no alert is ever evaluated", mend: "write rule_files: [rules/*.yml]")
    }

    /// Cameras whose footage somebody else writes are not probed, and nothing else in the files says so.
    private func tellUnprobedCameras() {
        let config = site.watchpost
        let ours = Set(config.recorders.map(\.camera))
        let recorded = Set(config.recordings.map(\.camera)).subtracting(ours)
        let cameras = config.cameras.filter {
            ($0.url != nil || !$0.restreams.isEmpty) && !$0.isCheck && $0.watch.isEmpty && recorded.contains($0.id)
        }
        guard let first = cameras.first else { return }
        let names = cameras.prefix(20).map(\.id).joined(separator: ", ") + (cameras.count > 20 ? ", …" : "")
        problems.warn(
            at: first.position,
            "not probed while others write their recordings, so that no recorder loses its session: \(names)",
            mend: "leave it, or write watch: [recorder], or watch: [probe] where a camera has a session to spare")
    }

    // MARK: Inhibition

    private func tellInhibitionByInstance() {
        guard let jobs = site.prometheus?.scrapeConfigs, let alertmanager = site.alertmanager else { return }
        let withPort = jobs.filter { !Self.stripsPort($0) && $0.staticConfigs.contains { !$0.targets.isEmpty } }
        guard let job = withPort.first else { return }
        for rule in alertmanager.inhibitRules where rule.equal.contains("instance") {
            guard let position = rule.position else { continue }
            problems.warn(
                at: position,
                "equal: [instance] compares addresses with ports, and each exporter has its own: this mutes nothing",
                mend: "strip the port in relabel_configs of every job (\(job.jobName) at \(job.position) does not): "
                    + #"source_labels: [__address__], regex: '\[?([^\]]+?)\]?(?::\d+)?', target_label: instance"#)
        }
    }

    /// Whether every target of the job gets an `instance` without a port.
    private static func stripsPort(_ job: ScrapeConfig) -> Bool {
        let byTarget = instances(of: job)
        return byTarget.allSatisfy { !hasPort($0.instance) }
    }

    private static func hasPort(_ instance: String) -> Bool {
        guard let colon = instance.lastIndex(of: ":") else { return false }
        let port = instance[instance.index(after: colon)...]
        let host = instance[..<colon]
        return !port.isEmpty && port.allSatisfy(\.isNumber) && (!host.contains(":") || host.hasPrefix("["))
    }

    /// What the job's own relabelling makes of `instance`, as far as it is made of the address by `replace`.
    private static func instances(of job: ScrapeConfig) -> [(target: Located<String>, instance: String)] {
        job.staticConfigs.flatMap { group in
            group.targets.map { target in
                var labels = ["__address__": target.value, "job": job.jobName]
                for label in group.labels { labels[label.name] = label.value }
                for rule in job.relabelConfigs where rule.action == .replace {
                    let source = rule.sourceLabels.map { labels[$0] ?? "" }.joined(separator: rule.separator)
                    guard let captures = rule.regex.captures(in: source, whole: true) else { continue }
                    labels[rule.targetLabel] = ReplacementTemplate(rule.replacement).expanded(captures, rule.regex)
                }
                return (target, labels["instance"] ?? labels["__address__"] ?? "")
            }
        }
    }

    private func tellMergedTargets() {
        for job in site.prometheus?.scrapeConfigs ?? [] {
            var first: [String: Located<String>] = [:]
            for (target, instance) in Self.instances(of: job) {
                if let other = first[instance], other.value != target.value {
                    problems.warn(
                        at: target.position,
                        "\"\(target.value)\" and \"\(other.value)\" both become instance=\"\(instance)\" in one job",
                        mend: "put them into two jobs, or keep the port here")
                }
                first[instance] = first[instance] ?? target
            }
        }
    }

    // MARK: Expressions

    private struct ExpressionTrap {
        let pattern: String
        let what: String
        let mend: String
    }

    private static let expressionTraps = [
        ExpressionTrap(
            pattern: #"histogram_quantile\s*\(\s*[^,()]+,\s*[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:\{[^}]*\})?\s*\)"#,
            what: "histogram_quantile over a bare metric is empty or a quantile of all time",
            mend: "write histogram_quantile(0.99, sum by (le) (rate(NAME_bucket[5m])))"),
        ExpressionTrap(
            pattern:
                #"^\s*rate\s*\(\s*[a-zA-Z_:]*(?:drop|error|fail)[a-zA-Z0-9_:]*\s*(?:\{[^}]*\})?\[[^\]]*\]\s*\)\s*>=?\s*0?\.\d+"#,
            what: "this is a rate a second, compared as if it were a ratio",
            mend: "divide by the rate of all: rate(dropped[5m]) / (rate(dropped[5m]) + rate(total[5m]))"),
        ExpressionTrap(
            pattern: #"\bcamera_fps\s*(?:\{[^}]*\})?\s*<=?\s*\d[\d.]*\s*(?:$|\)|and\b|or\b|unless\b)"#,
            what: "a fixed rate fires for every camera that is set to fewer frames",
            mend: "write camera_fps < 0.8 * camera_fps_expected"),
        ExpressionTrap(
            pattern: #"^\s*camera_connection_status\s*(?:\{[^}]*\})?\s*==\s*0\s*$"#,
            what: "the alert ends by itself when the recorder dies too, because its series ends",
            mend: "write camera_connection_status == 0 or (last_over_time(camera_connection_status[1d]) == 0 "
                + "unless camera_connection_status)"),
        ExpressionTrap(
            pattern: #"\bcamera_frames_dropped\s*(?:[\[{)]|$)"#,
            what: "the counter's name is camera_frames_dropped_total", mend: "write camera_frames_dropped_total"),
    ]

    private func tellExpression(_ expr: Located<String>, of rule: RuleConfig) {
        for trap in Self.expressionTraps {
            guard let pattern = try? Pattern(trap.pattern), pattern.isFound(in: expr.value) else { continue }
            problems.warn(at: expr.position, trap.what, mend: trap.mend)
        }
    }
}
