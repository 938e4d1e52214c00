internal import Foundation
internal import Model
internal import Transfers

/// A request of an integration to the web server of a service.
struct WebPost: Sendable {
    var method = "POST"
    let url: String
    var headers: [(String, String)] = []
    let body: [UInt8]
    var contentType = "application/json"
    let client: HTTPClientConfig
    /// What an error may not repeat.
    var secrets: [String] = []

    /// A request whose body is `value` as JSON.
    static func json(
        _ value: some Encodable, to url: String, method: String = "POST", headers: [(String, String)] = [],
        client: HTTPClientConfig, secrets: [String] = []
    ) throws -> WebPost {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return WebPost(
            method: method, url: url, headers: headers, body: [UInt8](try encoder.encode(value)), client: client,
            secrets: secrets)
    }

    /// One attempt.
    /// - Parameters:
    ///   - identifier: the same for every attempt of a notification.
    ///   - judge: finds a refusal in an answer whose status says that all is well.
    func send(
        by transfers: Transfers, identifier: String, timeout: Duration,
        judge: (HTTPResponse) -> DeliveryAttempt? = { _ in nil }
    ) async -> DeliveryAttempt {
        if let reason = Placeholder.reason(url: url) { return .notConfigured(reason) }
        do throws(TransferError) {
            let response = try await transfers.send(
                HTTPRequest(
                    method: method, url: url,
                    headers: headers + [("Content-Type", contentType), ("Idempotency-Key", identifier)], body: body,
                    timeout: timeout, maxResponseBytes: 1 << 20, client: client))
            return judge(response)?.hiding(secrets) ?? DeliveryAttempt(response, hiding: secrets)
        } catch {
            return DeliveryAttempt(error, hiding: secrets)
        }
    }
}
