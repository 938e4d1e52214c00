internal import Alerting
internal import Instruments
internal import Model

/// The router's counts as metrics, under the names that Alertmanager has for them.
enum AlertingMetrics {
    static func families(of router: AlertRouter) -> [MetricFamily] {
        let alerts = router.alertCounts()
        let silences = router.silenceCounts()
        let integrations = router.statistics.integrations.filter { $0.key != "none" }
        return [
            family(
                Catalogue.alertmanagerAlerts,
                ["active": Double(alerts.active), "suppressed": Double(alerts.suppressed)]),
            family(Catalogue.alertmanagerSilences, silences.mapValues(Double.init)),
            family(
                Catalogue.alertmanagerNotificationsTotal, integrations.mapValues { Double($0.sent + $0.failed) }),
            family(Catalogue.alertmanagerNotificationsFailedTotal, integrations.mapValues { Double($0.failed) }),
            family(Catalogue.noticesWaiting, ["": Double(router.waitingNotifications.count)]),
        ]
    }

    private static func family(_ definition: MetricDefinition, _ values: [String: Double]) -> MetricFamily {
        definition.family(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}
