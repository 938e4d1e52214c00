import Foundation
import Model
import SiteView
import TestSupport
import Transfers

/// A running `watchpost serve` or `demo`, and questions to it.
struct Server {
    let process: RunningProcess
    let url: String
    private let transfers = Transfers()

    init(process: RunningProcess, url: String) {
        self.process = process
        self.url = url
    }

    /// Starts `watchpost serve` on a port of the system's choice and waits until it answers.
    static func serve(
        configuration: String?, data: String, port: Int? = nil, arguments: [String] = []
    ) async throws -> Server {
        let address = "127.0.0.1:\(try port ?? Peers.freePort())"
        var all = ["serve", "--data", data, "--listen", address] + arguments
        if let configuration { all += ["--config", configuration] }
        let server = Server(process: try RunningProcess(Peers.watchpost, all), url: "http://\(address)")
        try await server.waitUntilReady()
        return server
    }

    func waitUntilReady(within limit: Duration = .seconds(30)) async throws {
        _ = try await eventually("\(url) to be ready; it printed: \(process.printed)", within: limit) {
            (try? await get("/-/ready"))?.status == 200 ? true : nil
        }
    }

    func get(
        _ path: String, _ parameters: [(String, String)] = [], headers: [(String, String)] = []
    ) async throws -> HTTPResponse {
        var components = URLComponents()
        components.path = path
        if !parameters.isEmpty { components.queryItems = parameters.map { URLQueryItem(name: $0.0, value: $0.1) } }
        let address = (components.string ?? path).replacing("+", with: "%2B")
        return try await transfers.send(HTTPRequest(url: url + address, headers: headers, timeout: .seconds(60)))
    }

    func post(_ path: String, _ body: String = "", type: String = "application/json") async throws -> HTTPResponse {
        try await transfers.send(
            HTTPRequest(
                method: "POST", url: url + path, headers: [("Content-Type", type)], body: Array(body.utf8),
                timeout: .seconds(60)))
    }

    func text(_ path: String) async throws -> String { String(decoding: try await get(path).body, as: UTF8.self) }

    func decode<Answer: Decodable>(_ path: String, _ parameters: [(String, String)] = []) async throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: Data(try await get(path, parameters).body))
    }

    func cameras() async throws -> [CameraStatus] { try await decode("/api/watchpost/cameras") }

    func camera(_ id: String) async throws -> CameraStatus? { try await cameras().first { $0.id == id } }

    func logs(_ query: String, limit: Int = 1_000, start: String = "now-1d") async throws -> [LogEventView] {
        let page: LogPage = try await decode(
            "/api/watchpost/logs", [("query", query), ("limit", String(limit)), ("start", start)])
        return page.events
    }

    /// The result of an instant query: each series' labels and value.
    func query(_ expression: String) async throws -> [(labels: [String: String], value: Double)] {
        let answer: QueryAnswer = try await decode("/api/v1/query", [("query", expression)])
        if let error = answer.error { throw NeverCame(description: "\(expression): \(error)") }
        return answer.data?.rows ?? []
    }
}

/// An answer of `/api/v1/query`.
struct QueryAnswer: Decodable {
    struct Data: Decodable {
        let resultType: String
        let rows: [(labels: [String: String], value: Double)]

        private enum Key: String, CodingKey { case resultType, result }

        private struct Series: Decodable {
            let metric: [String: String]
            let value: Point
        }

        private struct Point: Decodable {
            let value: Double

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                _ = try pair.decode(Double.self)
                let text = try pair.decode(String.self)
                value = text == "NaN" ? .nan : Double(text.replacing("Inf", with: "inf")) ?? .nan
            }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            resultType = try container.decode(String.self, forKey: .resultType)
            if resultType == "vector" {
                rows = try container.decode([Series].self, forKey: .result).map { ($0.metric, $0.value.value) }
            } else {
                rows = [([:], try container.decode(Point.self, forKey: .result).value)]
            }
        }
    }

    let status: String
    let data: Data?
    let error: String?
}
