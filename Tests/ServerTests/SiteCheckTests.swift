import ConfigText
import Dashboards
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("Checks of a whole site")
struct SiteCheckTests {
    private func problems(_ prometheus: String) throws -> [String] {
        let folder = try TemporaryDirectory()
        try folder.write("prometheus.yml", prometheus + "rule_files: [rules.yml]\n")
        try folder.write("rules.yml", "groups: []\n")
        return SiteCheck.check(directory: folder.path).map {
            $0.description.replacing(folder.path + "/", with: "")
        }
    }

    @Test("an address that relabelling spoils is told at its place, an error where nothing else is scraped")
    func targets() throws {
        func config(_ targets: String) -> String {
            """
            scrape_configs:
              - job_name: node
                static_configs:
                  - targets: [\(targets)]
                relabel_configs:
                  - { source_labels: [__address__], regex: "(bad.*)", target_label: __address__, replacement: "$1/x" }

            """
        }
        let cause =
            #"cannot scrape "bad:1/x" of job node: this is not a host and port; correct its address or relabelling"#
        #expect(try problems(config("good:1, bad:1")) == ["prometheus.yml:4:27: warning: \(cause)"])
        #expect(try problems(config("bad:1")) == ["prometheus.yml:4:19: error: \(cause)"])
        #expect(try problems(config("good:1")).isEmpty)
    }

    @Test(
        "what is put into dashboards/, changed or taken away is shown without a reload, once it is written to its end")
    func watch() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("dashboards/a.json", #"{"uid": "a", "title": "one", "panels": [{"type": "text"}]}"#)
        let current = CurrentSite(try LoadedSite.load(folder.path, features: []), at: 0)
        let changes = Mutex(0)
        let watch = DashboardWatch(
            directory: folder.path, period: .milliseconds(30), logger: Logger(label: "test"),
            shown: { current.value.dashboardListing }
        ) {
            current.changeDashboards()
            changes.withLock { $0 += 1 }
        }
        let running = Task { await watch.run() }
        defer { running.cancel() }
        func titles(_ wanted: [String]) async throws {
            _ = try await eventually("\(wanted)", within: .seconds(10)) {
                current.value.dashboards.map(\.title) == wanted ? true : nil
            }
        }
        try folder.write("dashboards/b.json", #"{"uid": "b", "title": "two", "panels": [{"type": "text"}]}"#)
        try await titles(["one", "two"])
        // A file that is broken keeps what it showed, and says why.
        try folder.write("dashboards/a.json", #"{"uid": "a", "title": "#)
        _ = try await eventually("the broken file is told", within: .seconds(10)) {
            current.value.warnings.contains { $0.description.contains("a.json:1:") } ? true : nil
        }
        #expect(current.value.dashboards.map(\.title) == ["one", "two"])
        #expect(current.value.dashboards[0].problem != nil && current.value.warnings.count == 1)
        try folder.write("dashboards/a.json", #"{"uid": "a", "title": "mended", "panels": [{"type": "text"}]}"#)
        try await titles(["mended", "two"])
        #expect(current.value.warnings.isEmpty)
        try FileManager.default.removeItem(atPath: folder.path + "/dashboards/b.json")
        try await titles(["mended"])
        let seen = changes.withLock { $0 }
        try await Task.sleep(for: .milliseconds(150))
        #expect(changes.withLock { $0 } == seen, "nothing changed, and the files were read again")
    }

    @Test("of two dashboards with one uid the second is told, and has an address of its own")
    func dashboards() throws {
        let folder = try TemporaryDirectory()
        for name in ["a", "b", "c"] {
            let uid = name == "c" ? "b" : "same"
            try folder.write("dashboards/\(name).json", #"{"uid": "\#(uid)", "panels": [{"type": "stat"}]}"#)
        }
        let site = try LoadedSite.load(folder.path, features: [])
        #expect(site.dashboards.map(\.uid) == ["same", "b-2", "b"])
        let told = site.warnings.map { $0.description.replacing(folder.path + "/", with: "") }
        #expect(told.count == 1 && told[0].hasPrefix("dashboards/b.json:1:1: warning: the uid \"same\""), "\(told)")
        #expect(told[0].contains("dashboards/a.json") && told[0].contains("/dashboards/b-2"))
    }

    @Test("a dashboard that is not JSON is told with its line and column")
    func notJSON() throws {
        let folder = try TemporaryDirectory()
        try folder.write("dashboards/a.json", "{\n  \"title\": }\n")
        let told = SiteCheck.check(directory: folder.path).map(\.description)
        #expect(
            told.count == 1 && told[0].contains("dashboards/a.json:2:12: error: cannot read the dashboard"), "\(told)")
    }
}
