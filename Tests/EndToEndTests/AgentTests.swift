import CameraSimulator
import Foundation
import Instruments
import SiteView
import TestSupport
import Testing
import Transfers

/// Agents on several hosts of one loopback network, scraped by a real Prometheus with the seed's own files.
@Suite("Agents, end to end", .serialized)
struct AgentTests {
    /// Hosts of the seed's `prometheus.yml` that exist here; each is an address of this machine.
    private static let hosts = [
        "recording-node-1": "127.0.1.1", "recording-node-2": "127.0.1.2", "recording-node-3": "127.0.1.3",
        "recording-node-4": "127.0.1.4", "recording-node-5": "127.0.1.5", "recording-node-6": "127.0.1.6",
        "stream-gateway-1": "127.0.2.1", "stream-gateway-2": "127.0.2.2", "stream-gateway-3": "127.0.2.3",
        "api-server-1": "127.0.3.1", "api-server-2": "127.0.3.2", "db-primary": "127.0.4.1",
        "redis-master": "127.0.5.1",
    ]

    private static func agent(
        _ host: String, _ role: String, _ port: Int, _ site: String, in folder: TemporaryDirectory
    )
        throws -> RunningProcess
    {
        let address = try #require(hosts[host])
        try folder.write("\(host)/watchpost.yml", "instance: \(host)\n" + site)
        var arguments = [
            "agent", "--role", role, "--listen", "\(address):\(port)", "--config", "\(folder.path)/\(host)",
        ]
        arguments += ["--data", "\(folder.path)/\(host)-data"]
        if role != "api" { arguments += ["--node-listen", "\(address):9100"] }
        return try RunningProcess(Peers.watchpost, arguments)
    }

    /// The seed's files as `watchpost init --seed` writes them, made quick: seconds for minutes.
    private static func seedFiles(in folder: TemporaryDirectory) async throws -> String {
        let directory = folder.path + "/seed"
        let initialise = try RunningProcess(Peers.watchpost, ["init", "--seed", directory])
        try await initialise.end()
        var config = try String(contentsOfFile: directory + "/prometheus.yml", encoding: .utf8)
        for (host, address) in hosts { config = config.replacing("'\(host):", with: "'\(address):") }
        config = config.replacing("interval: 15s", with: "interval: 1s")
        config = config.replacing("global:\n", with: "global:\n  scrape_timeout: 1s\n")
        try config.write(toFile: directory + "/prometheus.yml", atomically: true, encoding: .utf8)
        let file = directory + "/rules/alert_rules.yml"
        var rules = try String(contentsOfFile: file, encoding: .utf8)
        rules = rules.replacing(#/for: \d+m/#, with: "for: 2s").replacing(#/interval: \d+s/#, with: "interval: 1s")
        // Counters that are seen to grow within seconds.
        rules = rules.replacing("[5m]", with: "[20s]")
        try rules.write(toFile: file, atomically: true, encoding: .utf8)
        return directory
    }

    /// What services and hosts in trouble would write: half of all requests fail and are slow, memory is used up …
    private static func textfile(_ count: Int) -> String {
        """
        http_requests_total{method="GET",endpoint="/cameras",status="200"} \(count * 10)
        http_requests_total{method="GET",endpoint="/cameras",status="500"} \(count * 10)
        # TYPE http_request_duration_seconds histogram
        http_request_duration_seconds_bucket{method="GET",endpoint="/cameras",le="1"} 0
        http_request_duration_seconds_bucket{method="GET",endpoint="/cameras",le="5"} \(count * 20)
        http_request_duration_seconds_bucket{method="GET",endpoint="/cameras",le="+Inf"} \(count * 20)
        http_request_duration_seconds_sum{method="GET",endpoint="/cameras"} \(count * 60)
        http_request_duration_seconds_count{method="GET",endpoint="/cameras"} \(count * 20)

        """
    }

    private static func gatewayTextfile(_ count: Int) -> String {
        """
        webrtc_connection_attempts_total \(count * 10)
        webrtc_connection_failures_total \(count * 5)
        stream_latency_ms{camera_id="gate",protocol="webrtc"} 2500

        """
    }

    /// A node whose disk is nearly full and slow, whose memory is used up, and whose processors are busy.
    private static func hostTextfile(_ count: Int) -> String {
        """
        disk_space_free_bytes{mount_point="/footage"} 5
        disk_space_total_bytes{mount_point="/footage"} 100
        node_memory_MemAvailable_bytes 1
        node_memory_MemTotal_bytes 100
        node_cpu_seconds_total{cpu="0",mode="idle"} 5
        # TYPE disk_io_latency_ms histogram
        disk_io_latency_ms_bucket{device="sdb",operation="write",le="100"} 0
        disk_io_latency_ms_bucket{device="sdb",operation="write",le="500"} \(count)
        disk_io_latency_ms_bucket{device="sdb",operation="write",le="+Inf"} \(count)
        disk_io_latency_ms_sum{device="sdb",operation="write"} \(count * 300)
        disk_io_latency_ms_count{device="sdb",operation="write"} \(count)

        """
    }

    private struct Alerts: Decodable {
        struct Data: Decodable { let alerts: [Alert] }
        struct Alert: Decodable {
            let labels: [String: String]
            let state: String
        }
        let data: Data
    }

    @Test(
        "a real Prometheus with the seed's files scrapes them, and every rule of the seed fires",
        .enabled(if: Peers.has("prometheus"), "prometheus is not installed"), .timeLimit(.minutes(5)))
    func seed() async throws {
        let folder = try TemporaryDirectory()
        let simulator = try SimulatedCameras(["slow", "loss", "dead", "vanishing"])
        defer { simulator.stop() }
        func cameras(_ ids: [String]) -> String {
            "cameras:\n"
                + ids.map {
                    "  - { id: \($0), url: \"\(simulator.url(of: $0))\", fps: 25, watch: [probe] }\n"
                }.joined()
        }
        var agents = [
            try Self.agent(
                "recording-node-1", "recording", 9_090, cameras(["slow", "loss", "dead"]), in: folder),
            try Self.agent("recording-node-2", "recording", 9_090, cameras(["vanishing"]), in: folder),
            try Self.agent(
                "stream-gateway-1", "gateway", 9_091, "textfile: \(folder.path)/gateway-text\n", in: folder),
            try Self.agent("api-server-1", "api", 9_092, "textfile: \(folder.path)/api-text\n", in: folder),
            try Self.agent("api-server-2", "api", 9_092, "textfile: \(folder.path)/host-text\n", in: folder),
        ]
        let writer = Task {
            for count in 1... {
                for (name, text) in [
                    ("gateway", Self.gatewayTextfile(count)), ("api", Self.textfile(count)),
                    ("host", Self.hostTextfile(count)),
                ] { try folder.write("\(name)-text/metrics.prom", text) }
                try await Task.sleep(for: .seconds(1))
            }
        }
        defer { writer.cancel() }
        let directory = try await Self.seedFiles(in: folder)
        let port = try Peers.freePort()
        let process = try RunningProcess(
            "prometheus",
            [
                "--config.file=\(directory)/prometheus.yml", "--storage.tsdb.path=\(folder.path)/tsdb",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            ])
        let prometheus = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await prometheus.waitUntilReady()
        _ = try await eventually("all agents to be scraped", within: .seconds(40)) {
            try await prometheus.query("count(up == 1) >= 8").first
        }
        _ = try await eventually("the cameras to be online", within: .seconds(40)) {
            try await prometheus.query("count(camera_connection_status == 1) == 4").first
        }
        // Names of node_exporter stand on its port alone, and cameras on theirs.
        #expect(try await prometheus.query(#"count(node_load1{job!="node-exporter"})"#).isEmpty)
        #expect(try await prometheus.query(#"count(camera_fps{job!="recording-nodes"})"#).isEmpty)
        #expect(try await prometheus.query(#"camera_fps{camera_id="dead"}"#).first?.labels["instance"] == "127.0.1.1")

        for (camera, fault) in [("slow", CameraFault.slow), ("loss", .loss), ("dead", .disconnect)] {
            try simulator.setFault(fault, for: camera)
        }
        agents[1].signal(SIGKILL)
        let wanted: Set = [
            "CameraOffline", "CameraMissing", "HighFrameDropRate", "LowCameraFPS", "DiskSpaceCritical",
            "DiskSpaceWarning", "HighDiskLatency", "HighStreamLatency", "WebRTCConnectionFailures", "NodeDown",
            "ExporterDown", "HighCPUUsage", "HighMemoryUsage", "HighAPIErrorRate", "SlowAPIResponses",
        ]
        var fired: [String: [String: String]] = [:]
        _ = try? await eventually("every rule to fire", within: .seconds(120)) {
            let alerts: Alerts = try await prometheus.decode("/api/v1/alerts")
            for alert in alerts.data.alerts where alert.state == "firing" {
                fired[alert.labels["alertname"] ?? ""] = alert.labels
            }
            return wanted.isSubset(of: fired.keys) ? true : nil
        }
        #expect(wanted.subtracting(fired.keys).isEmpty, "never fired: \(wanted.subtracting(fired.keys).sorted())")
        #expect(fired["CameraMissing"]?["camera_id"] == "vanishing")
        #expect(fired["LowCameraFPS"]?["instance"] == "127.0.1.1")
        agents.remove(at: 1)
        for server in agents + [process] {
            server.signal(SIGTERM)
            try await server.end()
        }
    }

    @Test(
        "an agent listens where it is told, reads its file again, and changes nothing on request",
        .timeLimit(.minutes(1)))
    func listens() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("config/watchpost.yml", "textfile: \(folder.path)/a\n")
        try folder.write("a/x.prom", "from_a 1\n")
        try folder.write("b/x.prom", "from_b 1\n")
        let (first, second, node) = (try Peers.freePort(), try Peers.freePort(), try Peers.freePort())
        let process = try RunningProcess(
            Peers.watchpost,
            [
                "agent", "--config", folder.path + "/config", "--data", folder.path + "/data", "--listen",
                "127.0.0.1:\(first)", "--listen", "127.0.0.1:\(second)", "--node-listen", "127.0.0.1:\(node)",
            ])
        let agent = Server(process: process, url: "http://127.0.0.1:\(first)")
        let other = Server(process: process, url: "http://127.0.0.1:\(second)")
        let host = Server(process: process, url: "http://127.0.0.1:\(node)")
        for server in [agent, other, host] { try await server.waitUntilReady() }
        _ = try await eventually("the host's metrics") {
            try await host.text("/metrics").contains("node_memory_MemTotal_bytes") ? true : nil
        }
        for server in [agent, other] {
            let page = try await server.text("/metrics")
            #expect(
                page.contains("from_a 1\n") && page.contains("disk_space_free_bytes") && !page.contains("node_memory"))
        }
        try folder.write("config/watchpost.yml", "textfile: \(folder.path)/b\n")
        process.signal(SIGHUP)
        _ = try await eventually("the new file") {
            try await agent.text("/metrics").contains("from_b 1\n") ? true : nil
        }
        try folder.write("config/watchpost.yml", "textfil: \(folder.path)/a\n")
        process.signal(SIGHUP)
        _ = try await process.line(matching: Regex("the old configuration goes on"))
        #expect(try await agent.text("/metrics").contains("from_b 1\n"))
        for path in ["/-/reload", "/metrics", "/api/v1/write"] {
            let status = try await agent.post(path).status
            #expect(status == 404 || status == 405, "\(path)")
        }
        process.signal(SIGTERM)
        try await process.end()
    }
}
