internal import HTTPTypes
package import Hummingbird

/// What every answer of ours tells a browser, errors and unknown paths included: to take it for nothing but what it says
/// it is, to show it in no other site's frame, and to let nothing in it act. A page that is meant to act says so itself.
package struct AnswerHeaders<Context: RequestContext>: RouterMiddleware {
    /// The same headers for every listener.
    package init() {}

    /// Adds the headers to the answer, or to that of the error thrown.
    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as any HTTPResponseError {
            response = try error.response(from: request, context: context)
        } catch {
            response = Response(status: .internalServerError)
        }
        for (name, value) in Self.headers where response.headers[name] == nil { response.headers[name] = value }
        return response
    }

    private static var headers: [(HTTPField.Name, String)] {
        [
            // Without a referrer to ourselves a browser names no origin when a form of ours is sent, and it is refused.
            (.xContentTypeOptions, "nosniff"),
            (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"),
            (HTTPField.Name("X-Frame-Options"), "DENY"), (HTTPField.Name("Referrer-Policy"), "same-origin"),
            (HTTPField.Name("Cross-Origin-Resource-Policy"), "same-origin"),
        ].compactMap { name, value in name.map { ($0, value) } }
    }
}
