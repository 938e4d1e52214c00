internal import Alerting
internal import Model
internal import Scraping
internal import Site
internal import Synchronization
internal import Transfers

/// Where alerts go: to our own router where `alertmanager.yml` is there, and to other Alertmanagers where
/// `prometheus.yml` names some and either there is no router or forwarding is on.
final class AlertOutlets: AlertSink {
    private struct State {
        var usesRouter = false
        /// What `alert_relabel_configs` make of an alert's labels, whoever gets it.
        var relabeller = Relabeller([])
    }

    let router: AlertRouter
    private let forwarder: AlertmanagerForwarder
    private let discovery: AlertmanagerDiscovery
    private let state = Mutex(State())

    init(router: AlertRouter, transfers: Transfers) {
        self.router = router
        forwarder = AlertmanagerForwarder(transfers: transfers)
        discovery = AlertmanagerDiscovery(transfers: transfers)
    }

    /// Whether other Alertmanagers get the alerts of this site.
    static func forwards(_ site: Site) -> Bool {
        let others = site.prometheus?.alertmanagers ?? []
        return !others.isEmpty && (site.alertmanager == nil || site.watchpost.forwardAlerts)
    }

    func update(_ site: Site) {
        let relabeller = Relabeller(site.prometheus?.alertRelabelConfigs ?? [])
        state.withLock { $0 = State(usesRouter: site.alertmanager != nil, relabeller: relabeller) }
        discovery.update(Self.forwards(site) ? site.prometheus?.alertmanagers ?? [] : [])
        useFound()
    }

    /// Hands the addresses that are known now to who posts there.
    private func useFound() {
        forwarder.update(
            discovery.found.map { found in
                var destination = AlertmanagerForwarder.Destination(urls: found.urls)
                destination.timeout = found.config.timeout
                destination.client = found.config.client
                destination.relabel = { found.relabeller.relabelled($0) }
                return destination
            })
    }

    /// Where alerts are posted now.
    var alertmanagers: [String] { discovery.found.flatMap(\.urls) }

    func receive(_ alerts: [Alert]) async {
        let state = state.withLock { $0 }
        let alerts = alerts.compactMap { alert in
            state.relabeller.relabelled(alert.labels).map { labels in
                Alert(
                    labels: labels, annotations: alert.annotations, startsAt: alert.startsAt, endsAt: alert.endsAt,
                    generatorURL: alert.generatorURL)
            }
        }
        if state.usesRouter { await router.receive(alerts) }
        await forwarder.receive(alerts)
    }

    /// The labels under which an alert of the rules is known to those who are told; `nil` where nobody is.
    func outward(_ labels: Labels, externalLabels: Labels) -> Labels? {
        var builder = LabelsBuilder(labels)
        for label in externalLabels where labels.value(of: label.name) == nil { builder.set(label.name, label.value) }
        return state.withLock { $0.relabeller }.relabelled(builder.build())
    }

    /// Why alerts do not reach other Alertmanagers, by their address.
    var failures: [String: String] { forwarder.statistics.failures }

    /// Why other Alertmanagers cannot be looked for.
    var problems: [String] { discovery.problems }

    /// Delivers until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [router] in await router.run() }
            group.addTask { [forwarder] in await forwarder.run() }
            group.addTask { [self] in await discovery.run { self.useFound() } }
        }
    }
}
