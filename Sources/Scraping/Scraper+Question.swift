internal import Base
package import Model
package import Transfers

extension Scraper {
    /// Asks a target that is scraped for another of its pages, as it is scraped: over TLS, with its credentials, but
    /// without following where it leads. Addresses come from the configuration alone, never from labels.
    /// - Parameters:
    ///   - path: below where its metrics are: `/api/watchpost/cameras`.
    ///   - chosen: tells by a target's labels whether it is the one; of several the first that is up is asked.
    /// - Returns: `nil` where there is no such target, or none that answers scrapes.
    /// - Throws: ``TransferError`` when there is no answer.
    package func ask(
        _ path: String, timeout: Duration, maxResponseBytes: Int, of chosen: (Labels) -> Bool
    ) async throws(TransferError) -> HTTPResponse? {
        guard let (target, config) = target(where: chosen) else { return nil }
        let page = target.url.prefix { $0 != "?" }
        guard page.hasSuffix("/metrics") else { return nil }
        var client = config.client
        client.followRedirects = false
        return try await transfers.send(
            HTTPRequest(
                url: page.dropLast("/metrics".count) + path, headers: [("Accept", "application/json")],
                timeout: timeout,
                maxResponseBytes: maxResponseBytes, client: client))
    }
}
