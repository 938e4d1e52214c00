internal import Foundation
internal import Model
internal import SiteView

/// The engine room.
struct StatusContent: PageContent {
    static let template = PageTemplate.status

    struct Target: Sendable {
        let job: String
        let url: String
        let health: String
        let lastScrape: String
        let lastError: String
    }

    struct Collector: Sendable {
        let name: String
        let duration: String
        let error: String
    }

    struct Input: Sendable {
        let input: String
        let path: String
        let events: String
        let note: String
    }

    let facts: [Fact]
    let findings: [FindingRow]
    let targets: [Target]
    let collectors: [Collector]
    let inputs: [Input]
}

extension WebUI {
    /// The engine room.
    func statusPage() async -> String {
        let status = await view.status()
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        var facts = [
            (say("status.version"), status.version), (say("status.running"), Shown.span(now - status.startedAt)),
            (say("status.configuration"), status.configuration), (say("status.data"), status.dataDirectory),
            (say("status.series"), Shown.count(status.series)),
            (say("status.stored"), Shown.bytes(Double(status.storedBytes))),
        ]
        if let kept = status.metricsKept { facts.append((say("status.metricsKept"), Self.text(kept))) }
        if let kept = status.logsKept { facts.append((say("status.logsKept"), Self.text(kept))) }
        for port in status.ports ?? [] { facts.append((port.name, "\(port.address), \(port.note)")) }
        let content = StatusContent(
            facts: facts.map { Fact($0.0, $0.1) }, findings: status.findings.map(FindingRow.init),
            targets: status.targets.map { target in
                .init(
                    job: target.job, url: target.url, health: target.health,
                    lastScrape: target.lastScrape == 0 ? "–" : Shown.ago(target.lastScrape, now: now),
                    lastError: target.lastError)
            },
            collectors: status.collectors.map { collector in
                .init(
                    name: collector.name,
                    duration: Shown.number(collector.lastDurationSeconds * 1_000, digits: 1) + " ms",
                    error: collector.error)
            },
            inputs: status.logInputs.map { input in
                .init(input: input.input, path: input.path, events: Shown.count(Int(input.events)), note: input.note)
            })
        return pages.page(content, title: say("status.title"), path: "/status")
    }

    private static func text(_ kept: KeptView) -> String {
        var values: [String: WordValue] = [
            "time": .text(DurationText.text(milliseconds: kept.retention)),
            "size": .text(Shown.bytes(Double(kept.maxBytes))),
        ]
        guard let window = kept.outOfOrder else { return say("status.kept", values) }
        values["late"] = .text(DurationText.text(milliseconds: window))
        return say("status.keptLate", values)
    }
}

/// What is wrong with the watching itself.
struct FindingRow: Sendable {
    let severity: String
    let part: String
    let text: String
}

extension FindingRow {
    init(_ finding: Finding) {
        severity = finding.severity.rawValue
        part = finding.part
        text = finding.text
    }
}
