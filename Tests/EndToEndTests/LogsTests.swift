import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// The API and the command line of logs on a running server.
@Suite("Logs, end to end", .serialized, .timeLimit(.minutes(3)))
struct LogsTests {
    /// 10:00 UTC of the day before, in milliseconds since the Unix epoch.
    private static let morning: Int64 = {
        let day = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400
        return (day - 86_400 + 36_000) * 1_000
    }()

    private static func time(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000).ISO8601Format()
    }

    private static func site(in folder: TemporaryDirectory) throws {
        try folder.write("config/watchpost.yml", "instance: node-1\ntime_zone: Asia/Ho_Chi_Minh\n")
        try folder.write(
            "config/filebeat.yml",
            """
            filebeat.inputs:
              - type: filestream
                id: json
                paths: [\(folder.path)/*.json]
                parsers: [{ ndjson: { overwrite_keys: true } }]
                fields: { component: app }
              - type: filestream
                id: text
                paths: [\(folder.path)/*.log]

            """)
    }

    private static func serve(_ folder: TemporaryDirectory, port: Int? = nil) async throws -> Server {
        try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data", port: port)
    }

    private static func run(_ server: Server, _ arguments: String...) async throws -> String {
        let command = try RunningProcess(
            Peers.watchpost, ["logs", "--server", server.url, "--since", "3d"] + arguments,
            environment: ["TZ": "Asia/Ho_Chi_Minh", "COLUMNS": "60"])
        try await command.end()
        return command.printed
    }

    @Test("are answered typed, each event of one moment once page by page, counted, and with the lines around them")
    func answers() async throws {
        let folder = try TemporaryDirectory()
        try Self.site(in: folder)
        let events = (0..<1_200).map { number in
            let level = number % 4 == 0 ? "ERROR" : "INFO"
            return #"{"@timestamp":"\#(Self.time(Self.morning))","message":"Máy quay \#(number)","level":"\#(level)","#
                + #""number":\#(number),"ratio":0.5,"ok":true,"none":null,"tags":["a",1]}"# + "\n"
        }
        try folder.write("a.json", events.joined())
        let lines = (0..<40).map { "\(Self.time(Self.morning + Int64($0) * 60_000)) INFO line \($0)\n" }
        try folder.write("b.log", lines.joined())
        let server = try await Self.serve(folder)
        _ = try await eventually("all events", within: .seconds(30)) {
            let page: LogPage = try await server.decode("/api/watchpost/logs", [("limit", "0"), ("start", "now-3d")])
            return page.total == 1_240 ? true : nil
        }
        // Pages of one moment.
        for order in ["desc", "asc"] {
            var numbers: [Int64] = []
            var cursor: String?
            repeat {
                let page: LogPage = try await server.decode(
                    "/api/watchpost/logs",
                    [("query", "component:app"), ("start", "now-3d"), ("limit", "500"), ("order", order)]
                        + (cursor.map { [("cursor", $0)] } ?? []))
                numbers += page.events.compactMap {
                    if case .integer(let number)? = $0.fields["number"] { number } else { nil }
                }
                cursor = page.next
            } while cursor != nil
            #expect(numbers == (order == "asc" ? Array(0..<1_200) : (0..<1_200).reversed()))
        }
        let typed = try #require(try await server.logs("number:7", start: "now-3d").first)
        #expect(typed.fields["ratio"] == .double(0.5) && typed.fields["ok"] == .boolean(true))
        #expect(typed.fields["none"] == .null && typed.fields["tags"] == .array([.string("a"), .integer(1)]))
        let bad = try await server.get("/api/watchpost/logs", [("cursor", "d1.1.x")])
        #expect(bad.status == 400 && String(decoding: bad.body, as: UTF8.self).contains("cursor"))
        // Counts over the whole range: 10:00 UTC is 17:00 by the site's clock.
        let counts: LogPage = try await server.decode(
            "/api/watchpost/logs",
            [
                ("limit", "0"), ("start", "now-2d/d"), ("histogram", "1d"), ("terms", "level,ok"), ("terms_size", "1"),
                ("query", "component:app"),
            ])
        #expect(counts.total == 1_200 && counts.events.isEmpty && !counts.timedOut)
        #expect(
            counts.histogram?.columns.filter { $0.count > 0 } == [
                .init(start: Self.morning - 17 * 3_600_000, count: 1_200)
            ])
        #expect(counts.terms?["level"] == LogTerms(values: [.init(value: "INFO", count: 900)], others: 300))
        #expect(counts.terms?["ok"] == LogTerms(values: [.init(value: "true", count: 1_200)], others: 0))
        // The command line.
        #expect(try await Self.run(server, "level:ERROR", "--count") == "300\n")
        #expect(try await Self.run(server, "component:app", "--terms", "level").hasPrefix("INFO   900  ████"))
        let drawn = try await Self.run(server, "message:line", "--histogram")
        #expect(drawn.contains("█") && drawn.split(separator: "\n").allSatisfy { $0.count <= 60 }, "\(drawn)")
        let columns = try await Self.run(server, "number:(7 OR 8)", "--fields", "number,tags,message,absent")
        #expect(
            columns == "number  tags  message     absent\n7       a, 1  Máy quay 7  -\n8       a, 1  Máy quay 8  -\n")
        let context = try await Self.run(server, "message:(10 OR 12) AND message:line", "--context", "2")
        let texts = context.split(separator: "\n").dropFirst().map { line in
            String(line.prefix(1)) + (line.split(separator: " ").last ?? "")
        }
        #expect(texts == [" 8", " 9", ">10", " 11", ">12", " 13", " 14"], "\(context)")
        for (arguments, word) in [
            (["--count", "--follow"], "two questions"), (["--follow", "--until", "1m"], "--until"),
            (["--count", "--fields", "a"], "--fields"), (["--limit", "0"], "--count"),
            (["--since", "soon"], "duration"),
            (["message:1:2:3"], "second colon"), (["a && b", "--kql"], "write and"), (["--until", "5d"], "not before"),
            (["--json", "--color", "always"], "colours"), (["(", "--follow"], "character"),
        ] {
            let command = try RunningProcess(Peers.watchpost, ["logs", "--server", server.url] + arguments)
            try await command.end()
            #expect(command.printed.contains(word), "\(arguments): \(command.printed)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("are followed as they come, each line once, also over a server that is killed")
    func follow() async throws {
        let folder = try TemporaryDirectory()
        try Self.site(in: folder)
        let port = try Peers.freePort()
        let log = folder.path + "/c.log"
        FileManager.default.createFile(atPath: log, contents: nil)
        let file = try #require(FileHandle(forWritingAtPath: log))
        var written = 0
        func write(_ count: Int) throws {
            // All of one moment, and some of an earlier one.
            let lines = (0..<count).map { number in
                let time = Self.time(Self.morning - (number % 3 == 0 ? 3_600_000 : 0))
                return "\(time) INFO followed \(written + number) end\n"
            }
            written += count
            try file.write(contentsOf: Data(lines.joined().utf8))
        }
        try write(5)
        var server = try await Self.serve(folder, port: port)
        _ = try await eventually("the first lines") {
            try await server.logs("followed", start: "now-3d").count == 5 ? true : nil
        }
        let follower = try RunningProcess(
            Peers.watchpost, ["logs", "followed", "--follow", "--since", "3d", "--server", server.url])
        func numbers() -> [Int] {
            follower.printed.matches(of: /followed (\d+) end/).compactMap { Int($0.1) }
        }
        _ = try await eventually("the first lines to be printed") { numbers().count == 5 ? true : nil }
        for _ in 0..<2 {
            try write(50)
            _ = try await eventually("lines that come") { numbers().count >= written ? true : nil }
            server.process.signal(SIGKILL)
            try await server.process.end()
            try write(20)
            _ = try await eventually("a word of the follower") {
                follower.printed.contains("waiting for the server") ? true : nil
            }
            server = try await Self.serve(folder, port: port)
        }
        _ = try await eventually("what came meanwhile") { numbers().count >= written ? true : nil }
        try await Task.sleep(for: .seconds(1))
        #expect(numbers().sorted() == Array(0..<written))
        follower.signal(SIGINT)
        if (try? await follower.end(within: .seconds(5))) == nil {
            // Where the tests run in the background of a shell, it is ignored.
            follower.signal(SIGKILL)
            try await follower.end()
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
