import Foundation
import Model
import Transfers

/// Asks a Grafana for dashboards, and gives it some, by its HTTP API
/// (https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/).
struct GrafanaClient {
    private let base: String
    private let client: HTTPClientConfig
    private let transfers = Transfers()

    /// - Parameter tokenFile: a file with the token of a service account; `nil` asks without one.
    init(_ address: String, tokenFile: String?) throws {
        guard let url = URL(string: address), ["http", "https"].contains(url.scheme ?? ""), url.host() != nil else {
            throw CommandFailure("\(address) is no address of a Grafana: write http://HOST:3000")
        }
        base = address.hasSuffix("/") ? String(address.dropLast()) : address
        var client = HTTPClientConfig()
        // A token must not go where a redirect leads.
        client.followRedirects = false
        client.authorization = tokenFile.map { .file($0) }
        self.client = client
    }

    private struct Found: Decodable {
        let uid: String?
        let title: String?
    }

    /// The identifiers of all dashboards that the token may see.
    func identifiers() async throws -> [String] {
        var identifiers: [String] = []
        // Grafana gives at most this many at once.
        let size = 1_000
        for page in 1...100 {
            let bytes = try await ask("/api/search?type=dash-db&limit=\(size)&page=\(page)")
            let found = try JSONDecoder().decode([Found].self, from: Data(bytes)).compactMap(\.uid)
            identifiers += found.filter { !identifiers.contains($0) }
            if found.count < size { break }
        }
        return identifiers
    }

    /// A dashboard as Grafana answers it, wrapped.
    func dashboard(_ uid: String) async throws -> String {
        String(decoding: try await ask("/api/dashboards/uid/\(Self.encoded(uid))"), as: UTF8.self)
    }

    /// Gives it a dashboard, over an older one of the same identifier.
    func put(_ dashboard: [String: Any], folder: String?) async throws {
        var dashboard = dashboard
        // The number is that of another Grafana's own table.
        dashboard["id"] = NSNull()
        var body: [String: Any] = ["dashboard": dashboard, "overwrite": true, "message": "watchpost dashboards export"]
        if let folder { body["folderUid"] = folder }
        let bytes = try JSONSerialization.data(withJSONObject: body)
        _ = try await ask("/api/dashboards/db", method: "POST", body: Array(bytes))
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_.~")))
            ?? text
    }

    private func ask(_ path: String, method: String = "GET", body: [UInt8]? = nil) async throws -> [UInt8] {
        var headers = [("Accept", "application/json")]
        if body != nil { headers.append(("Content-Type", "application/json")) }
        let answer: HTTPResponse
        do {
            answer = try await transfers.send(
                HTTPRequest(
                    method: method, url: base + path, headers: headers, body: body, timeout: .seconds(30),
                    client: client))
        } catch {
            throw CommandFailure("cannot reach \(base): \(error)")
        }
        switch answer.status {
        case 200..<300: return answer.body
        case 300..<400:
            throw CommandFailure("\(base) leads elsewhere (status \(answer.status)): write the address itself")
        case 401:
            throw CommandFailure(
                "\(base) refused the token (401): name the file of a service account's token, --token-file")
        case 403: throw CommandFailure("\(base) does not allow it (403): the token needs the right to read dashboards")
        default:
            let reason = (try? JSONDecoder().decode([String: String].self, from: Data(answer.body)))?["message"]
            throw CommandFailure("\(base)\(path) answered status \(answer.status)\(reason.map { ": \($0)" } ?? "")")
        }
    }
}
