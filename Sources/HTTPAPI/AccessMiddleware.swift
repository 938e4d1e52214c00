internal import HTTPTypes
internal import Hummingbird

/// Keeps other people's web pages from acting through a browser on this host: a request for an unknown host name
/// (DNS rebinding), or one that would change something and comes from another site, is refused.
struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
    /// Host names, without ports, under which this server is known. Numeric addresses always pass.
    let hostNames: Set<String>

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let host = request.head.authority.map(Self.withoutPort), isKnown(host) else {
            return Self.refused("this host name is not known here; add it to external_url in watchpost.yml")
        }
        let changes = request.method != .get && request.method != .head && request.method != .options
        if changes, isForeign(request, host: host) {
            return Self.refused("a request from another site may not change anything")
        }
        return try await next(request, context)
    }

    private func isKnown(_ host: String) -> Bool {
        let isNumeric = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        return isNumeric || hostNames.contains(host.lowercased())
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

    private static func refused(_ reason: String) -> Response {
        Response(
            status: .forbidden, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: .init(string: "403: \(reason)\n")))
    }
}
