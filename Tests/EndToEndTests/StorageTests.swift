import Foundation
import TestSupport
import Testing
import Transfers

/// What happens around the files of a running server.
@Suite("Files of the server, end to end", .serialized)
struct StorageTests {
    private let folder: TemporaryDirectory
    private var data: String { folder.path + "/data" }

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write("config/prometheus.yml", "global: { scrape_interval: 1s }\nscrape_configs: []\n")
        try folder.write("config/watchpost.yml", "instance: n1\n")
    }

    private func end(_ server: Server) async throws {
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("nobody else may read what a server makes", .timeLimit(.minutes(2)))
    func rights() async throws {
        try folder.write(
            "config/prometheus.yml",
            "global: { scrape_interval: 1s }\nremote_write: [{ name: far, url: 'http://127.0.0.1:1/w' }]\n")
        let server = try await Server.serve(
            configuration: folder.path + "/config", data: data, arguments: ["--enable-admin-api"])
        _ = try await eventually("samples") { try await server.query("up{job=\"watchpost\"}").first }
        let status = try await server.post("/api/v1/admin/tsdb/snapshot").status
        #expect(status == 200)
        var count = 0
        for case let name as String in FileManager.default.enumerator(atPath: data) ?? .init() {
            let found = try FileManager.default.attributesOfItem(atPath: data + "/" + name)
            let rights = try #require(found[.posixPermissions] as? Int)
            #expect(rights & 0o077 == 0, "\(name) has \(String(rights, radix: 8))")
            count += 1
        }
        #expect(count > 8)
        let own = try FileManager.default.attributesOfItem(atPath: data)[.posixPermissions] as? Int
        #expect(own == 0o700)
        try await end(server)
    }

    @Test("a data directory that is removed is told, and no snapshot pretends to have it", .timeLimit(.minutes(2)))
    func removal() async throws {
        let server = try await Server.serve(
            configuration: folder.path + "/config", data: data, arguments: ["--enable-admin-api"])
        _ = try await eventually("samples") { try await server.query("up{job=\"watchpost\"}").first }
        try FileManager.default.removeItem(atPath: data)
        let text = try await eventually("the finding", within: .seconds(20)) {
            let page = String(decoding: try await server.get("/status").body, as: UTF8.self)
            return page.contains("state.sqlite was removed") && page.contains("/metrics") ? page : nil
        }
        #expect(text.contains("removed or replaced"))
        let metrics = String(decoding: try await server.get("/metrics").body, as: UTF8.self)
        // Of the three stores and the state.
        #expect(metrics.contains("storage_problems 4"))
        let answer = try await server.post("/api/v1/admin/tsdb/snapshot")
        #expect(answer.status >= 500 && String(decoding: answer.body, as: UTF8.self).contains("removed"))
        try await end(server)
    }

    @Test("a damaged state file is set aside and told, and the server watches on", .timeLimit(.minutes(2)))
    func damagedState() async throws {
        try folder.write("data/state.sqlite", String(repeating: "no database ", count: 1_000))
        let server = try await Server.serve(configuration: folder.path + "/config", data: data)
        let page = try await eventually("the finding", within: .seconds(20)) {
            let page = String(decoding: try await server.get("/status").body, as: UTF8.self)
            return page.contains("state.sqlite.corrupt") ? page : nil
        }
        #expect(page.contains("is damaged"))
        let kept = try String(contentsOfFile: data + "/state.sqlite.corrupt", encoding: .utf8)
        #expect(kept.hasPrefix("no database"))
        try await end(server)
    }

    @Test("a drawing or a log input that is wrong stops nothing; only the check ends with 1", .timeLimit(.minutes(2)))
    func partial() async throws {
        try folder.write("logs/a.log", "a line\n")
        try folder.write(
            "config/filebeat.yml",
            """
            filebeat.inputs:
              - { type: filestream, id: good, paths: ['\(folder.path)/logs/*.log'] }
              - { type: filestream, id: joined, paths: ['\(folder.path)/logs/*.log'], parsers: [{ multiline: { type: sideways } }] }

            """)
        try folder.write("config/dashboards/broken.json", "{")
        try folder.write("config/dashboards/list.json", "[1, 2]")
        mkfifo(folder.path + "/config/dashboards/pipe.json", 0o600)
        try folder.write(
            "config/dashboards/half.json",
            #"{"uid": "half", "title": "Half", "panels": [{"id": 1, "type": "stat", "title": "Height of a half","#
                + #" "gridPos": {"x": 0, "y": 0, "w": 12, "h": 7.5}}]}"#)
        let server = try await Server.serve(configuration: folder.path + "/config", data: data)
        let status = String(decoding: try await server.get("/status").body, as: UTF8.self)
        #expect(status.contains("broken.json") && status.contains("sideways"), "\(status)")
        for (uid, text) in [("broken", "a key in quotes is missing"), ("list", "cannot read"), ("pipe", "not a file")] {
            let page = try await server.get("/dashboards/" + uid)
            #expect(page.status == 200 && String(decoding: page.body, as: UTF8.self).contains(text), "\(uid)")
        }
        let half = String(decoding: try await server.get("/dashboards/half").body, as: UTF8.self)
        #expect(half.contains("Height of a half"))
        // What was good stays as it was when a reload finds it broken.
        try folder.write("config/dashboards/half.json", "{")
        try folder.write("config/filebeat.yml", "filebeat.inputs: [\n")
        let reload = try await server.post("/-/reload").status
        #expect(reload == 200)
        let kept = String(decoding: try await server.get("/dashboards/half").body, as: UTF8.self)
        #expect(kept.contains("Height of a half") && kept.contains("a key in quotes is missing"))
        try await end(server)
        let check = try RunningProcess(Peers.watchpost, ["check", folder.path + "/config"])
        try await check.end()
        #expect(check.printed.contains("errors,") && !check.printed.contains("0 errors"), "\(check.printed)")
    }

    @Test("a pipe among the textfiles stops neither the pages nor the end", .timeLimit(.minutes(2)))
    func pipe() async throws {
        try folder.write("texts/good.prom", "good_metric 1\n")
        mkfifo(folder.path + "/texts/pipe.prom", 0o600)
        try folder.write("config/watchpost.yml", "instance: n1\ntextfile: \(folder.path)/texts\n")
        let server = try await Server.serve(configuration: folder.path + "/config", data: data)
        let metrics = String(decoding: try await server.get("/metrics").body, as: UTF8.self)
        #expect(metrics.contains("good_metric 1"))
        let status = String(decoding: try await server.get("/status").body, as: UTF8.self)
        #expect(status.contains("pipe.prom"))
        try await end(server)
    }
}
