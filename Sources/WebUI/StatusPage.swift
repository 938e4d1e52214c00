internal import Foundation
internal import Model
internal import SiteView

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
        return pages.page(
            "status", title: "Status", path: "/status",
            [
                "facts": facts.map { ["name": $0.0, "value": $0.1] }, "findings": status.findings.map(Self.values),
                "targets": status.targets.map { target in
                    [
                        "job": target.job, "url": target.url, "health": target.health,
                        "lastScrape": target.lastScrape == 0 ? "–" : Shown.ago(target.lastScrape, now: now),
                        "lastError": target.lastError,
                    ]
                },
                "collectors": status.collectors.map { collector in
                    [
                        "name": collector.name, "error": collector.error,
                        "duration": String(format: "%.1f ms", collector.lastDurationSeconds * 1_000),
                    ]
                },
                "inputs": status.logInputs.map { input in
                    [
                        "input": input.input, "path": input.path, "events": String(input.events),
                        "note": input.note,
                    ]
                },
            ])
    }

    private static func text(_ kept: KeptView) -> String {
        let text = "\(DurationText.text(milliseconds: kept.retention)) or \(Shown.bytes(Double(kept.maxBytes)))"
        guard let window = kept.outOfOrder else { return text }
        return text + ", samples up to \(DurationText.text(milliseconds: window)) late"
    }
}
