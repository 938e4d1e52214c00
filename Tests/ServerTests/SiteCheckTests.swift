import ConfigText
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
