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
            ("Version", status.version), ("Running for", Shown.span(now - status.startedAt)),
            ("Configuration", status.configuration), ("Data", status.dataDirectory),
            ("Series", String(status.series)), ("Stored", Shown.bytes(Double(status.storedBytes))),
        ]
        if let kept = status.metricsKept { facts.append(("Metrics are kept for", Self.text(kept))) }
        if let kept = status.logsKept { facts.append(("Logs are kept for", Self.text(kept))) }
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
                    name: collector.name, duration: String(format: "%.1f ms", collector.lastDurationSeconds * 1_000),
                    error: collector.error)
            },
            inputs: status.logInputs.map { input in
                .init(input: input.input, path: input.path, events: String(input.events), note: input.note)
            })
        return pages.page(content, title: "Status", path: "/status")
    }

    private static func text(_ kept: KeptView) -> String {
        let text = "\(DurationText.text(milliseconds: kept.retention)) or \(Shown.bytes(Double(kept.maxBytes)))"
        guard let window = kept.outOfOrder else { return text }
        return text + ", samples up to \(DurationText.text(milliseconds: window)) late"
    }
}
