package import Alerting
package import HTTPKit
internal import HTTPTypes
package import Hummingbird
internal import NIOCore

/// The small server that takes webhooks for telephones.
package struct SMSAPI: Sendable {
    private let gateway: SMSGateway
    private let config: @Sendable () -> SMSConfig?

    private static let bodyBytesMax = 4 << 20

    /// - Parameter config: asked at each request, so that a reload shows; `nil` once nobody is to be told any more.
    package init(gateway: SMSGateway, config: @escaping @Sendable () -> SMSConfig?) {
        self.gateway = gateway
        self.config = config
    }

    package func addRoutes(to router: Router<AppRequestContext>) {
        // A page from elsewhere must not send SMS through a browser on this host.
        router.add(middleware: AccessMiddleware(hostNames: ["localhost"]))
        router.post("/send-sms") { request, _ in try await send(request) }
        router.get("/-/healthy") { _, _ in Response(status: .ok, body: .init(byteBuffer: .init(string: "ok\n"))) }
    }

    private func send(_ request: Request) async throws -> Response {
        guard let config = config() else { return Self.response(.init(status: 503, text: "there is no sms: any more")) }
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        let key = HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
        return Self.response(await gateway.take(Array(body.readableBytesView), key: key, config))
    }

    private static func response(_ answer: SMSGateway.Answer) -> Response {
        var response = Response.text(.init(code: answer.status), answer.text)
        if let seconds = answer.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}
