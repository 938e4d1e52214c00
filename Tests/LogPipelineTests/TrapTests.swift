import Testing

@testable import LogPipeline

@Suite("What check points out in a pipeline")
struct TrapTests {
    /// A text that has a trap, one that has not, and what is told of the first.
    static let traps: [(String, String, String)] = [
        (
            #"date { match => ["t", "yyyy-mm-dd"] }"#, #"date { match => ["t", "yyyy-MM-dd HH:mm"] }"#,
            "every date is in January"
        ),
        (
            #"date { match => ["t", "YYYY-MM-DD"] }"#, #"date { match => ["t", "yyyy-DDD"] }"#,
            "the day of the year (DD)"
        ),
        (
            #"date { match => ["t", "yyyy-MM-dd hh:mm:ss"] }"#, #"date { match => ["t", "yyyy-MM-dd hh:mm:ss a"] }"#,
            "13:00 cannot be read"
        ),
        (
            #"grok { match => { "m" => "^\[%{LOGLEVEL:level}\]" } }"#,
            #"grok { match => { "m" => "^\[%{LOGLEVEL:level}\s*\]" } }"#, "often padded"
        ),
        (
            #"grok { match => { "m" => "%{WORD:a} x" } }"#, #"grok { match => { "m" => "\A%{WORD:a} x" } }"#,
            "begin anywhere"
        ),
        (
            #"grok { match => { "message" => "^%{WORD:a} %{GREEDYDATA:message}" } }"#,
            #"grok { match => { "message" => "^%{WORD:a} %{GREEDYDATA:message}" } overwrite => ["message"] }"#,
            "becomes a list"
        ),
        ("if [n] > 5 { drop { } }", "if [n] and [n] > 5 { drop { } }", "passes the whole if by"),
        ("if [n] > 5 and [n] { drop { } }", "if [a] == 1 and ([n] and [n] > 5) { drop { } }", "passes the whole if by"),
        ("if [a] or [n] > 5 { drop { } }", "if [n] { if [n] > 5 { drop { } } }", "passes the whole if by"),
        (#"if [a] in ["x"] { drop { } }"#, #"if [a] in ["x", "y"] { drop { } }"#, "a list of one value"),
        (#"mutate { add_field => { "[a]b" => "1" } }"#, #"mutate { add_field => { "[a][b]" => "1" } }"#, "is no field"),
        (#"mutate { remove_field => ["a[b]"] }"#, #"mutate { remove_field => ["a", "%{[b][c]}"] }"#, "is no field"),
        (#"json { source => "[a" }"#, #"json { source => "[a]" }"#, "is no field"),
        (
            #"grok { match => { "m" => "^%{COMBINEDAPACHELOG}" } } if [clientip] { drop { } }"#,
            #"grok { match => { "m" => "^%{COMBINEDAPACHELOG}" } } if [source][address] { drop { } }"#, "clientip"
        ),
    ]

    @Test("is told where it is, and nowhere else", arguments: traps)
    func trap(_ bad: String, _ good: String, _ told: String) throws {
        let warnings = try PlayedPipeline.warnings("filter {\n  \(bad)\n}")
        #expect(warnings.count { $0.contains(told) } == 1, "\(warnings)")
        #expect(warnings.allSatisfy { $0.hasPrefix("2:") })
        let others = try PlayedPipeline.warnings("filter {\n  \(good)\n}")
        #expect(!others.contains { $0.contains(told) }, "\(others)")
    }

    @Test("files of one folder whose filters see the events of all")
    func joinedFiles() throws {
        func warnings(_ filter: String) throws -> [String] {
            try PlayedPipeline([
                PipelineFile(path: "a.conf", text: "input { beats { port => 5044 } } filter { \(filter) }"),
                PipelineFile(path: "b.conf", text: "input { beats { port => 5045 } }"),
            ]).warnings
        }
        #expect(
            try warnings("mutate { add_tag => a }").contains { $0.contains("all files of the folder are one pipeline") }
        )
        #expect(try warnings("if [type] == \"a\" { mutate { add_tag => a } }").isEmpty)
    }

    @Test("inputs that there are not, and what there is instead")
    func inputs() throws {
        #expect(try PlayedPipeline.warnings("input { beats { port => 5044 } pipeline { address => a } }").isEmpty)
        #expect(
            try PlayedPipeline.warnings("input { kafka { } bets { } stdin { } file { path => \"/x\" } }") == [
                "1:9: warning: there is no input \"kafka\", nothing comes from there; "
                    + "known are beats, elastic_agent, file, gelf, http, pipeline, syslog, tcp, udp",
                "1:19: warning: there is no input \"bets\", nothing comes from there; write beats",
                "1:28: warning: there is no input \"stdin\", nothing comes from there; "
                    + "send events through by watchpost pipeline",
            ])
    }

    @Test("outputs that there are not: told, or refused where none is left")
    func outputs() throws {
        #expect(try PlayedPipeline.warnings("output { kafka { } stdout { } }").count == 1)
        #expect(PlayedPipeline.errors("output { kafka { } }").count == 1)
    }
}
