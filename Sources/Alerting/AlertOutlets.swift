package import Model
package import Scraping
internal import Synchronization
package import Transfers

/// Where alerts go: to our own router where `alertmanager.yml` is there, and to other Alertmanagers where
/// `prometheus.yml` names some and either there is no router or forwarding is on.
package final class AlertOutlets: AlertSink, FindingSource {
    private struct State {
        var usesRouter = false
        var forwardsToo = false
        /// What `alert_relabel_configs` make of an alert's labels, whoever gets it.
        var relabeller = Relabeller([])
    }

    package let router: AlertRouter
    private let forwarder: AlertmanagerForwarder
    private let discovery: AlertmanagerDiscovery
    private let state = Mutex(State())

    package init(router: AlertRouter, transfers: Transfers) {
        self.router = router
        forwarder = AlertmanagerForwarder(transfers: transfers)
        discovery = AlertmanagerDiscovery(transfers: transfers)
    }

    /// Takes a configuration.
    /// - Parameters:
    ///   - others: the Alertmanagers that get the alerts; empty where our own router alone does.
    ///   - relabel: what is done to an alert's labels, whoever gets it.
    ///   - usesRouter: whether our own router gets them.
    package func update(others: [AlertmanagersConfig], relabel: [RelabelRule], usesRouter: Bool) {
        let relabeller = Relabeller(relabel)
        state.withLock { state in
            state = State(usesRouter: usesRouter, forwardsToo: !others.isEmpty, relabeller: relabeller)
        }
        discovery.update(others)
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
    package var alertmanagers: [String] { discovery.found.flatMap(\.urls) }

    /// Hands alerts of the rules on.
    package func receive(_ alerts: [Alert]) async {
        let state = state.withLock { $0 }
        let alerts = alerts.compactMap { alert in
            state.relabeller.relabelled(alert.labels).map { labels in
                Alert(
                    labels: labels, annotations: alert.annotations, startsAt: alert.startsAt, endsAt: alert.endsAt,
                    generatorURL: alert.generatorURL)
            }
        }
        if state.usesRouter { await router.receive(alerts) } else { await router.remember(alerts) }
        await forwarder.receive(alerts)
    }

    /// The labels under which an alert of the rules is known to those who are told; `nil` where nobody is.
    package func outward(_ labels: Labels, externalLabels: Labels) -> Labels? {
        var builder = LabelsBuilder(labels)
        for label in externalLabels where labels.value(of: label.name) == nil { builder.set(label.name, label.value) }
        return state.withLock { $0.relabeller }.relabelled(builder.build())
    }

    /// Who does not get the alerts, and who gets them besides our own router.
    package var findings: [Finding] {
        let unreached = forwarder.statistics.failures.sorted { $0.key < $1.key }
        var findings = unreached.map { address, reason in
            Finding(.error, part: "alerting", text: "\(address) does not get the alerts: \(reason)")
        }
        findings += router.findings
        findings += discovery.problems.map { Finding(.error, part: "alerting", text: Redaction.urls(in: $0)) }
        if state.withLock({ $0.forwardsToo }) {
            findings.append(
                Finding(.note, part: "alerting", text: "alerts go to the Alertmanagers of prometheus.yml too"))
        }
        return findings
    }

    /// Delivers until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [router] in await router.run() }
            group.addTask { [forwarder] in await forwarder.run() }
            group.addTask { [self] in await discovery.run { self.useFound() } }
        }
    }
}
