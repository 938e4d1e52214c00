import Foundation
import TestSupport
import Testing
import Transfers

/// The same discovery files to a real Prometheus and to ours.
@Suite("Discovery beside a real Prometheus", .serialized)
struct DiscoveryTests {
    private struct Targets: Decodable {
        struct Data: Decodable {
            struct Active: Decodable {
                let labels: [String: String]
                let scrapePool: String
                let scrapeUrl: String
            }
            struct Dropped: Decodable { let discoveredLabels: [String: String] }
            let activeTargets: [Active]
            let droppedTargets: [Dropped]
        }
        let data: Data
    }

    /// Of active targets without the labels as they were discovered: 2.42 shows some that relabelling made among them.
    private static func seen(_ server: Server) async throws -> Set<[String]> {
        let targets: Targets = try await server.decode("/api/v1/targets")
        let active = targets.data.activeTargets.map { target in
            [target.scrapePool, target.scrapeUrl, "\(target.labels.sorted { $0.key < $1.key })"]
        }
        let dropped = targets.data.droppedTargets.map { ["dropped", shown($0.discoveredLabels)] }
        return Set(active + dropped)
    }

    /// The two keep their files in different folders.
    private static func shown(_ labels: [String: String]) -> String {
        var labels = labels
        labels["__meta_filepath"] = labels["__meta_filepath"]?.split(separator: "/").last.map(String.init)
        return "\(labels.sorted { $0.key < $1.key })"
    }

    @Test(
        "finds the same targets with the same labels, also after the files have changed",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"), .timeLimit(.minutes(2)))
    func sameTargets() async throws {
        let folder = try TemporaryDirectory()
        let config = """
            global: { scrape_interval: 15s }
            scrape_configs:
              - job_name: files
                file_sd_configs: [{ files: ['targets/*.json', 'targets/more.yml'], refresh_interval: 2s }]
                relabel_configs:
                  - { source_labels: [__meta_filepath], regex: '.*/(.*)', target_label: file }
                  - { source_labels: [role], regex: spare, action: drop }
                  - { source_labels: [__address__], regex: '([^:]+):.*', target_label: host, replacement: '$1' }
              - job_name: fixed
                metrics_path: /probe
                params: { module: [rtsp] }
                static_configs: [{ targets: ['127.0.0.1:1'], labels: { site: hcm } }]

            """
        for name in ["ours", "theirs"] { try folder.write("\(name)/prometheus.yml", config) }
        func write(_ name: String, _ text: String) throws {
            for side in ["ours", "theirs"] { try folder.write("\(side)/targets/\(name)", text) }
        }
        try write("one.json", #"[{"targets": ["127.0.0.1:2", "127.0.0.1:3"], "labels": {"role": "recorder"}}]"#)
        try write("more.yml", "- targets: ['127.0.0.1:4']\n  labels: { role: spare }\n- targets: ['127.0.0.1:5']\n")
        let port = try Peers.freePort()
        let process = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(folder.path)/theirs/prometheus.yml", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            ])
        let theirs = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await theirs.waitUntilReady()
        let ours = try await Server.serve(configuration: folder.path + "/ours", data: folder.path + "/data")
        func expectSame(_ count: Int) async throws {
            var (left, right): (Set<[String]>, Set<[String]>) = ([], [])
            _ = try? await eventually("\(count) targets on both sides", within: .seconds(20)) {
                (left, right) = (try await Self.seen(ours), try await Self.seen(theirs))
                return left == right && left.count == count ? true : nil
            }
            #expect(left.count == count)
            #expect(left == right)
        }
        try await expectSame(5)
        try write("one.json", #"[{"targets": ["127.0.0.1:6"], "labels": {"__metrics_path__": "/other"}}]"#)
        try await expectSame(4)
        let pools = try await ours.text("/api/v1/scrape_pools")
        #expect(pools.contains(#""scrapePools":["files","fixed"]"#))
        for server in [ours.process, process] {
            server.signal(SIGTERM)
            try await server.end()
        }
    }
}
