import Foundation
import Site
import TestSupport
import Testing

/// Configuration files of our own, and Prometheus' and Alertmanager's where the environment says they lie.
@Suite("Conformance")
struct ConformanceTests {
    private func files(_ folder: String) -> [String] {
        Conformance.paths(in: folder, endings: [".yml", ".yaml"])
    }

    @Test("a prometheus.yml is refused where Prometheus refuses it")
    func prometheusConfig() throws {
        for path in files("prometheus_config") {
            let site = try TemporarySite()
            try site.link("prometheus.yml", to: path)
            let errors = site.errors()
            #expect(errors.isEmpty != path.contains(".bad."), "\(path): \(errors)")
        }
    }

    @Test("a rule file is refused where Prometheus refuses its structure")
    func rules() throws {
        for path in files("rules") {
            let site = try TemporarySite(["prometheus.yml": "rule_files: [rules.yml]"])
            try site.link("rules.yml", to: path)
            let errors = site.errors()
            #expect(errors.isEmpty != (path.contains(".bad.") || path.contains("invalid")), "\(path): \(errors)")
        }
    }

    @Test("an alertmanager.yml is refused where Alertmanager refuses it")
    func alertmanagerConfig() throws {
        let bad = [
            "conf.bad.", "nil-", "old-team", "-both-", "-no-",
        ]
        for path in files("alertmanager/config") {
            let site = try TemporarySite()
            try site.link("alertmanager.yml", to: path)
            let errors = site.errors()
            let isBad = bad.contains { path.contains($0) }
            #expect(errors.isEmpty != isBad, "\(path): \(errors)")
        }
    }
}
