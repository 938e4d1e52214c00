internal import Base
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import OTLPTracing
internal import Tracing

/// Makes a span of each request, named by its route, within the trace of who asks where the request names one. What is
/// stored through a request is none of it, nor what goes on for as long as a page is open: traces of taking traces would
/// never end.
struct RequestTracing<Context: RequestContext>: RouterMiddleware {
    let tracer: OwnTracer

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if TracedRequests.isLeftOut(request.uri.path, isRead: request.method == .get || request.method == .head) {
            return try await next(request, context)
        }
        var parent = InstrumentationContext.topLevel
        tracer.maker.extract(request.headers, into: &parent, using: RequestHeaders())
        let method = TracedRequests.method(request.method.rawValue)
        let span = tracer.maker.start(
            method, context: parent, kind: .server, at: UInt64(clamping: WallClock.nanoseconds()))
        guard span.isRecording, let place = span.context.traceContext else { return try await next(request, context) }
        let response: Response
        do {
            response = try await RequestWitness.$current.withValue(RequestWitness(tracer.witness(in: place))) {
                try await next(request, context)
            }
        } catch {
            end(span, method, request, context.endpointPath, (error as? any HTTPResponseError)?.status.code ?? 500)
            throw error
        }
        end(span, method, request, context.endpointPath, response.status.code)
        return response
    }

    private func end(_ span: OTLPSpan, _ method: String, _ request: Request, _ route: String?, _ status: Int) {
        if let route { span.operationName = "\(method) \(route)" }
        span.updateAttributes { attributes in
            attributes["http.request.method"] = method
            attributes["http.route"] = route
            attributes["url.path"] = Redaction.urls(in: request.uri.path)
            attributes["url.query"] = request.uri.query.map(TracedRequests.redacted)
            attributes["http.response.status_code"] = status
            attributes["user_agent.original"] = request.headers[.userAgent]
        }
        if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
        span.end()
    }
}

/// Which requests are traced, and what is said of them.
enum TracedRequests {
    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
    /// What is asked all the time, or for as long as a page is open.
    private static let leftOutReads = ["/metrics", "/-/", "/assets/", "/api/watchpost/events", "/federate"]
    /// Where metrics, logs and traces come in.
    private static let leftOutWrites = [
        "/v1/", "/otlp/", "/loki/", "/api/v1/write", "/api/v1/spans", "/api/v2/spans", "/api/v1/otlp",
        "/api/watchpost/ingest",
    ]

    static func isLeftOut(_ path: String, isRead: Bool) -> Bool {
        if path.hasSuffix("/arrivals") || leftOutReads.contains(where: path.hasPrefix) { return true }
        if isRead { return false }
        return leftOutWrites.contains(where: path.hasPrefix)
            || ["/_bulk", "/_doc", "/_create"].contains { path.hasSuffix($0) || path.contains($0 + "/") }
    }

    /// A method as spans have it: those nobody knows are the client's to choose.
    static func method(_ name: String) -> String { methods.contains(name) ? name : "_OTHER" }

    /// A query without the values of parameters that hold credentials.
    static func redacted(_ query: String) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { part in
            guard let equals = part.firstIndex(of: "=") else { return String(part) }
            let name = String(part[..<equals])
            let value = String(part[part.index(after: equals)...])
            return name + "=" + Redaction.parameter(name.removingPercentEncoding ?? name, value)
        }.joined(separator: "&")
    }
}

private struct RequestHeaders: Extractor {
    func extract(key: String, from carrier: HTTPFields) -> String? { HTTPField.Name(key).flatMap { carrier[$0] } }
}
