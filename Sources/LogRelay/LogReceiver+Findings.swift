internal import Base
package import Model
internal import Synchronization

extension LogReceiver: FindingSource {
    /// Agents say that they are there every half minute.
    private static let silence: Int64 = 180_000
    private static let day: Int64 = 86_400_000
    /// How long a refusal is told after the last one.
    private static let refusalAge: Int64 = 3_600_000

    /// Agents that have fallen silent, and what did not come or was not taken.
    package var findings: [Finding] {
        let now = timeSource.now()
        func age(_ time: Int64) -> String { DurationText.text(milliseconds: (now - time) / 60_000 * 60_000) }
        var findings: [Finding] = []
        for agent in agents {
            if now - agent.lastHeard > Self.silence, now - agent.lastHeard < Self.day {
                findings.append(
                    Finding(
                        .warning, part: "logs",
                        text:
                            "the agent \(agent.name) was last heard \(age(agent.lastHeard)) ago: look whether it runs and "
                            + "reaches this server; its logs wait there"))
            }
            if let time = agent.missingAt, now - time < Self.day {
                findings.append(
                    Finding(
                        .warning, part: "logs",
                        text:
                            "\(agent.missing) messages with logs of the agent \(agent.name) are not here: this server lost "
                            + "them, or another one has them"))
            }
        }
        let told = status.withLock { $0.told }
        for refusal in Refusal.allCases {
            guard let (text, time) = told[refusal], now - time < Self.refusalAge else { continue }
            findings.append(Finding(.warning, part: "logs", text: text))
        }
        return findings
    }
}
