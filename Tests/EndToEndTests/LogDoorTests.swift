import Foundation
import TestSupport
import Testing

/// Clients of other systems, as they are, that send their log lines here.
@Suite("Doors for log shippers, end to end", .serialized, .timeLimit(.minutes(2)))
struct LogDoorTests {
    @Test("the OpenTelemetry SDK's records are found by their fields", arguments: ["plain", "gzip"])
    func otlp(compression: String) async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let sdk = try Peers.client("otlp_logs.py", server.url + "/v1/logs", compression)
        try await sdk.end()
        #expect(sdk.printed.contains("flushed True"), "\(sdk.printed)")
        let trace = try await sdk.line(matching: Regex("trace ([0-9a-f]{32})"))
        for (query, message, level) in [
            (#"service.name:lpr AND camera.id:gate AND attempts:3"#, "plate unreadable at gate", "WARN"),
            ("trace.id:\(trace) AND service.instance.id:\(compression)", "plate unreadable at gate", "WARN"),
            (#"exception.type:ValueError AND log.logger:plates"#, "reading failed", "ERROR"),
            ("light", #"{"reason":"no light","lux":0.5}"#, "ERROR"),
        ] {
            let found = try await server.logs(query)
            #expect(found.map(\.message) == [message] && found.map(\.level) == [level], "\(query)")
        }
        let page = try await server.text("/metrics")
        #expect(page.contains("log_door_events_total{door=\"otlp\"} 3\n"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "python-logging-loki's lines are found by their labels",
        arguments: [("/loki/api/v1/push", "1"), ("/api/prom/push", "0")])
    func loki(path: String, version: String) async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let client = try Peers.client("loki.py", server.url + path, version)
        try await client.end()
        #expect(client.printed.contains("sent") && !client.printed.contains("error "), "\(client.printed)")
        let found = try await server.logs("component:recording AND camera:gate AND logger:recorder AND level:ERROR")
        #expect(found.map(\.message) == ["disk \"1\" is full"])
        #expect(try await server.text("/loki/ready").hasPrefix("ready"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
