import Foundation
import Grok
import LogDocuments
import Model
import Transfers

/// Where an output of Elasticsearch sends, where the site forwards its logs.
package struct ElasticsearchTarget: Sendable {
    /// Addresses of one cluster, with their paths; the next one is asked where one does not answer.
    let hosts: [String]
    let client: HTTPClientConfig
    let headers: [(name: String, value: String)]
    /// Whether documents go to a data stream, which takes new ones alone.
    let createsOnly: Bool
    let documentID: Interpolation?

    /// Reads the settings; `nil` where no host is named.
    static func read(_ settings: inout PluginSettings, folder: String) -> ElasticsearchTarget? {
        let isSecure = settings.flag("ssl_enabled", settings.flag("ssl", false))
        let hosts = (settings.list("hosts") ?? []).map { address(of: $0, isSecure: isSecure) }
        if hosts.isEmpty { return nil }
        var client = HTTPClientConfig()
        if let user = settings.string("user") {
            client.basicAuth = .init(username: user, password: .inline(settings.string("password") ?? ""))
        }
        if settings.string("ssl_verification_mode") == "none" || !settings.flag("ssl_certificate_verification", true) {
            client.insecureSkipVerify = true
        }
        let resources = PipelineResources(folder: folder)
        client.caFile = (settings.list("ssl_certificate_authorities")?.first ?? settings.string("cacert")).map(
            resources.path)
        var headers = (settings.textPairs("custom_headers") ?? []).map { (name: $0.name, value: $0.value) }
        if let key = settings.string("api_key") {
            headers.append((name: "Authorization", value: "ApiKey " + base64(key)))
        }
        return ElasticsearchTarget(
            hosts: hosts, client: client, headers: headers,
            createsOnly: settings.flag("data_stream", false) || settings.string("action") == "create",
            documentID: settings.string("document_id").map(Interpolation.init))
    }

    /// A host with what Logstash adds: the scheme, and the port 9200.
    private static func address(of host: String, isSecure: Bool) -> String {
        var text =
            host.hasPrefix("http://") || host.hasPrefix("https://") ? host : (isSecure ? "https://" : "http://") + host
        while text.hasSuffix("/") { text.removeLast() }
        guard let start = text.firstRange(of: "://")?.upperBound else { return text }
        let authority = text[start...].prefix { $0 != "/" }
        let name = authority.split(separator: "@").last ?? authority
        let hasPort = name.hasPrefix("[") ? name.firstRange(of: "]:") != nil : name.contains(":")
        if !hasPort { text.insert(contentsOf: ":9200", at: authority.endIndex) }
        return text
    }

    /// An API key is written as `id:key`, or encoded already.
    private static func base64(_ key: String) -> String {
        key.contains(":") ? Data(key.utf8).base64EncodedString() : key
    }
}

/// Sends events by bulk requests. Documents that the server will never take are left out and told.
/// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
struct ElasticsearchOutlet: Outlet {
    private let target: ElasticsearchTarget
    private let index: Interpolation?
    private let transfers: Transfers
    private let note: @Sendable (String) -> Void

    private static let bytesMax = 8 << 20

    /// - Parameter note: told of documents that the server refused.
    init(
        _ target: ElasticsearchTarget, index: Interpolation?, _ transfers: Transfers,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.target = target
        self.index = index
        self.transfers = transfers
        self.note = note
    }

    func write(_ events: [PipelineEvent]) async throws -> Int {
        var body: [UInt8] = []
        var count = 0
        for event in events {
            if count > 0, body.count > Self.bytesMax { break }
            var action = Document()
            action["_index"] = .string((index?.text(for: event) ?? DefaultIndex.name(at: event.timestamp)).lowercased())
            if let id = target.documentID { action["_id"] = .string(id.text(for: event)) }
            let name = target.createsOnly ? "create" : "index"
            Document([(name, .object(action))]).write(to: &body)
            body.append(UInt8(ascii: "\n"))
            event.shipped.write(to: &body)
            body.append(UInt8(ascii: "\n"))
            count += 1
        }
        let answer = try await post(body)
        guard case .object(let object)? = answer, object["errors"] == .boolean(true) else { return count }
        let refused = try Self.refused(object["items"]?.array ?? [])
        if let refused { note(refused) }
        return count
    }

    /// Tries each host in turn.
    private func post(_ body: [UInt8]) async throws -> DocumentValue? {
        var reason = ""
        for host in target.hosts {
            let request = HTTPRequest(
                method: "POST", url: host + "/_bulk",
                headers: [("Content-Type", "application/x-ndjson")] + target.headers.map { ($0.name, $0.value) },
                body: body,
                timeout: .seconds(60), client: target.client)
            do {
                let response = try await transfers.send(request)
                if response.status == 200 {
                    return response.body.withUnsafeBufferPointer { try? DocumentReader.value($0) }
                }
                reason = "it answers \(response.status)"
            } catch {
                reason = "\(error)"
            }
        }
        throw OutletError(description: "Elasticsearch takes no events: \(reason)")
    }

    /// What became of items that failed.
    /// - Returns: why some are left out.
    /// - Throws: where one should be sent again, as the server is busy; those that it took have come twice then, unless the
    ///   output names ids.
    private static func refused(_ items: [DocumentValue]) throws -> String? {
        var first: String?
        var count = 0
        for item in items {
            guard let result = item.object?.members.first?.value.object, case .integer(let status)? = result["status"],
                status >= 300
            else { continue }
            if status == 429 || status == 503 { throw OutletError(description: "Elasticsearch is busy (\(status))") }
            // Of one that was there before nothing is lost.
            if status == 409 { continue }
            count += 1
            if first == nil { first = result["error"]?.object?["reason"]?.string ?? result["error"]?.fieldText }
        }
        return count == 0
            ? nil
            : "Elasticsearch refused \(count) of \(items.count) events, which are lost there: \(first ?? "no reason")"
    }
}
