package import Model

extension Scraper: FindingSource {
    /// Targets that cannot be scraped or found, and samples that were refused.
    package var findings: [Finding] {
        let snapshot = snapshot()
        var findings = snapshot.errors.map { Finding(.error, part: "scraping", text: Redaction.urls(in: $0)) }
        for status in snapshot.active {
            let job = status.target.job
            if status.health == .down {
                let labels = status.target.labels
                findings.append(
                    Finding(
                        .warning, part: "scraping", text: "\(job): \(status.lastError)",
                        node: CameraNode(site: labels["site"], instance: labels["instance"])))
            }
            if let refused = status.refused {
                let address = Redaction.urls(in: status.target.url)
                findings.append(Finding(.warning, part: "scraping", text: "\(job): \(address): \(refused)"))
            }
        }
        return findings
    }
}
