import ConfigText
import LogShipping
import Site
import Testing

@Suite("What is wrong in filebeat.yml")
struct PartialProblemTests {
    @Test("is told as errors by a check, at its place")
    func told() throws {
        let site = try TemporarySite(["filebeat.yml": "processors: [{drop_evnt: ~}]\n"])
        #expect(site.errors().contains { $0.hasPrefix("filebeat.yml:1:") })
        #expect(try site.load().warnings.contains { $0.severity == .error && $0.isPartial })
    }

    @Test("a file that is no YAML stops its inputs and nothing else")
    func noYAML() throws {
        let site = try TemporarySite(["filebeat.yml": "filebeat.inputs: [\n", "watchpost.yml": "instance: a\n"])
        let loaded = try site.load()
        #expect(loaded.filebeat?.isUnreadable == true && loaded.filebeat?.refused.count == 1)
        #expect(loaded.watchpost.instance == "a")
        #expect(!site.errors().isEmpty)
    }
}
