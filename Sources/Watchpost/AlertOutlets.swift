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
        if let prometheus = site.prometheus, Self.forwards(site) {
            let relabeller = Relabeller(prometheus.alertRelabelConfigs)
            forwarder = AlertmanagerForwarder(endpoints: prometheus.alertmanagers, transfers: transfers) {
                relabeller.relabelled($0)
            }
        }
        state.withLock { $0 = State(usesRouter: site.alertmanager != nil, forwarder: forwarder) }
        change.yield(forwarder)
    }

    func receive(_ alerts: [Alert]) async {
        let state = state.withLock { $0 }
        if state.usesRouter { await router.receive(alerts) }
        await state.forwarder?.receive(alerts)
    }

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
