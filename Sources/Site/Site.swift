public import Alerting
public import ConfigText
public import LogShipping
public import Rules
public import Scraping

/// Everything that a configuration directory says, checked. What is absent from a directory is `nil` or empty:
/// that part is switched off.
public struct Site: Sendable {
    public var watchpost = WatchpostConfig()
    public var prometheus: PrometheusConfig?
    public var ruleFiles: [RuleFile] = []
    public var alertmanager: AlertmanagerConfig?
    public var filebeat: FilebeatConfig?
    /// Grafana dashboards: the file's path and its JSON.
    public var dashboards: [DashboardFile] = []
    /// Paths of Logstash pipelines.
    public var logstashFiles: [String] = []
    /// What is not wrong enough to refuse the configuration.
    public var warnings: [ConfigProblem] = []

    public init() {}
}

/// A dashboard as it stands in the file; `Dashboards` reads it.
public struct DashboardFile: Sendable {
    public let path: String
    public let json: String
    /// Why it cannot be drawn, with its place, where that is known.
    public let problem: String?

    public init(path: String, json: String, problem: String? = nil) {
        self.path = path
        self.json = json
        self.problem = problem
    }
}
