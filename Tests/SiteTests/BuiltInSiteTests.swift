import ConfigText
import Foundation
import LogShipping
import Rules
import Site
import Testing

@testable import Alerting

@Suite("The built-in site")
struct BuiltInSiteTests {
    @Test("reads without an error or a warning")
    func reads() throws {
        let site = try Site.builtIn()
        #expect(site.warnings.map(\.description) == [])
        let alerts = site.ruleFiles.flatMap(\.groups).flatMap(\.rules).map(\.kind)
        #expect(alerts.count == 47)
        for name in ["CameraOffline", "CameraMissing", "ExporterDown", "NodeDown", "SlowAPIResponses", "Watchdog"] {
            #expect(alerts.contains(.alert(name)))
        }
        let receivers = try #require(site.alertmanager?.receivers)
        #expect(receivers.map(\.name) == ["default", "dead-mans-switch"])
        #expect(receivers.allSatisfy { $0.integrations.isEmpty })
        #expect(site.filebeat?.inputs.map(\.id) == ["recording-engine", "api", "nginx", "auth"])
        #expect(site.filebeat?.inputs.first?.multiline?.negate == true)
        #expect(site.filebeat?.inputs.last?.json?.overwriteKeys == true)
        #expect(site.dashboards.count == 4)
        #expect(site.watchpost.otlp == OTLPConfig(http: "127.0.0.1:4318", grpc: "127.0.0.1:4317"))
    }
}

@Suite("What the shipped files hold back")
struct ShippedInhibitionTests {
    /// `alertmanager.yml` and the rules of a shipped set.
    private static func texts(_ files: [BuiltInSite.File]) -> [(name: String, text: String)] {
        files.filter { $0.name == "alertmanager.yml" || $0.name.hasPrefix("rules/") }.map { ($0.name, $0.text) }
    }

    @Test("a host's alert holds back those of its own site alone, and no rule loses the site")
    func site() throws {
        for (name, text) in [BuiltInSite.files, BuiltInSite.seedFiles].flatMap(Self.texts) {
            let lists = text.matches(of: #/(?:equal: |by |on )[\[(]([^\])]*)[\])]/#).map(\.output.1)
            if name == "alertmanager.yml" { #expect(lists.count >= 4) }
            for list in lists where list.contains("instance") {
                #expect(list.contains("site"), "\(name): \(list)")
            }
        }
        let site = try Site.builtIn()
        let rules = try #require(site.alertmanager?.inhibitRules)
        #expect(!rules.isEmpty && rules.allSatisfy { $0.equal.contains("site") })
    }
}

@Suite("Files that are written for people")
struct WrittenSiteTests {
    @Test("every file of the two sets is part of the binary")
    func complete() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/Site")
        for (folder, files) in [("BuiltInSite", BuiltInSite.files), ("SeedSite", BuiltInSite.seedFiles)] {
            let root = sources.appendingPathComponent(folder)
            let found = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
            for name in found where (name as NSString).pathExtension != "" {
                let file = try #require(files.first { $0.name == name }, "\(folder)/\(name) is not in CSite/site.c")
                #expect(try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8) == file.text)
            }
        }
    }

    @Test("the built-in site written down reads as the one in the binary")
    func builtIn() throws {
        let site = try TemporarySite()
        try BuiltInSite.write(to: site.directory)
        #expect(site.problems() == [])
        try checkWithRealTools(site, rules: 17)
        #expect(throws: ConfigWriteFailed.self) { try BuiltInSite.write(to: site.directory) }
    }

    @Test("the seed's corrected set reads without an error, and real tools accept it")
    func seed() throws {
        let site = try TemporarySite()
        try BuiltInSite.writeSeed(to: site.directory)
        #expect(site.errors() == [])
        for warning in site.warnings() {
            #expect(
                ["placeholder", "Logstash", "_metadata is known"].contains { warning.contains($0) }, "\(warning)")
        }
        try checkWithRealTools(site, rules: 15)
    }

    private func checkWithRealTools(_ site: TemporarySite, rules: Int) throws {
        if let result = try output(of: "promtool", ["check", "config", "\(site.directory)/prometheus.yml"]) {
            #expect(result.status == 0, "\(result.text)")
            #expect(result.text.contains("\(rules) rules found"), "\(result.text)")
        } else {
            try Test.cancel("promtool is not installed")
        }
        if let result = try output(of: "amtool", ["check-config", "\(site.directory)/alertmanager.yml"]) {
            #expect(result.status == 0, "\(result.text)")
        } else {
            try Test.cancel("amtool is not installed")
        }
    }
}
