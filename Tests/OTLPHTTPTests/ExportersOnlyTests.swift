import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Listening
import Model
import NIOCore
import OTLPHTTP
import OTLPReceiver
import Testing

@Suite("A port of OTLP alone")
struct ExportersOnlyTests {
    private func post(_ path: String, _ headers: [(HTTPField.Name, String)] = []) async throws -> Int {
        let router = Routers.make()
        router.add(middleware: ExportersOnly())
        let receiver = OTLPReceiver(
            samples: NoSamples(), events: NoEvents(), spans: NoSpans(), logDoors: LogDoors(), traceDoors: TraceDoors())
        OTLPAPI(receiver: receiver, lanes: MessageLanes()).addOwnRoutes(to: router)
        var fields: HTTPFields = [.contentType: "application/json"]
        for (name, value) in headers { fields[name] = value }
        return try await RouterClient(router).send(.post, path, headers: fields, body: ByteBuffer(string: "{}")).status
    }

    @Test(
        "takes the three signals, and has none of the paths of other systems",
        arguments: [
            ("/v1/traces", 200), ("/v1/metrics", 200), ("/v1/logs", 200), ("/otlp/v1/logs", 404),
            ("/api/v1/otlp/v1/metrics", 404), ("/metrics", 404), ("/v1/profiles", 404),
        ])
    func paths(path: String, status: Int) async throws {
        #expect(try await post(path) == status)
    }

    @Test("refuses what a web page sends, also one that has found a name for this host")
    func pages() async throws {
        #expect(try await post("/v1/traces", [(.origin, "http://localhost:4318")]) == 403)
        #expect(try await post("/v1/traces", [(.origin, "null")]) == 403)
        let fetch = try #require(HTTPField.Name("Sec-Fetch-Site"))
        #expect(try await post("/v1/traces", [(fetch, "same-origin")]) == 403)
    }
}
