import Foundation
import Model
import Transfers

/// Asks a Grafana for dashboards, and gives it some, by its HTTP API
/// (https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/).
struct GrafanaClient {
    /// Why a Grafana did not do it; for people.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        /// What it answered; `nil` where it did not.
        var status: Int?
        /// Whether it kept silent for too long.
        var isSilence = false
        /// Whether asking it for another dashboard would end the same way.
        var isForAll = false
    }

    /// A dashboard that it has.
    struct Found {
        let text: String
        /// The identifier of the folder in which it is; empty for the top of all.
        let folderUid: String
    }

    private let base: String
    private let timeout: Duration
    private let client: HTTPClientConfig
    private let transfers = Transfers()

    init(_ options: GrafanaOptions) throws {
        base = try Self.base(of: options.grafana ?? "")
        timeout = .seconds(options.timeout)
        var client = HTTPClientConfig()
        // A token must not go where a redirect leads.
        client.followRedirects = false
        client.caFile = options.caFile
        if let file = options.tokenFile { client.authorization = .inline(try Self.token(in: file)) }
        self.client = client
    }

    private static func base(of address: String) throws -> String {
        guard let url = URLComponents(string: address), ["http", "https"].contains(url.scheme?.lowercased() ?? ""),
            url.host?.isEmpty == false
        else {
            throw CommandFailure(
                "\(Redaction.urls(in: address)) is no address of a Grafana: write http://HOST:3000")
        }
        // It would stand in lists of processes and in the shell's history.
        if url.user != nil || url.password != nil {
            throw CommandFailure(
                "an address has no name or password here: make a service account in that Grafana and name the file of its token, --token-file"
            )
        }
        if url.query != nil || url.fragment != nil {
            throw CommandFailure("\(address) is the address of a page: write that of the Grafana, as http://HOST:3000")
        }
        let slashes = address.reversed().prefix { $0 == "/" }.count
        return String(address.dropLast(slashes))
    }

    private static func token(in file: String) throws -> String {
        let token = try Secret.file(file).read()
        guard !token.isEmpty, !token.contains(where: { $0.isWhitespace || $0.isNewline || !$0.isASCII }) else {
            throw CommandFailure("\(file) has no token: write the token of a service account there, and nothing else")
        }
        let mode = (try? FileManager.default.attributesOfItem(atPath: file))?[.posixPermissions] as? Int ?? 0
        if mode & 0o077 != 0 {
            let name = TableText.harmless(file, keeping: [])
            FileHandle.standardError.write(
                Data("warning: others of this host may read the token: chmod 600 \(name)\n".utf8))
        }
        return token
    }

    // MARK: What it has

    private struct Item: Decodable {
        let uid: String?
        let title: String?
    }

    /// The identifiers of all dashboards that the token may see.
    func identifiers() async throws -> [String] { try await all("/api/search?type=dash-db").compactMap(\.uid) }

    /// All pages of a list.
    private func all(_ path: String) async throws -> [Item] {
        var (items, known) = ([Item](), Set<String>())
        // Grafana gives this many without being asked, and five times as many at most.
        let size = 1_000
        for page in 1...100 {
            let bytes = try await ask("\(path)\(path.contains("?") ? "&" : "?")limit=\(size)&page=\(page)")
            guard let found = try? JSONDecoder().decode([Item].self, from: Data(bytes)) else { throw foreign(path) }
            let new = found.filter { item in item.uid.map { known.insert($0).inserted } ?? false }
            items += new
            if found.count < size || new.isEmpty { break }
        }
        return items
    }

    /// A dashboard as Grafana answers it, wrapped; `nil` where it has none of this identifier.
    func dashboard(_ uid: String) async throws -> Found? {
        struct Answer: Decodable {
            struct Meta: Decodable { let folderUid: String? }
            let meta: Meta
        }
        let path = "/api/dashboards/uid/\(Self.encoded(uid))"
        do {
            let bytes = try await ask(path)
            let text = try DashboardText.text(of: bytes, from: uid)
            guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes)) else {
                throw foreign(path, isForAll: false)
            }
            return Found(text: text, folderUid: answer.meta.folderUid ?? "")
        } catch let failure as Failure where failure.status == 404 {
            return nil
        }
    }

    // MARK: What it is given

    /// Gives it a dashboard.
    /// - Parameters:
    ///   - folder: the identifier of one; without, it stands at the top of all.
    ///   - overwrites: whether in the place of the one that has its identifier.
    func put(_ dashboard: [String: Any], folder: String, overwrites: Bool) async throws {
        var dashboard = dashboard
        // The number is that of another Grafana's own table.
        dashboard["id"] = NSNull()
        var body: [String: Any] = [
            "dashboard": dashboard, "overwrite": overwrites, "message": "watchpost dashboards export",
        ]
        if !folder.isEmpty { body["folderUid"] = folder }
        let bytes = try JSONSerialization.data(withJSONObject: body)
        _ = try await ask("/api/dashboards/db", body: Array(bytes))
    }

    /// The identifiers of its folders, by what they are called as folders of files.
    func folders() async throws -> [String: String] {
        let named = try await all("/api/folders").compactMap { item in
            item.uid.flatMap { uid in item.title.map { (DashboardFolder.name(ofFolder: $0), uid) } }
        }
        return Dictionary(named) { first, _ in first }
    }

    /// Makes a folder.
    /// - Returns: its identifier.
    func makeFolder(_ title: String) async throws -> String {
        let bytes = try await ask("/api/folders", body: Array(try JSONEncoder().encode(["title": title])))
        guard let uid = try? JSONDecoder().decode(Item.self, from: Data(bytes)).uid else {
            throw foreign("/api/folders")
        }
        return uid
    }

    // MARK: Exchanges

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(
            withAllowedCharacters: CharacterSet(
                charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")) ?? text
    }

    private func foreign(_ path: String, isForAll: Bool = true) -> Failure {
        Failure(
            description:
                "\(base)\(path) answered something that is not of Grafana's API: write the address of the Grafana, with the path below which it is served",
            isForAll: isForAll)
    }

    /// Asks again where it is asked to wait: it has limits, and proxies before it have some.
    private func ask(_ path: String, body: [UInt8]? = nil) async throws -> [UInt8] {
        var headers = [("Accept", "application/json")]
        if body != nil { headers.append(("Content-Type", "application/json")) }
        var waits = 0
        while true {
            let answer: HTTPResponse
            do {
                answer = try await transfers.send(
                    HTTPRequest(
                        method: body == nil ? "GET" : "POST", url: base + path, headers: headers, body: body,
                        timeout: timeout, maxResponseBytes: Self.answerBytesMax, client: client))
            } catch {
                throw Failure(
                    description: "\(error)", isSilence: error.kind == .timeout,
                    isForAll: [.dns, .refused, .tls, .invalid].contains(error.kind))
            }
            if (200..<300).contains(answer.status) { return answer.body }
            guard [429, 503].contains(answer.status), waits < Self.waitsMax else { throw failure(answer, path) }
            waits += 1
            let asked = answer.headers["retry-after"].flatMap { Double($0) } ?? Double(waits)
            try await Task.sleep(for: .seconds(min(30, max(0.1, asked))))
        }
    }

    private static let waitsMax = 5
    /// A dashboard of the largest size that is read, and what it is wrapped in.
    private static let answerBytesMax = 20 << 20

    private func failure(_ answer: HTTPResponse, _ path: String) -> Failure {
        struct Refusal: Decodable { let message: String? }
        let said = (try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)))?.message
        let reason = said.map { ": \($0.prefix(300))" } ?? ""
        let status = answer.status
        switch status {
        case 300..<400:
            let target = Redaction.urls(in: answer.headers["location"] ?? "")
            let isLogin = target.contains("/login")
            let mend =
                if isLogin, client.authorization == nil {
                    "asks for a login: name the file of a service account's token, --token-file"
                } else {
                    "leads to \(target.isEmpty ? "elsewhere" : target) (status \(status)): write the address where its API is, without a login before it"
                }
            return Failure(
                description: "\(base) \(mend)",
                status: status, isForAll: true)
        case 401:
            let mend =
                client.authorization == nil
                ? "name the file of a service account's token, --token-file"
                : "the token is none of a service account of it, or is over"
            return Failure(description: "\(base) refused (401\(reason)): \(mend)", status: status, isForAll: true)
        case 403:
            return Failure(
                description: "\(base)\(path): the token has not the right to it (403\(reason))", status: status)
        default: return Failure(description: "\(base)\(path) answered status \(status)\(reason)", status: status)
        }
    }
}
