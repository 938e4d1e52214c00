import ConfigText
import Testing

@testable import LogPipeline

@Suite("Folders of pipelines")
struct FolderTests {
    /// Files by their paths, as a folder of a disk has them.
    private static let files = [
        "/s/a.conf": "filter { mutate { add_tag => a } }", "/s/b.conf": "filter { mutate { add_tag => b } }",
        "/s/d/one.conf": "filter { mutate { add_tag => one } }", "/s/d/two.cfg": "filter { mutate { add_tag => two } }",
    ]

    private static func read(_ pipelines: String?, _ settings: String? = nil) -> (tags: [String], problems: [String]) {
        var files = files
        files["/s/pipelines.yml"] = pipelines
        files["/s/logstash.yml"] = settings
        let problems = ProblemList()
        let folder = PipelineFolder(
            "/s", text: { files[$0] },
            matching: { pattern in
                let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
                return files.keys.sorted().filter { path in
                    guard parts.count == 2 else { return path == pattern }
                    let inner = path.dropFirst(parts[0].count)
                    return path.hasPrefix(parts[0]) && path.hasSuffix(parts[1]) && !inner.contains("/")
                }
            }, problems: problems)
        let found = folder.pipelines(PipelineOptions())
        let tags = found.map { config in
            var text = ""
            config.filters.process(PipelineEvent(timestamp: 0), now: 0, PipelineWorker()) { event in
                text = "\(config.id) " + (event[FieldReference("tags")]?.fieldText ?? "")
            }
            return text
        }
        return (tags, problems.all.map(\.description))
    }

    static let entries: [(String, [String])] = [
        ("- { pipeline.id: x, path.config: a.conf }", ["x a"]),
        ("- { pipeline.id: x, path.config: /s/b.conf }", ["x b"]),
        ("- pipeline.id: x\n  path.config: \"*.conf\"", ["x a,b"]),
        ("- { pipeline.id: x, path.config: '{b,a}.conf' }", ["x a,b"]),
        ("- { pipeline.id: x, path.config: d }", ["x one,two"]),
        ("- { pipeline.id: x, path.config: d/ }", ["x one,two"]),
        ("- { pipeline.id: x, path.config: '{a.conf,d/*.cfg}' }", ["x a,two"]),
        ("- { pipeline: { id: x }, path: { config: a.conf }, queue.type: persisted, pipeline.workers: 4 }", ["x a"]),
        (
            "- { path.config: a.conf }\n- { pipeline.id: y, config.string: 'filter { mutate { add_tag => s } }' }",
            ["main a", "y s"]
        ),
    ]

    @Test("name their files by patterns, braces and folders", arguments: entries)
    func entry(_ pipelines: String, _ expected: [String]) {
        let result = Self.read(pipelines)
        #expect(result.tags == expected, "\(result.problems)")
        #expect(result.problems.isEmpty)
    }

    @Test("are one pipeline without pipelines.yml, and say what is wrong with it")
    func others() {
        #expect(Self.read(nil).tags == ["main a,b"])
        #expect(
            Self.read("- { pipeline.id: x, path.config: q.conf }").problems == [
                "/s/pipelines.yml:1:34: error: there is no file /s/q.conf; correct path.config"
            ])
        #expect(Self.read("- { pipeline.id: x }").problems.first?.contains("has no files") == true)
        #expect(Self.read("pipeline.id: x").problems.first?.contains("pipelines.yml is no list") == true)
        #expect(
            Self.read(nil, "pipeline.ecs_compatibility: v7").problems.first?.contains("logstash.yml:1:29: error")
                == true)
        #expect(
            Self.read(nil, "config.support_escapes: true\npipeline: { ecs_compatibility: disabled }").problems.isEmpty)
    }
}
