import Foundation
import Instruments
import Model
import TestSupport
import Testing

/// What the README tells people to type.
@Suite("The README, end to end", .serialized)
struct ReadmeTests {
    /// The lines of its shell blocks.
    private static func commands() throws -> [String] {
        let text = try String(contentsOf: Peers.root.appending(path: "README.md"), encoding: .utf8)
        return text.matches(of: /```sh\n([^`]*)```/).flatMap { $0.1.split(separator: "\n").map(String.init) }
    }

    @Test("each command that asks a server is answered", .timeLimit(.minutes(2)))
    func questions() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let asking = try Self.commands().filter { line in
            ["cameras", "alerts", "logs", "query"].contains { line.hasPrefix("watchpost \($0)") }
        }
        #expect(asking.count >= 5)
        for line in asking {
            let command =
                "\(Peers.watchpost) \(line.dropFirst("watchpost ".count)) --server \(server.url); echo status $?"
            let process = try RunningProcess("/bin/sh", ["-c", command])
            let status = try await process.line(matching: Regex(#"status (\d+)"#))
            #expect(status == "0", "\(line): \(process.printed)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("a site is written, checked and served as it says", .timeLimit(.minutes(2)))
    func site() async throws {
        let folder = try TemporaryDirectory()
        let lines = try Self.commands()
        for line in ["watchpost init my-site", "watchpost check my-site", "watchpost version"] {
            #expect(lines.contains(line))
            let command =
                "cd \(folder.path) && \(Peers.watchpost) \(line.dropFirst("watchpost ".count)); echo status $?"
            let process = try RunningProcess("/bin/sh", ["-c", command])
            let status = try await process.line(matching: Regex(#"status (\d+)"#))
            #expect(status == "0", "\(line): \(process.printed)")
        }
        #expect(lines.contains("watchpost serve --config my-site"))
        let server = try await Server.serve(configuration: folder.path + "/my-site", data: folder.path + "/data")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "what init writes is accepted by the real tools",
        .enabled(if: Peers.has("promtool") && Peers.has("amtool"), "promtool and amtool are not installed"),
        arguments: [[], ["--seed"]])
    func realTools(options: [String]) async throws {
        let folder = try TemporaryDirectory()
        let write = try RunningProcess(Peers.watchpost, ["init"] + options + [folder.path + "/site"])
        try await write.end()
        for command in ["promtool check config site/prometheus.yml", "amtool check-config site/alertmanager.yml"] {
            let process = try RunningProcess("/bin/sh", ["-c", "cd \(folder.path) && \(command); echo status $?"])
            let status = try await process.line(matching: Regex(#"status (\d+)"#))
            #expect(status == "0", "\(command): \(process.printed)")
        }
    }

    @Test("every command has its help, with an example")
    func help() async throws {
        for command in [
            "serve", "demo", "cameras", "alerts", "logs", "query", "check", "init", "probe", "record", "version",
            "agent",
            "discover", "silence", "report", "pipeline", "test", "faults", "dashboards",
        ] {
            let process = try RunningProcess(Peers.watchpost, [command, "--help"])
            try await process.end()
            #expect(process.printed.contains("USAGE") && process.printed.contains("Example"), "\(command)")
        }
    }

    @Test("the docs have the catalogue of metrics as it is; WATCHPOST_WRITE_DOCS=1 writes it there")
    func metrics() throws {
        let file = Peers.root.appending(path: "docs/metrics.md")
        let docs = try String(contentsOf: file, encoding: .utf8)
        let rows = Catalogue.all.map { metric in
            let labels = metric.labelNames.map { "`\($0)`" }.joined(separator: ", ")
            let origin = metric.isSeed ? "yes" : ""
            return
                "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.unit) | \(metric.source) | \(origin) | "
                + "\(metric.help) |"
        }
        let table =
            ["| metric | kind | labels | unit | source | seed | meaning |", "|---|---|---|---|---|---|---|"] + rows
        let text = table.joined(separator: "\n")
        let lines = docs.split(separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex { $0.hasPrefix("| metric | kind |") })
        let end = lines[first...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
        if ProcessInfo.processInfo.environment["WATCHPOST_WRITE_DOCS"] == "1" {
            let fresh = lines[..<first] + [Substring(text)] + lines[end...]
            try fresh.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(lines[first..<end].joined(separator: "\n") == text)
        }
    }
}
