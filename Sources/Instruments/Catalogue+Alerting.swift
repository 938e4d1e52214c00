internal import Model

extension Catalogue {
    public static let alertmanagerAlerts = MetricDefinition(
        "alertmanager_alerts", .gauge, labels: ["state"],
        "Alerts that are not over, by whether something holds them: active or suppressed.", source: "the router")
    public static let alertmanagerSilences = MetricDefinition(
        "alertmanager_silences", .gauge, labels: ["state"], "Silences, by state: pending, active or expired.",
        source: "the router")
    public static let alertmanagerNotificationsTotal = MetricDefinition(
        "alertmanager_notifications_total", .counter, labels: ["integration"],
        "Notifications that were delivered or failed, by integration.", source: "the router")
    public static let alertmanagerNotificationsFailedTotal = MetricDefinition(
        "alertmanager_notifications_failed_total", .counter, labels: ["integration"],
        "Notifications that failed for the time being or for ever, by integration.", source: "the router")
    public static let noticesWaiting = MetricDefinition(
        "notices_waiting", .gauge, "Notifications that failed and are tried again.", source: "the router")

    static let alerting = [
        alertmanagerAlerts, alertmanagerSilences, alertmanagerNotificationsTotal,
        alertmanagerNotificationsFailedTotal, noticesWaiting,
    ]
}
