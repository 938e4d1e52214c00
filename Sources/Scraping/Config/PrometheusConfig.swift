internal import Base
package import ConfigText
package import Model
package import Patterns

/// `prometheus.yml` as Prometheus 3 reads it, as far as we act on it.
package struct PrometheusConfig: Sendable {
    package var scrapeInterval: Duration = .seconds(60)
    package var scrapeTimeout: Duration = .seconds(10)
    package var evaluationInterval: Duration = .seconds(60)
    /// How far in the past rules look; a group may say otherwise.
    package var ruleQueryOffset: Duration = .zero
    package var externalLabels: Labels = .empty
    /// Globs of rule files, relative to the file's folder.
    package var ruleFiles: [Located<String>] = []
    package var scrapeConfigs: [ScrapeConfig] = []
    /// `alerting.alertmanagers`: who gets the alerts beside our own router, or in its place.
    package var alertmanagers: [AlertmanagersConfig] = []
    /// Servers that get all samples too.
    package var remoteWrites: [RemoteWriteConfig] = []
    package var alertRelabelConfigs: [RelabelRule] = []
    /// The file as it may be shown: without its secrets.
    package var shownText = ""

    package init() {}
}

/// An entry of `alerting.alertmanagers`: where some Alertmanagers are, and how alerts are posted to them.
package struct AlertmanagersConfig: Sendable {
    package var position: SourcePosition
    package var scheme = "http"
    /// Where alerts are posted: `/api/v2/alerts` after `path_prefix`.
    package var alertsPath = "/api/v2/alerts"
    package var timeout: Duration = .seconds(10)
    package var staticConfigs: [StaticTargets] = []
    /// Where more of them are looked for.
    package var discoveries: [DiscoveryConfig] = []
    package var relabelConfigs: [RelabelRule] = []
    /// What is done to the labels of alerts that go there, after what is done for all.
    package var alertRelabelConfigs: [RelabelRule] = []
    package var client = HTTPClientConfig()

    package init(position: SourcePosition) { self.position = position }
}

/// One job of `scrape_configs`.
package struct ScrapeConfig: Sendable {
    package var jobName: String
    package var position: SourcePosition
    package var scrapeInterval: Duration
    package var scrapeTimeout: Duration
    package var metricsPath = "/metrics"
    package var scheme = "http"
    package var params: [String: [String]] = [:]
    package var honorLabels = false
    package var honorTimestamps = true
    package var staticConfigs: [StaticTargets] = []
    /// Where more targets are looked for while the job runs.
    package var discoveries: [DiscoveryConfig] = []
    package var relabelConfigs: [RelabelRule] = []
    package var metricRelabelConfigs: [RelabelRule] = []
    package var client = HTTPClientConfig()
    /// 0 is no limit.
    package var sampleLimit = 0
    package var labelLimit = 0
    package var labelNameLengthLimit = 0
    package var labelValueLengthLimit = 0
    package var targetLimit = 0
    /// Of how many dropped targets the labels are kept to be shown.
    package var keepDroppedTargets = 0
    /// Bytes of an answer, uncompressed; 0 is no limit of the job's own.
    package var bodySizeLimit: Int64 = 0

    package init(jobName: String, position: SourcePosition, scrapeInterval: Duration, scrapeTimeout: Duration) {
        self.jobName = jobName
        self.position = position
        self.scrapeInterval = scrapeInterval
        self.scrapeTimeout = scrapeTimeout
    }
}

/// Targets that stand in the file, and the labels that all of them get.
package struct StaticTargets: Sendable, Hashable {
    package var targets: [Located<String>]
    package var labels: Labels

    package init(targets: [Located<String>], labels: Labels) {
        self.targets = targets
        self.labels = labels
    }
}

/// One step of `relabel_configs`.
package struct RelabelRule: Sendable {
    package enum Action: String, Sendable, CaseIterable {
        case replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase
    }

    package var action: Action
    package var sourceLabels: [String]
    package var separator: String
    package var regex: Pattern
    package var modulus: UInt64
    package var targetLabel: String
    package var replacement: String

    package init(
        action: Action, sourceLabels: [String], separator: String, regex: Pattern, modulus: UInt64, targetLabel: String,
        replacement: String
    ) {
        self.action = action
        self.sourceLabels = sourceLabels
        self.separator = separator
        self.regex = regex
        self.modulus = modulus
        self.targetLabel = targetLabel
        self.replacement = replacement
    }
}
