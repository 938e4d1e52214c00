internal import Model

extension Catalogue {
    public static let activeStreamsTotal = MetricDefinition(
        "active_streams_total", .gauge, "Streams that the gateway serves now; a gauge in spite of its name.",
        source: "gateway", isSeed: true)
    public static let streamViewersCount = MetricDefinition(
        "stream_viewers_count", .gauge, labels: ["camera_id"], "People who watch the camera now; a gauge.",
        source: "gateway", isSeed: true)
    public static let streamBitrate = MetricDefinition(
        "stream_bitrate", .gauge, labels: ["camera_id", "quality"], "Bits a second of the stream as it is sent out.",
        unit: "bits a second", source: "gateway", isSeed: true)
    public static let streamLatencyMs = MetricDefinition(
        "stream_latency_ms", .gauge, labels: ["camera_id", "protocol"],
        "Milliseconds by which the stream is behind the camera.", unit: "milliseconds",
        source: "HLS playlist, or the service", isSeed: true)
    public static let streamBytesSentTotal = MetricDefinition(
        "stream_bytes_sent_total", .counter, labels: ["camera_id"], "Bytes sent to viewers.", unit: "bytes",
        source: "gateway", isSeed: true)
    public static let webrtcConnectionAttemptsTotal = MetricDefinition(
        "webrtc_connection_attempts_total", .counter, "Attempts of viewers to connect by WebRTC.",
        source: "gateway or the service", isSeed: true)
    public static let webrtcConnectionFailuresTotal = MetricDefinition(
        "webrtc_connection_failures_total", .counter, "Attempts of viewers to connect by WebRTC that failed.",
        source: "gateway or the service", isSeed: true)
    public static let hlsPlaylistRequestsTotal = MetricDefinition(
        "hls_playlist_requests_total", .counter, "Requests for HLS playlists.", source: "gateway or the service",
        isSeed: true)

    public static let gatewayUp = MetricDefinition(
        "gateway_up", .gauge, labels: ["gateway"], "Whether the gateway answers when it is asked about its streams.",
        source: "gateway")

    static let streaming = [
        activeStreamsTotal, streamViewersCount, streamBitrate, streamLatencyMs, streamBytesSentTotal,
        webrtcConnectionAttemptsTotal, webrtcConnectionFailuresTotal, hlsPlaylistRequestsTotal, gatewayUp,
    ]

    public static let httpRequestsTotal = MetricDefinition(
        "http_requests_total", .counter, labels: ["method", "endpoint", "status"],
        "Requests answered, by the route's template and the status.", source: "middleware, or the service", isSeed: true
    )
    public static let httpRequestDurationSeconds = MetricDefinition(
        "http_request_duration_seconds", .histogram, labels: ["method", "endpoint"],
        buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], "Seconds from a request to its answer.",
        unit: "seconds", source: "middleware, or the service", isSeed: true)
    public static let activeConnectionsTotal = MetricDefinition(
        "active_connections_total", .gauge,
        "Connections or requests that are being served now; a gauge in spite of its name.",
        source: "middleware, or the service", isSeed: true)
    public static let websocketConnectionsTotal = MetricDefinition(
        "websocket_connections_total", .gauge, "Websockets that are open now; a gauge in spite of its name.",
        source: "the service", isSeed: true)
    public static let jwtTokenValidationsTotal = MetricDefinition(
        "jwt_token_validations_total", .counter, labels: ["result"], "Tokens checked, by result.",
        source: "the service", isSeed: true)
    public static let databaseQueryDurationSeconds = MetricDefinition(
        "database_query_duration_seconds", .histogram, labels: ["query_type"],
        buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
        "Seconds that a query of the database took.", unit: "seconds", source: "the service", isSeed: true)

    static let api = [
        httpRequestsTotal, httpRequestDurationSeconds, activeConnectionsTotal, websocketConnectionsTotal,
        jwtTokenValidationsTotal, databaseQueryDurationSeconds,
    ]

    public static let aiJobsQueuedTotal = MetricDefinition(
        "ai_jobs_queued_total", .gauge, labels: ["job_type"], "Jobs that wait now; a gauge in spite of its name.",
        source: "the service", isSeed: true)
    public static let aiJobsProcessedTotal = MetricDefinition(
        "ai_jobs_processed_total", .counter, labels: ["job_type", "status"], "Jobs done, by outcome.",
        source: "the service", isSeed: true)
    public static let aiProcessingDurationSeconds = MetricDefinition(
        "ai_processing_duration_seconds", .histogram, labels: ["job_type"],
        buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], "Seconds that a job took.", unit: "seconds",
        source: "the service", isSeed: true)
    public static let lprDetectionAccuracy = MetricDefinition(
        "lpr_detection_accuracy", .gauge, labels: ["camera_id"],
        "Share of licence plates that were read rightly, 0 to 1.", unit: "ratio", source: "the service", isSeed: true)
    public static let motionEventsDetectedTotal = MetricDefinition(
        "motion_events_detected_total", .counter, labels: ["camera_id"], "Motion events.", source: "the service",
        isSeed: true)

    static let workers = [
        aiJobsQueuedTotal, aiJobsProcessedTotal, aiProcessingDurationSeconds, lprDetectionAccuracy,
        motionEventsDetectedTotal,
    ]
}
