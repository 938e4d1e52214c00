internal import HTTPKit
internal import HTTPTypes
package import Hummingbird

/// Refuses what a web page sends through a browser, at a port where only programs send: whatever host name an exporter knows
/// this host by, as those in containers do, it is let in, and no page can send here under a name of its own.
package struct ExportersOnly<Context: RequestContext>: RouterMiddleware {
    package init() {}

    /// Refuses the request with 403, or hands it on.
    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Browsers put one of them into every request that sends something; exporters neither.
        let isOfPage =
            request.headers[.origin] != nil || HTTPField.Name("Sec-Fetch-Site").map(request.headers.contains) ?? false
        if isOfPage { return .text(.forbidden, "403: web pages send nothing here") }
        return try await next(request, context)
    }
}
