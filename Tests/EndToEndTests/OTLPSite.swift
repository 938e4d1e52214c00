import Foundation
import TestSupport
import Transfers

/// A site with ports of its own for OTLP, and questions to its traces.
struct OTLPSite {
    let folder: TemporaryDirectory
    let http: Int
    let grpc: Int
    let port: Int

    var data: String { folder.path + "/data" }

    init() throws {
        folder = try TemporaryDirectory()
        (http, grpc, port) = (try Peers.freePort(), try Peers.freePort(), try Peers.freePort())
        try folder.write(
            "config/watchpost.yml",
            "instance: node-1\notlp: { http: '127.0.0.1:\(http)', grpc: '127.0.0.1:\(grpc)' }\n")
        try folder.write("config/prometheus.yml", "global: { scrape_interval: 1s, scrape_timeout: 1s }\n")
    }

    /// The address that an exporter of `form` is given.
    func endpoint(_ form: String) -> String { form == "grpc" ? "http://127.0.0.1:\(grpc)" : "http://127.0.0.1:\(http)" }

    /// Starts the server, and waits until both ports are open.
    func serve() async throws -> Server {
        let server = try await Server.serve(configuration: folder.path + "/config", data: data, port: port)
        try await waitForPorts(of: server, [1, 1])
        return server
    }

    func waitForPorts(of server: Server, _ open: [Double]) async throws {
        _ = try await eventually("the ports of OTLP to be \(open)") { () -> Bool? in
            let page = try await server.text("/metrics")
            let values = ["grpc", "http"].compactMap { name -> Double? in
                let start = "otlp_port_open{protocol=\"\(name)\"} "
                let line = page.split(separator: "\n").first { $0.hasPrefix(start) }
                return line.flatMap { Double($0.dropFirst(start.count)) }
            }
            return values == open ? true : nil
        }
    }
}

/// A span of a trace, as the API gives it.
struct SpanAnswer: Decodable {
    /// An attribute's value, as text.
    struct Value: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let truth = try? container.decode(Bool.self) {
                text = String(truth)
            } else if let number = try? container.decode(Double.self) {
                text = String(number)
            } else {
                text = "other"
            }
        }
    }

    let spanID: String
    let parentID: String?
    let name: String
    let kind: String
    let status: String
    let attributes: [String: Value]
}

extension Server {
    /// The spans of a trace; empty for one that is not there.
    func trace(_ id: String) async throws -> [SpanAnswer] {
        struct Answer: Decodable { let spans: [SpanAnswer] }
        let answer = try await get("/api/watchpost/traces/\(id)")
        if answer.status == 404 { return [] }
        return try JSONDecoder().decode(Answer.self, from: Data(answer.body)).spans
    }

    /// Which of these traces are not there.
    func missing(_ ids: [String]) async throws -> [String] {
        var missing: [String] = []
        for id in ids where try await trace(id).isEmpty { missing.append(id) }
        return missing
    }
}

extension String {
    /// The traces that a sender printed behind a word.
    func traces(_ word: String) -> [String] {
        matches(of: /(?m)^(\w+) ([0-9a-f]{32})$/).filter { $0.1 == word }.map { String($0.2) }
    }
}
