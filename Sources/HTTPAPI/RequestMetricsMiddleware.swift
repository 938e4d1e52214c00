internal import Hummingbird
internal import Instruments

/// Counts and times the requests to this server: `http_requests_total` and `http_request_duration_seconds`,
/// with the route's template as `endpoint`.
struct RequestMetricsMiddleware: RouterMiddleware {
    typealias Context = BasicRequestContext

    let registry: Registry

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            let status = (error as? any HTTPResponseError)?.status.code ?? 500
            record(request, context, status: status, since: start)
            throw error
        }
        record(request, context, status: response.status.code, since: start)
        return response
    }

    private func record(_ request: Request, _ context: Context, status: Int, since start: ContinuousClock.Instant) {
        let endpoint = context.endpointPath ?? "unmatched"
        // The live stream of a page lasts as long as the page: no duration of a request.
        if endpoint == "/api/watchpost/events" { return }
        let method = request.method.rawValue
        registry.counter(Catalogue.httpRequestsTotal, method, endpoint, String(status)).increment()
        let (seconds, attoseconds) = start.duration(to: .now).components
        registry.histogram(Catalogue.httpRequestDurationSeconds, method, endpoint)
            .observe(Double(seconds) + Double(attoseconds) / 1e18)
    }
}
