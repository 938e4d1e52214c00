import Foundation
import Model
import TestSupport

/// A server that scrapes exporters of many cameras, `cam-0`, `cam-1`, …, on ten nodes.
struct ManyCameras {
    let server: Server
    private let exporters: RunningProcess
    private let folder: TemporaryDirectory

    static func serve(_ count: Int) async throws -> ManyCameras {
        let folder = try TemporaryDirectory()
        let exporters = try RunningProcess("/usr/bin/python3", [Peers.part("thousands.py"), String(count), "10"])
        let port = try await exporters.line(matching: Regex(#"port (\d+)"#))
        let jobs = (0..<10).map { node in
            "  - { job_name: n\(node), metrics_path: /nodes/\(node)/metrics, static_configs: "
                + "[{ targets: ['127.0.0.1:\(port)'], labels: { site: north, instance: 'rec-\(node)' } }] }\n"
        }
        try folder.write(
            "config/prometheus.yml",
            "global: { scrape_interval: 5s, scrape_timeout: 4s }\nscrape_configs:\n" + jobs.joined())
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let many = ManyCameras(server: server, exporters: exporters, folder: folder)
        _ = try await eventually("\(count) cameras to be online", within: .seconds(90)) {
            let cameras = try await server.cameras()
            return cameras.count == count && cameras.allSatisfy { $0.state == .online } ? true : nil
        }
        return many
    }

    /// Has a camera go down or come up.
    func set(_ camera: Int, isDown: Bool) throws { try exporters.write("\(isDown ? "down" : "up") \(camera)\n") }

    func end() async throws {
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
