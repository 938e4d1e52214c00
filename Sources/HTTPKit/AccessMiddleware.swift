internal import HTTPTypes
package import Hummingbird

/// Keeps other people's web pages from acting through a browser on this host: a request for an unknown host name
/// (DNS rebinding), or one that would change something and comes from another site, is refused.
package struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
    /// Host names, without ports, under which this server is known. Numeric addresses always pass.
    private let hostNames: @Sendable () -> Set<String>

    /// - Parameter hostNames: host names, without ports, under which this server is known; asked at each request.
    package init(hostNames: @autoclosure @escaping @Sendable () -> Set<String>) { self.hostNames = hostNames }

    /// Refuses the request with 403, or hands it on.
    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let host = request.head.authority.map(Self.withoutPort), isKnown(host) else {
            return .text(.forbidden, "403: this host name is not known here; add it to external_url in watchpost.yml")
        }
        let changes = request.method != .get && request.method != .head && request.method != .options
        if changes, isForeign(request, host: host) {
            return .text(.forbidden, "403: a request from another site may not change anything")
        }
        return try await next(request, context)
    }

    private func isKnown(_ host: String) -> Bool {
        let isNumeric = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        return isNumeric || hostNames().contains(host.lowercased())
    }

    private func isForeign(_ request: Request, host: String) -> Bool {
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }),
            site != "same-origin" && site != "none"
        {
            return true
        }
        guard let origin = request.headers[.origin] else { return false }
        guard let authority = origin.split(separator: "/").last.map(String.init) else { return true }
        return authority != request.head.authority
    }

    private static func withoutPort(_ authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}
