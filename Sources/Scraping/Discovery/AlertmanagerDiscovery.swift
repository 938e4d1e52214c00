internal import ConfigText
internal import Model
internal import Synchronization
package import Transfers

/// An entry of `alerting.alertmanagers` with the addresses that are known of it now.
package struct FoundAlertmanagers: Sendable {
    package let config: AlertmanagersConfig
    /// Where alerts are posted, each once.
    package let urls: [String]
    /// What the entry does to the labels of alerts.
    package let relabeller: Relabeller
}

/// Knows where the Alertmanagers of `prometheus.yml` are: those in the file and those that are found.
package final class AlertmanagerDiscovery: Sendable {
    private let discovery: TargetDiscovery
    private let configs = Mutex<[AlertmanagersConfig]>([])

    package init(transfers: Transfers) { discovery = TargetDiscovery(transfers: transfers) }

    /// Looks for these from now on.
    package func update(_ configs: [AlertmanagersConfig]) {
        self.configs.withLock { $0 = configs }
        discovery.update(configs.enumerated().map(Self.job))
    }

    /// Looks until the task is cancelled.
    /// - Parameter changed: called when others were found than before.
    package func run(_ changed: @escaping @Sendable () -> Void) async { await discovery.run(changed) }

    /// All that are known now, an element for each entry of the file.
    package var found: [FoundAlertmanagers] {
        configs.withLock { $0 }.enumerated().map { index, config in
            let groups = config.staticConfigs.map { TargetGroup(addresses: $0.targets.map(\.value), labels: $0.labels) }
            let found = discovery.groups(of: Self.job(index, config))
            return FoundAlertmanagers(
                config: config, urls: Self.urls(groups + found, config),
                relabeller: Relabeller(config.alertRelabelConfigs))
        }
    }

    /// What was wrong with looking for them the last time.
    package var problems: [String] {
        configs.withLock { $0 }.enumerated().flatMap { discovery.problems(of: Self.job($0, $1)) }
    }

    /// The discovery knows places by the job that asks there.
    private static func job(_ index: Int, _ config: AlertmanagersConfig) -> ScrapeConfig {
        var job = ScrapeConfig(
            jobName: "alertmanagers \(index)", position: config.position, scrapeInterval: .seconds(60),
            scrapeTimeout: .seconds(10))
        job.discoveries = config.discoveries
        return job
    }

    private static func urls(_ groups: [TargetGroup], _ config: AlertmanagersConfig) -> [String] {
        let relabeller = Relabeller(config.relabelConfigs)
        var urls: [String] = []
        for group in groups {
            for address in group.addresses {
                var builder = LabelsBuilder(group.labels)
                builder.set("__address__", address)
                if builder["__scheme__"].isEmpty { builder.set("__scheme__", config.scheme) }
                if builder["__alerts_path__"].isEmpty { builder.set("__alerts_path__", config.alertsPath) }
                guard relabeller.apply(to: &builder), !builder["__address__"].isEmpty else { continue }
                let path = builder["__alerts_path__"]
                let slash = path.hasPrefix("/") ? "" : "/"
                let url = "\(builder["__scheme__"])://\(builder["__address__"])\(slash)\(path)"
                if !urls.contains(url) { urls.append(url) }
            }
        }
        return urls
    }
}
