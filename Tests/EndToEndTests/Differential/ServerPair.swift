import Foundation
import TestSupport
import Transfers

/// A real Prometheus and ours with the same random series.
struct ServerPair {
    let ours: Server
    let theirs: Server
    /// Milliseconds between which the samples are.
    let start: Int64
    let end: Int64
    private let folder: TemporaryDirectory

    private static let sampleCount = 480

    init(seed: UInt64) async throws {
        folder = try TemporaryDirectory()
        let config = try folder.write("prometheus.yml", "global: { evaluation_interval: 1m }\n")
        try folder.write("config/prometheus.yml", "global: { evaluation_interval: 1m }\n")
        let port = try Peers.freePort()
        let prometheus = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(config)", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.enable-remote-write-receiver", "--enable-feature=promql-per-step-stats",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            ])
        theirs = Server(process: prometheus, url: "http://127.0.0.1:\(port)")
        ours = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        try await theirs.waitUntilReady()

        var generator = SeededGenerator(seed: seed)
        end = Int64(Date().timeIntervalSince1970) / 60 * 60_000
        start = end - Int64(Self.sampleCount) * RandomSeries.step
        let series = RandomSeries.all(&generator, from: start, count: Self.sampleCount)
        for slice in stride(from: start, to: end, by: 600_000) {
            let body = RemoteWriteBody(series, in: slice..<(slice + 600_000)).bytes
            for server in [ours, theirs] { try await server.write(body) }
        }
    }

    func end() async throws {
        for process in [ours.process, theirs.process] {
            process.signal(SIGTERM)
            try await process.end()
        }
    }
}

extension Server {
    /// Sends a remote write request of version 1.
    fileprivate func write(_ body: [UInt8]) async throws {
        let response = try await Transfers().send(
            HTTPRequest(
                method: "POST", url: url + "/api/v1/write",
                headers: [
                    ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
                    ("X-Prometheus-Remote-Write-Version", "0.1.0"),
                ], body: body, timeout: .seconds(30)))
        guard response.status / 100 == 2 else {
            throw NeverCame(description: "\(url) took no samples: \(String(decoding: response.body, as: UTF8.self))")
        }
    }
}
