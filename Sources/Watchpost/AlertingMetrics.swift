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
            family(Catalogue.noticesWaiting, ["": Double(router.waitingNotices.count)]),
        ]
    }

    /// - Parameter values: by the value of the one label.
    private static func family(_ definition: MetricDefinition, _ values: [String: Double]) -> MetricFamily {
        let points = values.sorted { $0.key < $1.key }.map { label, value in
            var labels = [Label(Labels.metricName, definition.name)]
            if let name = definition.labelNames.first { labels.append(Label(name, label)) }
            return MetricPoint(labels: Labels(labels), value: value)
        }
        return MetricFamily(name: definition.name, kind: definition.kind, help: definition.help, points: points)
    }
}
