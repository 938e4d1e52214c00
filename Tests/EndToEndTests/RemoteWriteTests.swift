import Foundation
import TestSupport
import Testing
import Transfers

/// A real Prometheus that hands on what it scrapes.
@Suite("Remote write, end to end", .serialized)
struct RemoteWriteTests {
    @Test(
        "what a real Prometheus sends is stored as it has it, and survives kill -9",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"), .timeLimit(.minutes(2)))
    func prometheus() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("config/watchpost.yml", "instance: node-1\n")
        var ours = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let port = try Peers.freePort()
        let config = try folder.write(
            "prometheus.yml",
            """
            global: { scrape_interval: 1s, external_labels: { site: hcm } }
            scrape_configs: [{ job_name: itself, static_configs: [{ targets: ['127.0.0.1:\(port)'] }] }]
            remote_write: [{ url: '\(ours.url)/api/v1/write' }]

            """)
        let process = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ])
        let theirs = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await theirs.waitUntilReady()
        let selector = "{job=\"itself\"}"
        _ = try await eventually("samples by remote write; it printed \(process.printed)", within: .seconds(40)) {
            let count = try await ours.query("count(count_over_time(up\(selector)[1m]) > 3)").first?.value
            return count == 1 ? true : nil
        }
        // What stands still is the same on both sides.
        let questions = ["count(\(selector))", "sum(prometheus_build_info)", "count by (le) (\(selector))"]
        for question in questions {
            let wanted = try await theirs.query(question).map(\.value).sorted()
            let got = try await ours.query(question).map(\.value).sorted()
            #expect(wanted == got, "\(question)")
        }
        #expect(try await ours.query("up\(selector)").first?.labels["site"] == "hcm")
        let before = try await ours.query("timestamp(up\(selector))").first?.value ?? 0
        process.signal(SIGTERM)
        try await process.end()
        ours.process.signal(SIGKILL)
        try await ours.process.end()
        ours = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let after = try await ours.query("max(max_over_time(timestamp(up\(selector))[5m:1s]))").first?.value ?? 0
        #expect(after >= before)
        ours.process.signal(SIGTERM)
        try await ours.process.end()
    }

    @Test("what is no remote write is refused with its reason, and what is too old is never acknowledged")
    func refusals() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let plain = try await server.post("/api/v1/write", "{}", type: "application/json")
        #expect(plain.status == 415)
        let garbage = try await server.post("/api/v1/write", "not snappy", type: "application/x-protobuf")
        #expect(garbage.status == 400)
        // One sample of `old` at the epoch: a snappy block of one literal.
        let message: [UInt8] = [
            0x0a, 0x20, 0x0a, 0x0f, 0x0a, 8, 0x5f, 0x5f, 0x6e, 0x61, 0x6d, 0x65, 0x5f, 0x5f, 0x12, 3, 0x6f, 0x6c, 0x64,
            0x12, 0x0d, 9, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0x80, 0x80, 0,
        ]
        let block = [UInt8(message.count), UInt8((message.count - 1) << 2)] + message
        let old = try await Transfers().send(
            HTTPRequest(
                method: "POST", url: server.url + "/api/v1/write",
                headers: [("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy")], body: block,
                timeout: .seconds(10)))
        #expect(old.status == 400)
        #expect(String(decoding: old.body, as: UTF8.self).contains("too old"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
