internal import Dashboards
internal import Model
internal import SiteView

/// The chart of what an alert's rule looks at, with its threshold, around the time at which it fired.
struct AlertChart: Sendable {
    let panel: Panel?
    /// As the address of a dashboard has them.
    let from: String
    let to: String

    /// The least time before and behind that is shown, in milliseconds.
    private static let margin: Int64 = 1_800_000
    /// A firing that goes on for longer is shown at its begin.
    private static let shownMax: Int64 = 21_600_000

    /// - Parameter end: `nil` while it goes on.
    init(_ condition: AlertCondition?, start: Int64, end: Int64?, now: Int64, alert: AlertExplanation) {
        let hold = condition?.hold ?? 0
        let margin = max(Self.margin, 2 * hold)
        from = String(start - hold - margin)
        if let end {
            to = String(min(now, end + margin))
        } else {
            to = now - start > Self.shownMax ? String(start + Self.shownMax) : "now"
        }
        guard let condition else {
            panel = nil
            return
        }
        var targets = [Panel.Target(expr: condition.series, legendFormat: "")]
        if let other = condition.thresholdSeries {
            targets.append(.init(expr: other, legendFormat: say("alert.threshold")))
        }
        var panel = Panel(
            id: 1, type: .timeseries, title: condition.subject, description: "", targets: targets,
            unit: Self.unit(condition.subject),
            thresholds: condition.threshold.map { [.init(value: $0, color: "red")] } ?? [],
            lineThresholds: condition.threshold != nil, width: 24, height: 9)
        panel.only = alert.labels
        panel.shades = [
            .init(start: start - hold, end: start, color: "yellow"), .init(start: start, end: end, color: "red"),
        ].filter { shade in shade.end.map { $0 > shade.start } ?? true }
        self.panel = panel
    }

    /// A metric's name says its unit.
    private static func unit(_ metric: String) -> String {
        let units = [
            ("_bytes", "bytes"), ("_seconds", "s"), ("_ratio", "percentunit"), ("_percent", "percent"),
            ("_milliseconds", "ms"),
        ]
        return units.first { metric.hasSuffix($0.0) }?.1 ?? "none"
    }
}
