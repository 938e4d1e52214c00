import CameraSimulator
import Foundation
import Instruments
import Model
import TestSupport
import Testing
import Transfers

/// Every metric of the seed, from a real source: a table of what produced a value that says something.
@Suite("The seed's metrics, end to end", .serialized)
struct SeedMetricsTests {
    /// A component, and what part of the metrics it produces.
    private struct Source {
        let component: String
        let metrics: [String]
        /// What has to be true of the values; most are above zero.
        var condition = "> 0"
    }

    private static let sources = [
        Source(
            component: "gst-rtsp-server, probed",
            metrics: [
                "camera_connection_status", "camera_fps", "camera_bitrate", "camera_last_frame_timestamp",
            ]),
        Source(component: "simulated camera that loses packets", metrics: ["camera_frames_dropped_total"]),
        Source(
            component: "ffmpeg, supervised, killed once",
            metrics: [
                "ffmpeg_process_memory_mb", "ffmpeg_process_uptime_seconds", "ffmpeg_process_restarts_total",
                "segment_processing_seconds_count",
            ]),
        Source(component: "ffmpeg, supervised", metrics: ["ffmpeg_process_cpu_percent"], condition: ">= 0"),
        Source(
            component: "this host's disks",
            metrics: [
                "disk_space_free_bytes", "disk_space_used_bytes", "disk_space_total_bytes", "disk_space_used_percent",
                "disk_io_write_bytes_total", "disk_io_latency_ms_count",
            ]),
        Source(component: "this host's disks", metrics: ["disk_io_read_bytes_total"], condition: ">= 0"),
        Source(
            component: "this host's interfaces", metrics: ["network_bytes_sent_total", "network_bytes_received_total"]),
        Source(
            component: "this host's interfaces, without errors",
            metrics: ["network_errors_total", "network_drops_total"],
            condition: ">= 0"),
        Source(
            component: "recorded reply of MediaMTX",
            metrics: ["active_streams_total", "stream_viewers_count", "stream_bitrate", "stream_bytes_sent_total"]),
        Source(component: "HLS playlist of Python's HTTP server", metrics: ["stream_latency_ms"]),
        Source(
            component: "a service's text file",
            metrics: [
                "webrtc_connection_attempts_total", "webrtc_connection_failures_total", "hls_playlist_requests_total",
                "websocket_connections_total", "jwt_token_validations_total", "database_query_duration_seconds_count",
                "motion_events_detected_total",
            ]),
        Source(
            component: "PlateReader, a Hummingbird service",
            metrics: [
                "http_requests_total", "http_request_duration_seconds_count", "active_connections_total",
                "ai_jobs_processed_total", "ai_processing_duration_seconds_count", "lpr_detection_accuracy",
            ]),
        Source(component: "OpenTelemetry SDK", metrics: ["ai_jobs_queued_total"]),
    ]

    private static let textfile = """
        webrtc_connection_attempts_total 10
        webrtc_connection_failures_total 1
        hls_playlist_requests_total 7
        websocket_connections_total 3
        jwt_token_validations_total{result="ok"} 12
        # TYPE database_query_duration_seconds histogram
        database_query_duration_seconds_bucket{query_type="select",le="+Inf"} 4
        database_query_duration_seconds_sum{query_type="select"} 0.2
        database_query_duration_seconds_count{query_type="select"} 4
        motion_events_detected_total{camera_id="gate"} 2

        """

    @Test("every one has a source, and a value that says something", .timeLimit(.minutes(3)))
    func table() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera()
        let simulator = try SimulatedCameras(["lossy"])
        defer { simulator.stop() }
        try simulator.setFault(.loss, for: "lossy")
        let gateway = try await PageServer()
        func serveGateway(_ bytes: Int) async throws {
            try await gateway.serve(
                """
                paths{name="gate",state="ready"} 1
                paths_readers{name="gate",state="ready"} 2
                paths_bytes_received{name="gate",state="ready"} \(bytes)
                paths_bytes_sent{name="gate",state="ready"} \(bytes * 2)

                """)
        }
        try await serveGateway(1_000)
        let time = Date().addingTimeInterval(-30).ISO8601Format()
        try await gateway.serve("#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:\(time)\n#EXTINF:2,\na.ts\n", at: "/gate/index.m3u8")
        let readerPort = try Peers.freePort()
        let reader = try RunningProcess(Peers.plateReader, [String(readerPort)])
        try folder.write("text/service.prom", Self.textfile)
        try FileManager.default.createDirectory(atPath: folder.path + "/footage", withIntermediateDirectories: true)
        try folder.write(
            "config/watchpost.yml",
            """
            textfile: \(folder.path)/text
            cameras:
              - { id: gate, url: "rtsp://127.0.0.1:\(cameraPort)/stream", watch: [recorder, probe] }
              - { id: lossy, url: "\(simulator.url(of: "lossy"))", watch: [probe] }
            recordings: [{ camera: gate, path: \(folder.path)/footage, segment: 4s }]
            recorders:
              - camera: gate
                command: [ffmpeg, -rtsp_transport, tcp, -i, "{url}", -c, copy, -f, segment, -segment_time, "4",
                          -segment_format, matroska, -reset_timestamps, "1", "{path}/%d.mkv"]
            gateways:
              - { kind: mediamtx, url: "http://\(gateway.address)", playlist: "http://\(gateway.address)/{camera}/index.m3u8" }

            """)
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs: [{ job_name: plates, static_configs: [{ targets: ['127.0.0.1:\(readerPort)'] }] }]

            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let plates = Server(process: reader, url: "http://127.0.0.1:\(readerPort)")
        for _ in 0..<6 { _ = try await plates.post("/plates/gate") }
        try await Peers.otlp(server.url + "/v1/metrics", "plain").end()
        _ = try await eventually("the recorder to run", within: .seconds(40)) {
            try await server.query("ffmpeg_process_uptime_seconds > 3").first
        }
        let pid = try #require(Self.pid(ofArgument: folder.path + "/footage"))
        kill(pid, SIGKILL)

        var seen: [String: (component: String, value: String)] = [:]
        var bytes = 1_000
        let wanted = Set(Catalogue.all.filter(\.isSeed).map { $0.kind == .histogram ? $0.name + "_count" : $0.name })
        _ = try? await eventually("every metric of the seed", within: .seconds(60)) {
            bytes += 250_000
            try await serveGateway(bytes)
            for source in Self.sources {
                for metric in source.metrics where seen[metric] == nil {
                    if let row = try await server.query("\(metric) \(source.condition)").first {
                        seen[metric] = (source.component, "\(row.value)")
                    }
                }
            }
            return wanted.isSubset(of: seen.keys) ? true : nil
        }
        print("| metric | source | component | value |\n|---|---|---|---|")
        for metric in Catalogue.all where metric.isSeed {
            let found = seen[metric.name] ?? seen[metric.name + "_count"]
            print("| \(metric.name) | \(metric.source) | \(found?.component ?? "") | \(found?.value ?? "none") |")
            #expect(found != nil, "\(metric.name)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
        reader.signal(SIGKILL)
        _ = camera
    }

    private static func pid(ofArgument text: String) -> Int32? {
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return pids.first { pid in
            let arguments = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            return arguments.hasPrefix("ffmpeg\0") && arguments.contains(text)
        }
    }
}
