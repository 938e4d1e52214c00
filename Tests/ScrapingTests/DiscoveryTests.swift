import Foundation
import Model
import Scraping
import TestSupport
import Testing
import Transfers

/// Targets that come and go while a job runs.
@Suite("Discovery", .timeLimit(.minutes(5)))
struct DiscoveryTests {
    private let store = MemoryStore()

    private func running(_ config: ScrapeConfig, _ body: (Scraper) async throws -> Void) async throws {
        let scraper = Scraper(configs: [config], appender: store, transfers: Transfers())
        let task = Task { await scraper.run() }
        defer { task.cancel() }
        try await body(scraper)
        task.cancel()
        await task.value
    }

    private func targets(_ scraper: Scraper, are expected: Set<String>) async throws {
        _ = try await eventually("the targets \(expected)", within: .seconds(20)) {
            Set(scraper.snapshot().active.map { $0.target.labels["instance"] }) == expected ? true : nil
        }
    }

    private static func write(_ text: String, _ name: String, in folder: TemporaryDirectory) throws {
        // By renaming, as tools do, so that nobody reads half a file.
        let path = try folder.write(name + ".new", text)
        try FileManager.default.removeItem(atPath: folder.path + "/" + name, unlessAbsent: true)
        try FileManager.default.moveItem(atPath: path, toPath: folder.path + "/" + name)
    }

    @Test(
        "files are read again when they change; a broken one keeps its targets and is told, one that is gone has none")
    func files() async throws {
        let folder = try TemporaryDirectory()
        try Self.write(#"[{"targets": ["a:1", "b:1"], "labels": {"site": "hcm"}}]"#, "one.json", in: folder)
        try Self.write("- targets: ['c:1']\n", "two.yml", in: folder)
        let config = ScrapeConfig.test(targets: []) { config in
            config.staticConfigs = []
            config.discoveries = [
                .file(paths: [folder.path + "/*.json", folder.path + "/two.yml"], refreshInterval: .seconds(300))
            ]
        }
        try await running(config) { scraper in
            try await targets(scraper, are: ["a:1", "b:1", "c:1"])
            let first = try #require(scraper.snapshot().active.first { $0.target.labels["instance"] == "a:1" })
            #expect(first.target.labels["site"] == "hcm")
            #expect(first.target.discoveredLabels["__meta_filepath"] == folder.path + "/one.json")
            try Self.write("[{\"targets\": [", "one.json", in: folder)
            try Self.write("- targets: ['d:1']\n", "two.yml", in: folder)
            try await targets(scraper, are: ["a:1", "b:1", "d:1"])
            #expect(scraper.snapshot().errors.contains { $0.contains("one.json") })
            try FileManager.default.removeItem(atPath: folder.path + "/one.json")
            try await targets(scraper, are: ["d:1"])
            #expect(scraper.snapshot().errors.isEmpty)
        }
    }

    @Test("a pipe among the files is told and waited for by nobody; a link is followed", .timeLimit(.minutes(5)))
    func otherKinds() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("elsewhere/targets", #"[{"targets": ["a:1"]}]"#)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.json", withDestinationPath: "elsewhere/targets")
        mkfifo(folder.path + "/pipe.json", 0o600)
        let config = ScrapeConfig.test(targets: []) { config in
            config.staticConfigs = []
            config.discoveries = [.file(paths: [folder.path + "/*.json"], refreshInterval: .seconds(300))]
        }
        try await running(config) { scraper in
            try await targets(scraper, are: ["a:1"])
            _ = try await eventually("the pipe to be told") {
                scraper.snapshot().errors.contains { $0.contains("pipe.json") } ? true : nil
            }
        }
    }

    @Test("a server's answer is asked for again and again; a failure keeps the targets and is told")
    func http() async throws {
        let server = try await PageServer()
        try await server.serve(#"[{"targets": ["a:1"]}]"#, at: "/sd", type: "application/json")
        let config = ScrapeConfig.test(targets: []) { config in
            config.staticConfigs = []
            config.discoveries = [
                .http(
                    url: "http://\(server.address)/sd", client: HTTPClientConfig(), refreshInterval: .milliseconds(100))
            ]
        }
        try await running(config) { scraper in
            try await targets(scraper, are: ["a:1"])
            let labels = try #require(scraper.snapshot().active.first).target.discoveredLabels
            #expect(labels["__meta_url"] == "http://\(server.address)/sd")
            try await breaks(scraper, server, "[{\"targets\"", "application/json")
            try await breaks(scraper, server, "[]", "text/html")
            try await server.serve(#"[{"targets": ["b:1", "c:1"]}]"#, at: "/sd", type: "application/json")
            try await targets(scraper, are: ["b:1", "c:1"])
        }
    }

    /// Serves what cannot be read, sees it told, and the sound answer again.
    private func breaks(_ scraper: Scraper, _ server: PageServer, _ body: String, _ type: String) async throws {
        try await server.serve(body, at: "/sd", type: type)
        _ = try await eventually("the problem") { scraper.snapshot().errors.isEmpty ? nil : true }
        #expect(scraper.snapshot().active.count == 1)
        try await server.serve(#"[{"targets": ["a:1"]}]"#, at: "/sd", type: "application/json")
        _ = try await eventually("no problem") { scraper.snapshot().errors.isEmpty ? true : nil }
    }

    @Test("a target that is no longer found ends its series, and the others go on")
    func ends() async throws {
        let server = try await PageServer()
        try await server.serve("m 1\n", at: "/metrics")
        let folder = try TemporaryDirectory()
        func list(_ names: [String]) -> String {
            names.map { "- { targets: ['\(server.address)'], labels: { instance: \($0) } }\n" }.joined()
        }
        try Self.write(list(["a", "b"]), "t.yml", in: folder)
        let config = ScrapeConfig.test(targets: []) { config in
            config.staticConfigs = []
            config.discoveries = [.file(paths: [folder.path + "/t.yml"], refreshInterval: .seconds(300))]
        }
        func metric(_ name: String) -> Labels { ["__name__": "m", "job": "node", "instance": name] }
        try await running(config) { scraper in
            _ = try await eventually("samples of both") {
                store.values(metric("a")).count > 1 && store.values(metric("b")).count > 1 ? true : nil
            }
            try Self.write(list(["b"]), "t.yml", in: folder)
            _ = try await eventually("the end of a", within: .seconds(20)) {
                store.values(metric("a")).last.map(StaleMarker.isStale) == true ? true : nil
            }
            #expect(!store.values(metric("b")).contains(where: StaleMarker.isStale))
        }
    }
}

extension FileManager {
    fileprivate func removeItem(atPath path: String, unlessAbsent: Bool) throws {
        if fileExists(atPath: path) { try removeItem(atPath: path) }
    }
}
