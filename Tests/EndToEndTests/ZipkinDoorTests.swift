import Foundation
import TestSupport
import Testing

/// Clients of Zipkin, as they are, that send their spans here.
@Suite("Door for Zipkin's clients, end to end", .serialized, .timeLimit(.minutes(2)))
struct ZipkinDoorTests {
    /// What is looked at of an answer of `/api/traces/ID`.
    private struct Answer: Decodable {
        struct Trace: Decodable {
            var spans: [Span]
            var processes: [String: Process]
        }

        struct Process: Decodable { var serviceName: String }

        struct Span: Decodable {
            var spanID: String
            var operationName: String
            var processID: String
            var references: [Reference]
            var tags: [Tag]
            var logs: [Log]
        }

        struct Reference: Decodable { var spanID: String }
        struct Log: Decodable { var fields: [Tag] }

        struct Tag: Decodable {
            var key: String
            var value: String?

            enum Key: String, CodingKey { case key, value }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                key = try container.decode(String.self, forKey: .key)
                value =
                    (try? container.decode(String.self, forKey: .value))
                    ?? (try? container.decode(Int.self, forKey: .value)).map(String.init)
            }
        }

        var data: [Trace]
    }

    private func send(_ client: String, _ version: String) async throws -> (
        trace: Answer.Trace, page: String, answer: String
    ) {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let packages = Peers.client("zipkin")
        try #require(
            FileManager.default.fileExists(atPath: packages), "\(packages) is not there; scripts/setup --test makes it")
        let process = try RunningProcess(
            Peers.python, [Peers.part("zipkin.py"), server.url, client, version], environment: ["PYTHONPATH": packages])
        try await process.end()
        #expect(process.printed.contains("sent"), "\(process.printed)")
        #expect(!process.printed.contains("FAILURE") && !process.printed.contains("status 4"), "\(process.printed)")
        let id = try await process.line(matching: Regex("trace ([0-9a-f]{32})"))
        let answer = try await server.text("/api/traces/\(id)")
        let trace = try #require(try JSONDecoder().decode(Answer.self, from: Data(answer.utf8)).data.first)
        let page = try await server.text("/metrics")
        server.process.signal(SIGTERM)
        try await server.process.end()
        return (trace, page, answer)
    }

    private func tags(_ span: Answer.Span) -> [String: String] {
        Dictionary(span.tags.map { ($0.key, $0.value ?? "") }) { first, _ in first }
    }

    @Test("py_zipkin's spans are there, both halves of a call with one number too", arguments: ["1", "2"])
    func pyZipkin(version: String) async throws {
        let (trace, page, answer) = try await send("py_zipkin", version)
        #expect(trace.spans.map(\.operationName).sorted() == ["decode", "play", "read"])
        let play = try #require(trace.spans.first { $0.operationName == "play" })
        let read = try #require(trace.spans.first { $0.operationName == "read" })
        let decode = try #require(trace.spans.first { $0.operationName == "decode" })
        #expect(tags(play)["camera.id"] == "gate" && tags(play)["span.kind"] == "client")
        #expect(tags(play)["peer.service"] == "storage" && play.logs.count == 1)
        #expect(tags(read)["span.kind"] == "server" && tags(read)["otel.status_description"] == "no such segment")
        #expect(trace.processes[play.processID]?.serviceName == "playback")
        #expect(trace.processes[read.processID]?.serviceName == "storage")
        #expect(decode.references.count == 1 && play.references.isEmpty)
        #expect(!answer.contains("topsecret"))
        #expect(page.contains("trace_door_spans_total{door=\"zipkin\"} 3\n"))
    }

    @Test("spans of OpenTelemetry's exporter for Zipkin are what they were", arguments: ["1", "2"])
    func openTelemetry(version: String) async throws {
        let (trace, page, answer) = try await send("opentelemetry", version)
        #expect(trace.spans.map(\.operationName).sorted() == ["play", "read"])
        let play = try #require(trace.spans.first { $0.operationName == "play" })
        let read = try #require(trace.spans.first { $0.operationName == "read" })
        #expect(tags(play)["camera.id"] == "gate" && tags(play)["otel.scope.name"] == "player")
        #expect(tags(play)["list"] == #"["1","2"]"#)
        let fields = play.logs.first.map { $0.fields.map { "\($0.key)=\($0.value ?? "")" }.sorted() }
        #expect(fields == ["bytes=7", "event=first byte"])
        #expect(read.references.map(\.spanID) == [play.spanID])
        #expect(tags(read)["otel.status_code"] == "ERROR" && tags(read)["otel.status_description"] == "no such segment")
        #expect(trace.processes.values.allSatisfy { $0.serviceName == "playback" })
        #expect(!answer.contains("topsecret"))
        #expect(page.contains("trace_door_spans_total{door=\"zipkin\"} 2\n"))
    }
}
