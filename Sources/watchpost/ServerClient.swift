import ArgumentParser
import Foundation
import Model
import Transfers

/// Options of the commands that ask a running server.
struct ServerOptions: ParsableArguments {
    @Option(help: "Where the server answers.")
    var server = "http://127.0.0.1:9900"

    @Flag(help: "Print JSON for programs instead of a table for people.")
    var json = false

    @Option(help: "Of the times that are written and shown: Asia/Ho_Chi_Minh, +07:00, UTC …; the site's by default.")
    var zone: String?

    /// The server's answer to `path`, decoded.
    func get<Answer: Decodable>(_ path: String, _ parameters: [(String, String)] = []) async throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: Data(try await bytes(path, parameters)))
    }

    /// Asks, and with `--json` prints the answer as it came and ends the command.
    func getOrPrintJSON<Answer: Decodable>(
        _ path: String, _ parameters: [(String, String)] = []
    ) async throws -> Answer? {
        guard json else { return try await get(path, parameters) as Answer }
        FileHandle.standardOutput.write(Data(try await bytes(path, parameters) + [UInt8(ascii: "\n")]))
        return nil
    }

    func post(_ path: String, json body: some Encodable) async throws {
        _ = try await send(
            HTTPRequest(
                method: "POST", url: server + path, headers: [("Content-Type", "application/json")],
                body: Array(try JSONEncoder().encode(body)), timeout: .seconds(30)))
    }

    /// Sends a body and decodes the answer.
    func send<Answer: Decodable>(_ method: String, _ path: String, json body: some Encodable) async throws -> Answer {
        let response = try await send(
            HTTPRequest(
                method: method, url: server + path, headers: [("Content-Type", "application/json")],
                body: Array(try JSONEncoder().encode(body)), timeout: .seconds(30)))
        return try JSONDecoder().decode(Answer.self, from: Data(response.body))
    }

    func delete(_ path: String) async throws {
        _ = try await send(HTTPRequest(method: "DELETE", url: server + path, timeout: .seconds(30)))
    }

    /// The answer as it came.
    func bytes(_ path: String, _ parameters: [(String, String)]) async throws -> [UInt8] {
        var components = URLComponents()
        components.path = path
        if !parameters.isEmpty {
            components.queryItems = parameters.map { URLQueryItem(name: $0.0, value: $0.1) }
        }
        // URLComponents leaves "+" as it is, which servers read as a blank.
        let address = (components.string ?? path).replacing("+", with: "%2B")
        return try await send(HTTPRequest(url: server + address, timeout: .seconds(130))).body
    }

    private static let transfers = Transfers()

    private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let answer: HTTPResponse
        do {
            answer = try await Self.transfers.send(request)
        } catch {
            throw CommandFailure(
                "cannot ask \(server): \(error)\nIs the server running? Start it with `watchpost serve`, or name another with --server."
            )
        }
        guard (200..<300).contains(answer.status) else {
            struct Refusal: Decodable { let error: String }
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.body))
            // Alertmanager's API answers with a text alone.
            let text = try? JSONDecoder().decode(String.self, from: Data(answer.body))
            throw CommandFailure(
                refusal?.error ?? text ?? "\(server) answered with status \(answer.status)", status: answer.status)
        }
        return answer
    }
}

/// A command's failure in words for people.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    /// What a server answered; `nil` where none did.
    let status: Int?

    init(_ description: String, status: Int? = nil) {
        self.description = description
        self.status = status
    }

    /// Whether a server said that it will not do this, now or later.
    var isRefusal: Bool { status.map { (400..<500).contains($0) } ?? false }
}
