internal import Foundation
internal import SiteView

extension WebUI {
    /// The engine room.
    func statusPage() async -> String {
        let status = await view.status()
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let facts = [
            ("Version", status.version), ("Running for", Shown.span(now - status.startedAt)),
            ("Configuration", status.configuration), ("Data", status.dataDirectory),
            ("Series", String(status.series)), ("Stored", Shown.bytes(Double(status.storedBytes))),
        ]
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
}
