import Instruments
import Model
import Testing

@Suite("Catalogue")
struct CatalogueTests {
    private static let node: [MetricDefinition] =
        [
            NodeCatalogue.cpuSecondsTotal, NodeCatalogue.load1, NodeCatalogue.load5, NodeCatalogue.load15,
            NodeCatalogue.bootTimeSeconds, NodeCatalogue.timeSeconds, NodeCatalogue.filesystemSizeBytes,
            NodeCatalogue.filesystemFreeBytes, NodeCatalogue.filesystemAvailBytes, NodeCatalogue.diskReadBytesTotal,
            NodeCatalogue.diskWrittenBytesTotal, NodeCatalogue.diskIOTimeSecondsTotal,
            NodeCatalogue.networkReceiveBytesTotal, NodeCatalogue.networkTransmitBytesTotal,
        ] + NodeCatalogue.memoryBytes.values

    @Test("every metric has a valid name of its own, valid labels and a sentence for HELP")
    func definitions() {
        let all = Catalogue.all + Self.node
        #expect(Set(all.map(\.name)).count == all.count)
        for metric in all {
            #expect(LabelText.isClassicMetricName(metric.name) && !metric.name.contains(":"), "\(metric.name)")
            #expect(metric.name == metric.name.lowercased() || metric.name.hasPrefix("node_"), "\(metric.name)")
            #expect(Set(metric.labelNames).count == metric.labelNames.count, "\(metric.name)")
            for label in metric.labelNames {
                #expect(LabelText.isClassicLabelName(label) && !label.hasPrefix("__"), "\(metric.name) \(label)")
                #expect(!["le", "quantile", "job", "instance"].contains(label), "\(metric.name) \(label)")
            }
            let help = metric.help
            #expect(help.hasSuffix(".") && help.count > 5 && !help.contains("\n"), "\(metric.name): \(help)")
            #expect(help.first.map { $0.isUppercase || $0.isNumber } == true, "\(metric.name): \(help)")
        }
    }

    @Test("every metric of ours says who measures it")
    func sources() {
        for metric in Catalogue.all { #expect(!metric.source.isEmpty, "\(metric.name)") }
        #expect(Catalogue.all.count { $0.isSeed } > 35)
    }

    @Test("the kind fits the name, and a gauge that is named like a counter says so")
    func kinds() {
        for metric in Catalogue.all + Self.node {
            #expect([.gauge, .counter, .histogram].contains(metric.kind), "\(metric.name)")
            if metric.kind == .counter { #expect(metric.name.hasSuffix("_total"), "\(metric.name)") }
            if metric.kind == .gauge, metric.name.hasSuffix("_total") {
                #expect(metric.help.contains("a gauge in spite of its name"), "\(metric.name)")
            }
            for suffix in ["_bucket", "_sum"] { #expect(!metric.name.hasSuffix(suffix), "\(metric.name)") }
        }
    }

    @Test("only histograms have bounds, which ascend and leave infinity out")
    func buckets() {
        for metric in Catalogue.all + Self.node {
            #expect(metric.buckets.isEmpty == (metric.kind != .histogram), "\(metric.name)")
            #expect(zip(metric.buckets, metric.buckets.dropFirst()).allSatisfy { $0 < $1 }, "\(metric.name)")
            #expect(metric.buckets.allSatisfy { $0.isFinite }, "\(metric.name)")
        }
    }

    @Test("every metric can be registered beside all others")
    func registration() {
        let registry = Registry()
        for metric in Catalogue.all + Self.node {
            let values = metric.labelNames.map { "x_\($0)" }
            switch metric.kind {
            case .counter: registry.counter(metric, labelValues: values).increment()
            case .histogram: registry.histogram(metric, labelValues: values).observe(1)
            default: registry.gauge(metric, labelValues: values).set(1)
            }
        }
        let families = registry.gather()
        #expect(families.map(\.name) == (Catalogue.all + Self.node).map(\.name).sorted())
        // No name of one family's line is that of another one.
        let lines = families.flatMap { family in Set(family.points.map(\.labels.metricName)) }
        #expect(Set(lines).count == lines.count)
    }

    /// The lists of 07_Observability_Monitoring.md. Of its two names for dropped frames the one of the exporter and of
    /// all queries is served, and `status` is the value of camera_connection_status, as in the exporter.
    private static let seed: [String: [(name: String, labels: [String])]] = [
        "recording node": [
            ("camera_connection_status", ["camera_id"]), ("camera_fps", ["camera_id"]),
            ("camera_bitrate", ["camera_id"]), ("camera_frames_dropped_total", ["camera_id"]),
            ("camera_last_frame_timestamp", ["camera_id"]), ("ffmpeg_process_cpu_percent", ["camera_id"]),
            ("ffmpeg_process_memory_mb", ["camera_id"]), ("ffmpeg_process_uptime_seconds", ["camera_id"]),
            ("ffmpeg_process_restarts_total", ["camera_id"]), ("disk_space_free_bytes", ["mount_point"]),
            ("disk_space_used_bytes", ["mount_point"]), ("disk_io_read_bytes_total", ["device"]),
            ("disk_io_write_bytes_total", ["device"]), ("disk_io_latency_ms", ["device", "operation"]),
            ("network_bytes_sent_total", ["interface"]), ("network_bytes_received_total", ["interface"]),
            ("network_errors_total", ["interface"]), ("network_drops_total", ["interface"]),
        ],
        "exporter and dashboards": [
            ("segment_processing_seconds", ["camera_id"]), ("disk_space_total_bytes", ["mount_point"]),
            ("disk_space_used_percent", ["mount_point"]), ("stream_bytes_sent_total", ["camera_id"]),
        ],
        "streaming gateway": [
            ("active_streams_total", []), ("stream_viewers_count", ["camera_id"]),
            ("stream_bitrate", ["camera_id", "quality"]), ("stream_latency_ms", ["camera_id", "protocol"]),
            ("webrtc_connection_failures_total", []), ("hls_playlist_requests_total", []),
        ],
        "API server": [
            ("http_requests_total", ["method", "endpoint", "status"]),
            ("http_request_duration_seconds", ["method", "endpoint"]), ("active_connections_total", []),
            ("websocket_connections_total", []), ("jwt_token_validations_total", ["result"]),
            ("database_query_duration_seconds", ["query_type"]),
        ],
        "AI worker": [
            ("ai_jobs_queued_total", ["job_type"]), ("ai_jobs_processed_total", ["job_type", "status"]),
            ("ai_processing_duration_seconds", ["job_type"]), ("lpr_detection_accuracy", ["camera_id"]),
            ("motion_events_detected_total", ["camera_id"]),
        ],
    ]

    @Test("the metrics that the site's documents name are there by their exact names", arguments: seed.keys.sorted())
    func seedNames(group: String) throws {
        for (name, labels) in try #require(Self.seed[group]) {
            let found = try #require(Catalogue.all.first { $0.name == name }, "\(name) is missing")
            #expect(found.labelNames == labels, "\(name)")
        }
    }
}
