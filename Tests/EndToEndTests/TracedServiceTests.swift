import Foundation
import TestSupport
import Testing
import Transfers

/// Services that tell of their work in traces: those with our library, others with OpenTelemetry's, and Watchpost itself.
@Suite("Traces of services, end to end", .serialized)
struct TracedServiceTests {
    /// A trace as `/api/traces/ID` has it.
    private struct Answer: Decodable {
        struct Trace: Decodable {
            let spans: [Span]
            let processes: [String: Process]
        }
        struct Span: Decodable {
            let operationName: String
            let spanID: String
            let references: [Reference]
            let processID: String
            let tags: [Tag]
        }
        struct Tag: Decodable { let key: String }
        struct Reference: Decodable { let spanID: String }
        struct Process: Decodable { let serviceName: String }
        let data: [Trace]
    }

    /// The spans of a trace as `service: name < the name of its parent`, sorted.
    private static func spans(of trace: String, _ server: Server) async throws -> [String] {
        let answer = try await server.get("/api/traces/\(trace)")
        guard answer.status == 200,
            let found = try JSONDecoder().decode(Answer.self, from: Data(answer.body)).data.first
        else { return [] }
        let names = Dictionary(found.spans.map { ($0.spanID, $0.operationName) }) { first, _ in first }
        return found.spans.map { span in
            let service = found.processes[span.processID]?.serviceName ?? "?"
            return "\(service): \(span.operationName) < \(span.references.first.flatMap { names[$0.spanID] } ?? "-")"
        }.sorted()
    }

    @Test("a Swift process and two of Python are in one trace, and end what they began", .timeLimit(.minutes(2)))
    func oneTrace() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let register = try Peers.client("register.py", server.url + "/v1/traces")
        let registerPort = try await register.line(matching: Regex(#"PORT (\d+)"#))
        let port = try Peers.freePort()
        let reader = try RunningProcess(
            Peers.plateReader, [String(port), "http://127.0.0.1:\(registerPort)"],
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": server.url, "OTEL_SERVICE_NAME": "lpr"])
        _ = try await eventually("the service", within: .seconds(20)) {
            (try? await Server(process: reader, url: "http://127.0.0.1:\(port)").get("/metrics"))?.status == 200
                ? true : nil
        }
        let client = try Peers.client("register.py", server.url + "/v1/traces", "http://127.0.0.1:\(port)/plates/gate")
        let trace = try await client.line(matching: Regex("trace ([0-9a-f]{32})"))
        #expect(client.printed.contains("owner: nobody"), "\(client.printed)")
        // What waits to be sent goes out at the end.
        reader.signal(SIGTERM)
        try await reader.end()
        let wanted = [
            "gateway: POST /plates/{camera} < -", "lpr: /plates/{camera} < POST /plates/{camera}",
            "lpr: GET /owners/{plate} < /plates/{camera}", "lpr: model infer < /plates/{camera}",
            "register: GET /owners/{plate} < GET /owners/{plate}",
        ]
        let found = try await eventually("the whole trace \(trace): \(reader.printed)") {
            let spans = try await Self.spans(of: trace, server)
            return spans.count == wanted.count ? spans : nil
        }
        #expect(found == wanted)
        register.signal(SIGTERM)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("the server's own work is part of the trace of who asks it", .timeLimit(.minutes(1)))
    func own() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let answer = try await server.get(
            "/api/v1/query", [("query", "vector(1)"), ("token", "s3cret")],
            headers: [("traceparent", "00-\(trace)-00f067aa0ba902b7-01")])
        #expect(answer.status == 200)
        let found = try await eventually("the request's spans") {
            let spans = try await Self.spans(of: trace, server)
            return spans.isEmpty ? nil : spans
        }
        #expect(found == ["watchpost: GET /api/v1/query < -", "watchpost: PromQL query < GET /api/v1/query"])
        #expect(!(try await server.text("/api/traces/\(trace)")).contains("s3cret"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}
