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
        ] {
            let process = try RunningProcess(Peers.watchpost, [command, "--help"])
            try await process.end()
            #expect(process.printed.contains("USAGE") && process.printed.contains("Example"), "\(command)")
        }
    }

    @Test("every metric of the catalogue stands in the docs, with its meaning")
    func metrics() throws {
        let docs = try String(contentsOf: Peers.root.appending(path: "docs/metrics.md"), encoding: .utf8)
        for definition in Catalogue.all {
            #expect(docs.contains("| `\(definition.name)` | \(definition.kind.rawValue) |"), "\(definition.name)")
            #expect(docs.contains("| \(definition.help) |"), "\(definition.name)")
        }
    }
}
