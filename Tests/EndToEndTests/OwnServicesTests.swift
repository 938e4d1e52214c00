import Foundation
import TestSupport
import Testing
import Transfers

/// Services that people write themselves, and the ways in which their metrics come here.
@Suite("Services of one's own, end to end", .serialized)
struct OwnServicesTests {
    @Test(
        "the OpenTelemetry SDK's metrics are stored under Prometheus' names", .timeLimit(.minutes(1)),
        arguments: [("plain", "/v1/metrics"), ("gzip", "/api/v1/otlp/v1/metrics")])
    func otlp(compression: String, path: String) async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let sdk = try Peers.otlp(server.url + path, compression)
        try await sdk.end()
        #expect(sdk.printed.contains("flushed True"), "\(sdk.printed)")
        let expected: [(query: String, value: Double)] = [
            (#"ai_jobs_processed_total{job_type="lpr",status="done"}"#, 3), ("sum(ai_jobs_processed_total)", 4),
            ("ai_jobs_queued_total", 7), ("ai_processing_duration_seconds_count", 3),
            (#"ai_processing_duration_seconds_bucket{le="1"}"#, 2),
            (#"ai_processing_duration_seconds_bucket{le="+Inf"}"#, 3),
            ("ai_processing_duration_seconds_sum", 5.55), (#"lpr_detection_accuracy{camera_id="gate"}"#, 0.75),
            (#"target_info{telemetry_sdk_language="python"}"#, 1),
        ]
        for (query, value) in expected {
            let rows = try await server.query(query)
            #expect(rows.map(\.value) == [value], "\(query)")
            if !query.hasPrefix("sum") {
                #expect(rows.first?.labels["job"] == "vms/lpr" && rows.first?.labels["instance"] == compression)
            }
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("OTLP that cannot be read, or not all of it, is answered so", .timeLimit(.minutes(1)))
    func otlpRefusals() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let now = "\(Int(Date().timeIntervalSince1970))000000000"
        let delta =
            #"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"d","sum":{"isMonotonic":true,"aggregationTemporality":1,"dataPoints":[{"asInt":"1","timeUnixNano":"\#(now)"}]}},{"name":"g","gauge":{"dataPoints":[{"asDouble":2,"timeUnixNano":"\#(now)"}]}}]}]}]}"#
        let partial = try await server.post("/v1/metrics", delta)
        #expect(partial.status == 200)
        let answer = String(decoding: partial.body, as: UTF8.self)
        #expect(answer.contains(#""rejectedDataPoints":"1""#) && answer.contains("cumulative"), "\(answer)")
        #expect(try await server.query("g").first?.value == 2)
        #expect(try await server.post("/v1/metrics", "{").status == 400)
        #expect(try await server.post("/v1/metrics", "\u{1}\u{2}", type: "application/x-protobuf").status == 400)
        #expect(try await server.post("/v1/metrics", "x", type: "text/plain").status == 415)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("the example service shows its own metrics, the middleware's and swift-metrics'", .timeLimit(.minutes(1)))
    func example() async throws {
        let port = try Peers.freePort()
        let service = try RunningProcess(Peers.plateReader, [String(port)])
        let server = Server(process: service, url: "http://127.0.0.1:\(port)")
        _ = try await eventually("the service", within: .seconds(20)) {
            (try? await server.get("/metrics"))?.status == 200 ? true : nil
        }
        for _ in 0..<8 { _ = try await server.post("/plates/gate") }
        _ = try await server.get("/no/such/page")
        let page = try await server.text("/metrics")
        for line in [
            #"http_requests_total{endpoint="/plates/{camera}",method="POST",status="200"} 8"#,
            #"http_requests_total{endpoint="NotFound",method="GET",status="404"} 1"#,
            #"http_request_duration_seconds_count{endpoint="/plates/{camera}",method="POST"} 8"#,
            #"ai_jobs_processed_total{job_type="lpr",status="done"} 6"#, #"ai_jobs_queued_total{job_type="lpr"} 0"#,
            #"ai_processing_duration_seconds_count{job_type="lpr"} 8"#,
            #"lpr_detection_accuracy{camera_id="gate"} 0.75"#,
            #"plates_read_total{camera="gate"} 8"#, "active_connections_total 1",
        ] {
            #expect(page.contains(line + "\n"), "\(line) in \(page)")
        }
        service.signal(SIGTERM)
        try await service.end()
    }

    @Test("files of metrics are stored with our own", .timeLimit(.minutes(1)))
    func textfile() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("text/a.prom", "jwt_token_validations_total{result=\"ok\"} 12\n")
        try folder.write("config/watchpost.yml", "instance: node-1\ntextfile: \(folder.path)/text\n")
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let row = try await eventually("the file's sample") {
            try await server.query("jwt_token_validations_total").first
        }
        #expect(row.value == 12 && row.labels["job"] == "watchpost" && row.labels["instance"] == "node-1")
        #expect(try await server.text("/metrics").contains("jwt_token_validations_total{result=\"ok\"} 12\n"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
