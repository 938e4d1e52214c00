internal import Base
internal import Model
internal import Transfers

/// Target groups that a server answers with (`http_sd_configs`).
struct HTTPDiscovery {
    let url: String
    let client: HTTPClientConfig
    let refreshInterval: Duration
    let transfers: Transfers

    private static let bytesMax = 16 << 20

    func read() async throws -> [TargetGroup] {
        let request = HTTPRequest(
            url: url,
            headers: [
                ("Accept", "application/json"),
                ("X-Prometheus-Refresh-Interval-Seconds", FloatText.general(refreshInterval.inSeconds)),
            ], timeout: min(refreshInterval, .seconds(60)), maxResponseBytes: Self.bytesMax, client: client)
        let shown = Redaction.urls(in: url)
        let response = try await transfers.send(request)
        guard response.status == 200 else {
            throw DiscoveryError("\(shown) answered with HTTP status \(response.status)")
        }
        let type = response.headers["content-type"] ?? ""
        guard type.lowercased().hasPrefix("application/json") else {
            throw DiscoveryError("\(shown) answered with \"\(type)\", and application/json is wanted")
        }
        guard let text = String(validating: response.body, as: UTF8.self) else {
            throw DiscoveryError("the answer of \(shown) is not UTF-8")
        }
        return try TargetGroupReader.read(text, path: shown).map { group in
            TargetGroup(addresses: group.addresses, labels: group.labels.setting("__meta_url", shown))
        }
    }
}
