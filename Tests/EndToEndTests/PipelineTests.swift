import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// Logstash's files on a running server: log files through the seed's pipeline, its outputs, a reload, and the commands.
@Suite("Pipelines, end to end", .serialized, .timeLimit(.minutes(5)))
struct PipelineTests {
    /// The seed's set with the log files of a folder.
    private static func seed(in folder: TemporaryDirectory) async throws -> String {
        let site = folder.path + "/site"
        let command = try RunningProcess(Peers.watchpost, ["init", "--seed", site])
        try await command.end()
        let path = site + "/filebeat.yml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("/var/log/", with: folder.path + "/log/").write(
            toFile: path, atomically: true, encoding: .utf8)
        try folder.write("site/prometheus.yml", "global: { scrape_interval: 15s }\n")
        return site
    }

    private static let now = Date()
    private static func stamp(_ seconds: Double) -> String {
        let date = now.addingTimeInterval(seconds)
        return date.formatted(
            Date.ISO8601FormatStyle(dateTimeSeparator: .space, includingFractionalSeconds: true).year().month().day()
                .time(includingFractionalSeconds: true))
    }

    private static func access(_ status: Int, _ path: String) -> String {
        let clock = DateFormatter()
        clock.locale = Locale(identifier: "en_US_POSIX")
        clock.dateFormat = "dd/MMM/yyyy:HH:mm:ss Z"
        return
            "10.50.1.7 - le.chau [\(clock.string(from: now))] \"GET \(path) HTTP/1.1\" \(status) 512 \"-\" \"VLC/3.0\"\n"
    }

    @Test(
        "the seed's files make the seed's fields of the lines; what no filter takes is found by its level all the same")
    func seedsPipeline() async throws {
        let folder = try TemporaryDirectory()
        let site = try await Self.seed(in: folder)
        try folder.write(
            "log/vms/recording-engine/engine.log",
            """
            \(Self.stamp(-60)) [INFO ] [recording-node-1] [cam-007] started
            \(Self.stamp(-50)) [ERROR] [recording-node-1] [cam-007] connection failed: timeout
            Traceback (most recent call last):
              File "x.py", line 1
            \(Self.stamp(-40)) WARN no brackets here
            \(Self.stamp(-30)) [cam-008] something went wrong

            """)
        try folder.write(
            "log/nginx/access.log",
            Self.access(200, "/hls/cam-001.m3u8?x=1") + Self.access(502, "/api/v1/x") + "rubbish\n")
        try folder.write(
            "log/vms/api/api.log",
            #"{"@timestamp":"\#(Self.now.ISO8601Format())","level":"ERROR","message":"boom","status":500,"response_time":1500.5}"#
                + "\n")
        let server = try await Server.serve(configuration: site, data: folder.path + "/data")
        func count(_ query: String) async throws -> Int { try await server.logs(query).count }
        _ = try await eventually("all lines") { try await count("*:*") >= 8 ? true : nil }
        let error = try #require(try await server.logs("component:recording AND level:ERROR").first)
        #expect(error.message.contains("Traceback"))
        #expect(error.fields["logger"] == .string("recording-node-1"))
        #expect(error.fields["camera_id"] == .string("cam-007"))
        #expect(error.fields["@version"] == .string("1"))
        #expect(abs(Double(error.timestamp) / 1_000 - Self.now.timeIntervalSince1970 + 50) < 2)
        #expect(try await count("component:recording AND level:INFO") == 1)
        #expect(try await count("component:recording AND level:WARN") == 1)
        // No filter takes it: it is tagged, and found by its camera and time.
        let other = try #require(try await server.logs("component:recording AND tags:unparsed").first)
        #expect(other.fields["camera_id"] == .string("cam-008"))
        #expect(abs(Double(other.timestamp) / 1_000 - Self.now.timeIntervalSince1970 + 30) < 2)
        try await Self.tryPage(server)
        let access = try #require(try await server.logs("component:nginx AND status:>=500").first)
        #expect(access.fields["endpoint"] == .string("/api/v1/x") && access.fields["bytes"] == .integer(512))
        #expect(try await count("component:nginx AND tags:unparsed") == 1)
        #expect(try await count("component:api AND response_time:>1000") == 1)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    /// The page that tries pipelines on pasted lines.
    private static func tryPage(_ server: Server) async throws {
        func post(_ fields: [(String, String)]) async throws -> (status: Int, text: String) {
            var form = URLComponents()
            form.queryItems = fields.map { URLQueryItem(name: $0.0, value: $0.1) }
            let body = (form.percentEncodedQuery ?? "").replacing("+", with: "%2B")
            let answer = try await server.post("/logs/pipelines", body, type: "application/x-www-form-urlencoded")
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        #expect(try await server.text("/logs/pipelines").contains("of the site: main"))
        let own = try await post([
            ("pipeline", ""), ("filters", "grok { match => { \"message\" => \"^%{WORD:verb}\" } }"),
            ("lines", "GET <script>\r\nPUT"),
        ])
        #expect(own.status == 200 && own.text.contains("&quot;verb&quot; =&gt; &quot;PUT&quot;"), "\(own.text)")
        #expect(!own.text.contains("<script>"))
        let refused = try await post([
            ("pipeline", ""), ("lines", "a"),
            ("filters", "translate { source => \"message\" dictionary_path => \"/etc/passwd\" }"),
        ])
        #expect(refused.status == 400 && refused.text.contains("names files, which are not read here"))
        let site = try await post([
            ("pipeline", "main"), ("json", "1"),
            ("lines", #"{"message":"2026-11-26 05:00:00.123 [WARN ] x","fields":{"component":"recording"}}"#),
        ])
        #expect(site.text.contains("&quot;level&quot; =&gt; &quot;WARN&quot;"), "\(site.text)")
        #expect(site.text.contains("2026-11-2"))
    }

    @Test("events are forwarded, written to files and sent by TCP; a pipeline that is wrong leaves the former in force")
    func outputsAndReload() async throws {
        let folder = try TemporaryDirectory()
        let other = try await Server.serve(configuration: nil, data: folder.path + "/other")
        try folder.write("site/watchpost.yml", "forward: { logs: true }\n")
        try folder.write(
            "site/filebeat.yml",
            """
            filebeat.inputs:
              - { type: filestream, id: a, paths: ["\(folder.path)/log/*.log"], fields: { component: app } }
            output.logstash: { hosts: ["localhost:5044"] }

            """)
        func pipeline(_ filters: String) throws {
            try folder.write(
                "site/logstash/a.conf",
                """
                input { beats { port => 5044 } }
                filter { \(filters) }
                output {
                  elasticsearch { hosts => ["\(other.url)/elasticsearch"] index => "app-%{+yyyy.MM}" }
                  file { path => "\(folder.path)/out/%{[fields][component]}.log" codec => line { format => "%{n}" } }
                }

                """)
        }
        try pipeline("grok { match => { \"message\" => \"^n=%{NUMBER:n:int}\" } }")
        try folder.write("log/a.log", (0..<50).map { "n=\($0)\n" }.joined())
        let server = try await Server.serve(configuration: folder.path + "/site", data: folder.path + "/data")
        _ = try await eventually("the forwarded lines") { try await other.logs("n:>=0").count == 50 ? true : nil }
        #expect(try await server.logs("_index:app-*").count == 50)
        _ = try await eventually("the file") {
            let text = try? String(contentsOfFile: folder.path + "/out/app.log", encoding: .utf8)
            return text == (0..<50).map { "\($0)\n" }.joined() ? true : nil
        }
        #expect(try await server.text("/metrics").contains("log_pipeline_taken_events_total{pipeline=\"main\"} 50\n"))
        // A pipeline that is wrong is told, and the former goes on.
        try pipeline("grok { match => { \"message\" => \"^n=%{NOSUCH:n}\" } }")
        let answer = try await server.post("/-/reload")
        #expect(answer.status == 200)
        #expect(try await server.text("/api/watchpost/status").contains("NOSUCH"))
        try append("n=50\n", to: folder.path + "/log/a.log")
        _ = try await eventually("the next line") { try await server.logs("n:50").count == 1 ? true : nil }
        // A right one takes its place.
        try pipeline("grok { match => { \"message\" => \"^n=%{NUMBER:number:int}\" } }")
        #expect(try await server.post("/-/reload").status == 200)
        try append("n=51\n", to: folder.path + "/log/a.log")
        _ = try await eventually("the line after") { try await server.logs("number:51").count == 1 ? true : nil }
        server.process.signal(SIGTERM)
        try await server.process.end()
        other.process.signal(SIGTERM)
        try await other.process.end()
    }

    @Test(
        "an input file follows its files, lines that belong together are one event, and each is read once over a restart"
    )
    func fileInput() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            "site/logstash/a.conf",
            """
            input {
              file {
                path => ["\(folder.path)/log/**/*.log"] exclude => "*.1.log" start_position => "beginning" type => "app"
                codec => multiline { pattern => "^%{TIMESTAMP_ISO8601} " negate => true what => "previous" }
              }
              file { path => "\(folder.path)/json/*" start_position => "beginning" codec => "json" tags => ["j"] }
            }
            filter {
              if [type] == "app" {
                grok { match => { "message" => "^%{TIMESTAMP_ISO8601:[@metadata][t]} %{LOGLEVEL:level} (?m)%{GREEDYDATA:text}" } }
                date { match => ["[@metadata][t]", "ISO8601"] timezone => "UTC" }
              }
            }
            output { elasticsearch { } }

            """)
        let stamp = Self.stamp(-30)
        try folder.write("log/deep/a.log", "\(stamp) ERROR boom\n  at x\n  at y\n\(stamp) INFO next\n")
        try folder.write("log/a.1.log", "\(stamp) INFO left out\n")
        try folder.write("json/a", #"{"number":1,"message":"one"}"# + "\nbroken\n")
        var server = try await Server.serve(configuration: folder.path + "/site", data: folder.path + "/data")
        func count(_ query: String) async throws -> Int { try await server.logs(query).count }
        _ = try await eventually("the first event") { try await count("level:ERROR AND type:app") == 1 ? true : nil }
        let error = try #require(try await server.logs("level:ERROR").first)
        #expect(error.fields["text"] == .string("boom\n  at x\n  at y"))
        #expect(error.fields["tags"] == .array([.string("multiline")]))
        #expect(error.fields["log.file.path"] == .string(folder.path + "/log/deep/a.log"))
        #expect(!error.fields.keys.contains { $0.hasPrefix("@metadata") })
        _ = try await eventually("the object") { try await count("number:1 AND tags:j") == 1 ? true : nil }
        #expect(try await count("message:broken AND tags:_jsonparsefailure") == 1)
        #expect(try await count("message:\"left out\"") == 0)
        server.process.signal(SIGTERM)
        try await server.process.end()
        try append("\(stamp) INFO later\n\(stamp) INFO last\n", to: folder.path + "/log/deep/a.log")
        server = try await Server.serve(configuration: folder.path + "/site", data: folder.path + "/data")
        _ = try await eventually("what came later") { try await count("text:later AND type:app") == 1 ? true : nil }
        #expect(try await count("text:next AND type:app") == 1)
        #expect(try await count("level:ERROR AND type:app") == 1)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    private func append(_ text: String, to path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private static func run(_ arguments: [String], input: String = "") async throws -> (text: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(filePath: Peers.watchpost)
        process.arguments = arguments
        let (output, lines) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = output
        process.standardInput = lines
        try process.run()
        try lines.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try lines.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }

    @Test("the commands send lines through, play tests, and tell what is wrong with its place")
    func commands() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            "p.conf",
            #"filter { if [message] == "x" { drop { } } grok { match => { "message" => "^%{WORD:[a][b]}" } } mutate { add_field => { "[@metadata][m]" => "1" } } }"#
        )
        let out = try await Self.run(
            ["pipeline", path],
            input: #"{"message":"hello","@timestamp":"2026-11-26T05:00:00Z"}"# + "\n" + #"{"message":"x"}"# + "\n")
        #expect(
            out.text
                == #"{"@timestamp":"2026-11-26T05:00:00.000Z","message":"hello","a":{"b":"hello"},"@metadata":{"m":"1"}}"#
                + "\n")
        #expect(out.status == 0)
        let plain = try await Self.run(
            ["pipeline", path, "--plain", "--now", "2026-11-26T05:00:00Z"], input: "one\n!\n")
        #expect(plain.text.split(separator: "\n").count == 2 && plain.text.contains(#""tags":["_grokparsefailure"]"#))
        let wrong = try folder.write("wrong.conf", "filter {\n  grk { }\n}\n")
        let refused = try await Self.run(["pipeline", wrong])
        #expect(
            refused.status == 1 && refused.text.hasPrefix("\(wrong):2:3: error: there is no filter \"grk\"; write grok")
        )
        let test = try folder.write(
            "t.yml",
            """
            pipeline: p.conf
            testcases:
              - input: [hello]
                expected: [{ message: hello, a: { b: hello } }]
              - input: [x]
                expected: []
            """)
        #expect(try await Self.run(["test", "pipeline", test]).text == "\(test): 2 passed, 0 failed\n")
        let failing = try folder.write("f.yml", "pipeline: p.conf\ninput: hello\nexpected: [{ message: other }]\n")
        let failed = try await Self.run(["test", "pipeline", failing])
        #expect(failed.status == 1 && failed.text.contains("message is \"hello\"; \"other\" is expected"))
        #expect(failed.text.contains("a is {\"b\":\"hello\"}; it is not expected"))
    }
}
