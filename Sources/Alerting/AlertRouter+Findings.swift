internal import Base
package import Model

extension AlertRouter: FindingSource {
    /// One finding for each way by which notifications do not get through.
    package var findings: [Finding] {
        let now = timeSource.now()
        let ways = Dictionary(grouping: waitingNotifications) { "\($0.receiver), \($0.integration)" }
        return ways.sorted { $0.key < $1.key }.map { way, waiting in
            let minutes = max(0, now - waiting[0].since) / 60_000
            return Finding(
                .error, part: "alerting",
                text: "\(waiting.count) notifications to \(way) wait, the first for \(minutes) min: \(waiting[0].error)"
            )
        }
    }
}
