internal import Alerting
internal import Model
internal import Scraping
internal import SiteConfig
internal import Synchronization
internal import Transfers

/// Where alerts go: to our own router where `alertmanager.yml` is there, and to other Alertmanagers where
/// `prometheus.yml` names some and either there is no router or forwarding is on.
final class AlertOutlets: AlertSink {
    private struct State {
        var usesRouter = false
        /// What `alert_relabel_configs` make of an alert's labels, whoever gets it.
        var relabeller = Relabeller([])
        var forwarder: AlertmanagerForwarder?
    }

    let router: AlertRouter
    private let transfers: Transfers
    private let state = Mutex(State())
    private let forwarders: AsyncStream<AlertmanagerForwarder?>
    private let change: AsyncStream<AlertmanagerForwarder?>.Continuation

    init(router: AlertRouter, transfers: Transfers) {
        self.router = router
        self.transfers = transfers
        (forwarders, change) = AsyncStream.makeStream(of: AlertmanagerForwarder?.self)
    }

    /// Whether other Alertmanagers get the alerts of this site.
    static func forwards(_ site: Site) -> Bool {
        let others = site.prometheus?.alertmanagers ?? []
        return !others.isEmpty && (site.alertmanager == nil || site.watchpost.forwardAlerts)
    }

    func update(_ site: Site) {
        var forwarder: AlertmanagerForwarder?
        let relabeller = Relabeller(site.prometheus?.alertRelabelConfigs ?? [])
        if let prometheus = site.prometheus, Self.forwards(site) {
            forwarder = AlertmanagerForwarder(endpoints: prometheus.alertmanagers, transfers: transfers)
        }
        state.withLock {
            $0 = State(usesRouter: site.alertmanager != nil, relabeller: relabeller, forwarder: forwarder)
        }
        change.yield(forwarder)
    }

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
        await state.forwarder?.receive(alerts)
    }

    /// The labels under which an alert of the rules is known to those who are told; `nil` where nobody is.
    func outward(_ labels: Labels, externalLabels: Labels) -> Labels? {
        var builder = LabelsBuilder(labels)
        for label in externalLabels where labels.value(of: label.name) == nil { builder.set(label.name, label.value) }
        return state.withLock { $0.relabeller }.relabelled(builder.build())
    }

    /// Why alerts do not reach other Alertmanagers, by their address.
    var failures: [String: String] { state.withLock { $0.forwarder }?.statistics.failures ?? [:] }

    /// Delivers until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [router] in await router.run() }
            var running: Task<Void, Never>?
            for await forwarder in forwarders {
                running?.cancel()
                running = forwarder.map { forwarder in Task { await forwarder.run() } }
            }
            running?.cancel()
            group.cancelAll()
        }
    }
}
