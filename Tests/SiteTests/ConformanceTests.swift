import Foundation
import Site
import Testing

/// Prometheus' and Alertmanager's own configuration files, where the environment says they lie.
@Suite("Conformance")
struct ConformanceTests {
    private static let directory = ProcessInfo.processInfo.environment["CONFORMANCE_DIR"]

    private func files(_ folder: String) throws -> [String] {
        guard let directory = Self.directory else {
            print("SKIPPED: CONFORMANCE_DIR is not set, so Prometheus' own files in \(folder) were not read")
            return []
        }
        return try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)").sorted()
            .filter { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }.map { "\(directory)/\(folder)/\($0)" }
    }

    @Test("a prometheus.yml is refused where Prometheus refuses it")
    func prometheusConfig() throws {
        for path in try files("prometheus_config") {
            let site = try TemporarySite()
            try site.link("prometheus.yml", to: path)
            let errors = site.errors()
            #expect(errors.isEmpty != path.contains(".bad."), "\(path): \(errors)")
        }
    }

    @Test("a rule file is refused where Prometheus refuses its structure")
    func rules() throws {
        for path in try files("rules") {
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
        for path in try files("alertmanager/config") {
            let site = try TemporarySite()
            try site.link("alertmanager.yml", to: path)
            let errors = site.errors()
            let isBad = bad.contains { path.contains($0) }
            #expect(errors.isEmpty != isBad, "\(path): \(errors)")
        }
    }
}
