import Collectors
import Foundation
import Instruments
import Model
import TestSupport
import Testing

@Suite("Textfiles")
struct TextfileTests {
    private static func lines(_ collector: TextfileCollector) -> [String] {
        collector.families().filter { !$0.name.hasPrefix("node_textfile") }.flatMap { family in
            family.points.map { "\(family.kind.rawValue) \($0.labels) \($0.value)" }
        }
    }

    @Test("what the files say is shown; of what two say, the first one's; a bad file is left out whole")
    func files() throws {
        let folder = try TemporaryDirectory()
        let collector = TextfileCollector()
        #expect(collector.families().isEmpty)
        collector.update(folder: folder.path)
        try folder.write("a.prom", "# TYPE jobs_total counter\n# HELP jobs_total Jobs.\njobs_total{kind=\"x\"} 3\n")
        try folder.write("b.prom", "jobs_total{kind=\"x\"} 9\njobs_total{kind=\"y\"} 1\n")
        try folder.write("c.prom", "good 1\nbad one\n")
        try folder.write("d.prom", "timed 1 1700000000000\n")
        try folder.write("notes.txt", "other 1\n")
        try folder.write(
            "h.prom",
            "# TYPE d histogram\nd_bucket{le=\"1\"} 1\nd_bucket{le=\"+Inf\"} 2\nd_sum 3\nd_count 2\n")
        let lines = Self.lines(collector)
        #expect(lines.filter { $0.hasPrefix("counter") }.count == 2)
        #expect(lines.filter { $0.hasPrefix("histogram") }.count == 4)
        #expect(lines.count == 6, "\(lines)")
        let notes = collector.notes()
        #expect(notes.contains { $0.contains("c.prom") && $0.contains("line 2") }, "\(notes)")
        #expect(notes.contains { $0.contains("d.prom") && $0.contains("timestamps") })
        #expect(notes.contains { $0.contains("b.prom") && $0.contains("repeats") })
        let own = collector.families().filter { $0.name.hasPrefix("node_textfile") }.flatMap(\.points)
        #expect(own.contains { $0.labels.metricName == "node_textfile_scrape_error" && $0.value == 1 })
        #expect(own.filter { $0.labels.metricName == "node_textfile_mtime_seconds" }.count == 3)

        let registry = Registry()
        registry.gauge(Catalogue.activeStreamsTotal).set(1)
        registry.addSource { collector.families() }
        let page = String(decoding: registry.page(), as: UTF8.self)
        #expect(
            page.contains("# TYPE jobs_total counter\njobs_total{kind=\"x\"} 3\n")
                && page.contains("active_streams_total 1"))
        #expect(registry.gather().map(\.name) == registry.gather().map(\.name).sorted())
    }

    @Test(
        "a pipe and a link to another file are left out and told, and nothing waits for them", .timeLimit(.minutes(5)))
    func otherKinds() throws {
        let folder = try TemporaryDirectory()
        try folder.write("files/good.prom", "good 1\n")
        try folder.write("secret", "secret_value 42\n")
        mkfifo(folder.path + "/files/pipe.prom", 0o666)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/files/link.prom", withDestinationPath: "../secret")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/named", withDestinationPath: "files")
        let collector = TextfileCollector()
        collector.update(folder: folder.path + "/named")
        #expect(Self.lines(collector) == ["unknown good 1.0"], "\(Self.lines(collector))")
        let notes = collector.notes()
        #expect(notes.contains { $0.contains("pipe.prom") && $0.contains("not a regular file") }, "\(notes)")
        #expect(notes.contains { $0.contains("link.prom") && $0.contains("symbolic link") })
    }

    @Test("a folder that is not there is told")
    func absent() {
        let collector = TextfileCollector()
        collector.update(folder: "/no/such/folder")
        #expect(Self.lines(collector).isEmpty)
        #expect(collector.notes().first?.contains("/no/such/folder") == true)
    }
}
