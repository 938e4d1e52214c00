import LogDocuments
import Model
import Patterns
import Testing

@testable import LogPipeline

@Suite("The input file")
struct PipelineFileInputTests {
    private static func input(_ settings: String, _ options: PipelineOptions = PipelineOptions()) throws
        -> PipelineFileInput
    {
        let played = try PlayedPipeline("input { file { \(settings) } }", options)
        return try #require(played.network.pipelines[0].following.first)
    }

    private static let line = LogEvent(
        timestamp: 1_795_672_800_000,
        fields: [
            "message": .string("{\"a\":1}"), "log.file.path": .string("/var/log/a.log"), "log.offset": .integer(7),
            "host.name": .string("h"), "log.flags": .array([.string("multiline")]),
        ])

    private static func json(_ input: PipelineFileInput) -> [String] {
        var events: [String] = []
        input.read(line) { event in
            var document = event.document
            document.removeValue(named: "event")
            events.append(document.json)
        }
        return events
    }

    @Test("its events have the names of the schema, or those of before")
    func names() throws {
        #expect(
            Self.json(try Self.input("path => \"/x\" type => \"t\" tags => [\"u\"]")) == [
                #"{"message":"{\"a\":1}","@version":"1","log":{"file":{"path":"/var/log/a.log"},"offset":7},"#
                    + #""host":{"name":"h"},"tags":["multiline","u"],"type":"t"}"#
            ])
        var legacy = PipelineOptions()
        legacy.usesSchema = false
        #expect(
            Self.json(try Self.input("path => \"/x\" codec => json", legacy)) == [
                #"{"a":1,"@version":"1","path":"/var/log/a.log","host":"h","tags":["multiline"]}"#
            ])
    }

    @Test("where it begins, what it leaves out, and how it joins lines")
    func settings() throws {
        let standard = try Self.input("path => [\"/var/log/*.log\", \"/b\"]")
        #expect(standard.paths == ["/var/log/*.log", "/b"] && !standard.readsFromStart && standard.lines == nil)
        #expect(try Self.input("path => \"/x\" mode => read").readsFromStart)
        let more = try Self.input(
            "path => \"/x\" start_position => beginning exclude => [\"*.gz\"] sincedb_path => \"/dev/null\" ignore_older => 60 "
                + "codec => multiline { pattern => \"^%{YEAR}\" negate => true what => previous max_lines => 9 }")
        #expect(more.readsFromStart && more.ignoredAfter == .seconds(60))
        #expect(
            more.excluded.first?.isFound(in: "/var/a.gz") == true
                && more.excluded.first?.isFound(in: "/a.gz.log") == false)
        let lines = try #require(more.lines)
        #expect(lines.negates && lines.joinsPrevious && lines.linesMax == 9)
        #expect(lines.pattern.isFound(in: "2026-11-28") && !lines.pattern.isFound(in: " at x"))
    }

    @Test(
        "what is wrong is told",
        arguments: [
            ("", "file has no \"path\""), ("path => \"log/*.log\"", "is no whole path"),
            ("path => \"/x\" pth => 1", "no setting \"pth\""),
            ("path => \"/x\" codec => multiline { pattern => \"^a\" }", "multiline has no \"what\""),
        ])
    func wrong(settings: String, text: String) {
        let errors = PlayedPipeline.errors("input { file { \(settings) } }")
        #expect(errors.count == 1 && errors[0].contains(text), "\(errors)")
    }
}
