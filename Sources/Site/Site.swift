package import Alerting
package import ConfigText
package import LogPipeline
package import LogShipping
package import Rules
package import Scraping

/// Everything that a configuration directory says, checked. What is absent from a directory is `nil` or empty:
/// that part is switched off.
package struct Site: Sendable {
    package var watchpost = WatchpostConfig()
    package var prometheus: PrometheusConfig?
    package var ruleFiles: [RuleFile] = []
    package var alertmanager: AlertmanagerConfig?
    package var filebeat: FilebeatConfig?
    /// Grafana dashboards: the file's path and its JSON.
    package var dashboards: [DashboardFile] = []
    /// Pipelines of Logstash; `nil` where there are none, or where something is wrong with them.
    package var pipelines: PipelineNetwork?
    /// Why the pipelines are not run.
    package var pipelineProblem: String?
    /// What is not wrong enough to refuse the configuration.
    package var warnings: [ConfigProblem] = []

    package init() {}
}

/// A dashboard as it stands in the file; `Dashboards` reads it.
package struct DashboardFile: Sendable {
    package let path: String
    package let json: String
    /// The folder below `dashboards` in which it is; `nil` for none.
    package let folder: String?
    /// Why it cannot be drawn, with its place, where that is known.
    package let problem: String?

    package init(path: String, json: String, folder: String? = nil, problem: String? = nil) {
        self.path = path
        self.json = json
        self.folder = folder
        self.problem = problem
    }
}
