internal import Exposition
internal import HTTPTypes
public import Hummingbird
public import Instruments
internal import NIOCore

/// Counts and times the requests to a Hummingbird server: `http_requests_total`, `http_request_duration_seconds` with the
/// route's template as `endpoint`, never a raw path, and `active_connections_total` for the requests that are being
/// answered.
public struct RequestMetricsMiddleware<Context: RequestContext>: RouterMiddleware {
    private let registry: Registry
    private let excluded: Set<String>

    /// - Parameter excluded: templates of routes that are not counted, as live streams that last as long as a page.
    public init(registry: Registry, excluding excluded: Set<String> = []) {
        self.registry = registry
        self.excluded = excluded
    }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let active = registry.gauge(Catalogue.activeConnectionsTotal)
        active.add(1)
        defer { active.add(-1) }
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
        let endpoint = context.endpointPath ?? "NotFound"
        if excluded.contains(endpoint) { return }
        // Methods are the client's to choose, so that those nobody knows share one series.
        let method = knownMethods.contains(request.method.rawValue) ? request.method.rawValue : "other"
        registry.counter(Catalogue.httpRequestsTotal, method, endpoint, String(status)).increment()
        registry.histogram(Catalogue.httpRequestDurationSeconds, method, endpoint)
            .observe(start.duration(to: .now) / .seconds(1))
    }
}

private let knownMethods: Set = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]

extension Registry {
    /// The answer to a request for `/metrics`, in the format that its scraper asks for.
    public func response(to request: Request) -> Response {
        let format = ExpositionFormat.negotiate(accept: request.headers[.accept])
        return Response(
            status: .ok, headers: [.contentType: format.contentType],
            body: .init(byteBuffer: ByteBuffer(bytes: page(format))))
    }
}
