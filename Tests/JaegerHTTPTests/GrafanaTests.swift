import Base
import Foundation
import HTTPTestSupport
import JaegerHTTP
import Model
import Testing

/// Requests as Grafana's Jaeger data source sends them, and answers as it reads them: into types, from which it takes the first
/// trace unseen.
@Suite("Grafana's Jaeger source")
struct GrafanaTests {
    private struct Answer<Element: Decodable>: Decodable {
        let data: [Element]
        let total: Int
        let limit: Int
        let offset: Int
    }

    private struct Trace: Decodable {
        struct Reference: Decodable { let refType, traceID, spanID: String }

        struct Tag: Decodable {
            let key, type: String
            let value: Value
        }

        enum Value: Decodable, Equatable {
            case text(String)
            case number(Double)
            case flag(Bool)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let flag = try? container.decode(Bool.self) {
                    self = .flag(flag)
                } else if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .text(try container.decode(String.self))
                }
            }
        }

        struct Log: Decodable {
            let timestamp: Int64
            let fields: [Tag]
        }

        struct Process: Decodable {
            let serviceName: String
            let tags: [Tag]
        }

        struct Span: Decodable {
            let traceID, spanID, operationName, processID: String
            let references: [Reference]
            let startTime, duration: Int64
            let tags: [Tag]
            let logs: [Log]
            let warnings: [String]?
        }

        let traceID: String
        let spans: [Span]
        let processes: [String: Process]
        let warnings: [String]?
    }

    private struct Dependency: Decodable {
        let parent, child: String
        let callCount: Int
    }

    private func ask<Result: Decodable>(_ path: String) async throws -> Answer<Result> {
        let reply = try await JaegerServer().get(path)
        #expect(reply.status == 200, "\(path): \(reply.text.prefix(300))")
        return try JSONDecoder().decode(Answer<Result>.self, from: Data(reply.text.utf8))
    }

    @Test("the editor's lists, a search, a trace and the service graph")
    func requests() async throws {
        let services: Answer<String> = try await ask("/api/services")
        #expect(services.data.contains("gateway"))
        let operations: Answer<String> = try await ask("/api/services/gateway/operations")
        #expect(operations.data == ["GET /cameras/{id}", "POST /infer"])
        let range = "start=1795866600000000&end=1795870200000000"
        let found: Answer<Trace> = try await ask(
            "/api/traces?\(range)&limit=20&lookback=custom&maxDuration=1.2s&minDuration=1ms"
                + "&operation=GET%20%2Fcameras%2F%7Bid%7D&service=gateway"
                + "&tags=%7B%22error%22%3A%22true%22%2C%22http.status_code%22%3A%22500%22%7D")
        #expect(found.data.map(\.traceID) == [GoldenSpans.traceA.description] && found.limit == 20)
        let nothing: Answer<Trace> = try await ask("/api/traces?\(range)&limit=20&lookback=custom&service=nobody")
        #expect(nothing.data.isEmpty)
        for path in ["", "?\(range)"] {
            let one: Answer<Trace> = try await ask("/api/traces/\(GoldenSpans.traceA)\(path)")
            let trace = try #require(one.data.first)
            #expect(trace.spans.map(\.operationName) == ["GET /cameras/{id}", "POST /infer", "infer"])
            #expect(trace.spans.allSatisfy { trace.processes[$0.processID] != nil })
            #expect(trace.spans[0].tags.first { $0.key == "error" }?.value == .flag(true))
        }
        let unknown = try await JaegerServer().get("/api/traces/00000000000000000000000000000123?\(range)")
        #expect(unknown.status == 404)
        let graph: Answer<Dependency> = try await ask("/api/dependencies?endTs=1795870200000&lookback=3600000")
        #expect(graph.data.map(\.callCount) == [1, 2])
    }
}

/// Questions that take too long.
@Suite("Jaeger's API under load")
struct LoadTests {
    @Test("a question whose time is over is given up, and 503 says so")
    func late() async throws {
        var bounds = JaegerServer.bounds
        bounds.time = .zero
        let server = JaegerServer(bounds: bounds)
        for path in [
            "/api/traces",
            "/api/v3/trace-summaries?query.startTimeMin=2026-11-28T12:00:00Z&query.startTimeMax=2026-11-28T13:00:00Z",
        ] {
            let reply = try await server.get(path)
            #expect(reply.status == 503 && reply.text.contains("took too long"), "\(reply.text)")
        }
    }

    @Test("a question waits for its turn, and goes with its client")
    func turns() async throws {
        let gate = WorkGate("traces", width: 1)
        let server = JaegerServer(gate: gate)
        let holder = Task { try await gate.run { while !Task.isCancelled { usleep(1_000) } } }
        while gate.free > 0 { await Task.yield() }
        let asked = Task { try await server.get("/api/traces") }
        while gate.statistics.waiting == 0 { await Task.yield() }
        asked.cancel()
        let reply = try await asked.value
        #expect(reply.status == 503 && gate.statistics.waiting == 0)
        holder.cancel()
        _ = await holder.result
        #expect(try await server.get("/api/traces").status == 200)
    }
}
