public import Base
public import ConfigText
public import Model
public import Patterns

/// `prometheus.yml` as Prometheus 3 reads it, as far as we act on it.
public struct PrometheusConfig: Sendable {
    public var scrapeInterval: Duration = .seconds(60)
    public var scrapeTimeout: Duration = .seconds(10)
    public var evaluationInterval: Duration = .seconds(60)
    /// How far in the past rules look; a group may say otherwise.
    public var ruleQueryOffset: Duration = .zero
    public var externalLabels: Labels = .empty
    /// Globs of rule files, relative to the file's folder.
    public var ruleFiles: [Located<String>] = []
    public var scrapeConfigs: [ScrapeConfig] = []
    /// `alerting.alertmanagers`: who gets the alerts beside our own router, or in its place.
    public var alertmanagers: [AlertmanagersConfig] = []
    /// Servers that get all samples too.
    public var remoteWrites: [RemoteWriteConfig] = []
    public var alertRelabelConfigs: [RelabelRule] = []
    /// The file as it may be shown: without its secrets.
    public var shownText = ""

    public init() {}
}

/// An entry of `alerting.alertmanagers`: where some Alertmanagers are, and how alerts are posted to them.
public struct AlertmanagersConfig: Sendable {
    public var position: SourcePosition
    public var scheme = "http"
    /// Where alerts are posted: `/api/v2/alerts` after `path_prefix`.
    public var alertsPath = "/api/v2/alerts"
    public var timeout: Duration = .seconds(10)
    public var staticConfigs: [StaticTargets] = []
    /// Where more of them are looked for.
    public var discoveries: [DiscoveryConfig] = []
    public var relabelConfigs: [RelabelRule] = []
    /// What is done to the labels of alerts that go there, after what is done for all.
    public var alertRelabelConfigs: [RelabelRule] = []
    public var client = HTTPClientConfig()

    public init(position: SourcePosition) { self.position = position }
}

/// One job of `scrape_configs`.
public struct ScrapeConfig: Sendable {
    public var jobName: String
    public var position: SourcePosition
    public var scrapeInterval: Duration
    public var scrapeTimeout: Duration
    public var metricsPath = "/metrics"
    public var scheme = "http"
    public var params: [String: [String]] = [:]
    public var honorLabels = false
    public var honorTimestamps = true
    public var staticConfigs: [StaticTargets] = []
    /// Where more targets are looked for while the job runs.
    public var discoveries: [DiscoveryConfig] = []
    public var relabelConfigs: [RelabelRule] = []
    public var metricRelabelConfigs: [RelabelRule] = []
    public var client = HTTPClientConfig()
    /// 0 is no limit.
    public var sampleLimit = 0
    public var labelLimit = 0
    public var labelNameLengthLimit = 0
    public var labelValueLengthLimit = 0
    public var targetLimit = 0
    /// Of how many dropped targets the labels are kept to be shown.
    public var keepDroppedTargets = 0
    /// Bytes of an answer, uncompressed; 0 is no limit of the job's own.
    public var bodySizeLimit: Int64 = 0

    public init(jobName: String, position: SourcePosition, scrapeInterval: Duration, scrapeTimeout: Duration) {
        self.jobName = jobName
        self.position = position
        self.scrapeInterval = scrapeInterval
        self.scrapeTimeout = scrapeTimeout
    }
}

/// Targets that stand in the file, and the labels that all of them get.
public struct StaticTargets: Sendable, Hashable {
    public var targets: [Located<String>]
    public var labels: Labels

    public init(targets: [Located<String>], labels: Labels) {
        self.targets = targets
        self.labels = labels
    }
}

/// One step of `relabel_configs`.
public struct RelabelRule: Sendable {
    public enum Action: String, Sendable, CaseIterable {
        case replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase
    }

    public var action: Action
    public var sourceLabels: [String]
    public var separator: String
    public var regex: Pattern
    public var modulus: UInt64
    public var targetLabel: String
    public var replacement: String

    public init(
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
