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
        _ = try await eventually("the ports of OTLP to be \(open)") {
            let page = try await server.text("/metrics")
            let values = ["grpc", "http"].compactMap { name in
                page.firstMatch(of: try? Regex("otlp_port_open\\{protocol=\"\(name)\"\\} ([01])"))?
                    .output[1].substring.flatMap { Double($0) }
            }
            return values == open ? true : nil
        }
    }
}

/// A span as Jaeger's API gives it.
struct SpanAnswer: Decodable {
    struct Tag: Decodable {
        let key: String
        let text: String

        private enum Key: String, CodingKey { case key, value }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            key = try container.decode(String.self, forKey: .key)
            if let text = try? container.decode(String.self, forKey: .value) {
                self.text = text
            } else if let truth = try? container.decode(Bool.self, forKey: .value) {
                text = String(truth)
            } else {
                text = String(describing: try container.decode(Double.self, forKey: .value))
            }
        }
    }

    struct Reference: Decodable { let spanID: String }

    let spanID: String
    let operationName: String
    let references: [Reference]
    let tags: [Tag]

    func tag(_ key: String) -> String? { tags.first { $0.key == key }?.text }
}

extension Server {
    /// The spans of a trace; empty for one that is not there.
    func trace(_ id: String) async throws -> [SpanAnswer] {
        struct Answer: Decodable {
            struct Trace: Decodable { let spans: [SpanAnswer] }
            let data: [Trace]
        }
        let answer = try await get("/jaeger/api/traces/\(id)")
        if answer.status == 404 { return [] }
        return try JSONDecoder().decode(Answer.self, from: Data(answer.body)).data.flatMap(\.spans)
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
