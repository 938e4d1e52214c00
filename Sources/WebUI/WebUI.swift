package import Dashboards
internal import Foundation
package import HTTPKit
package import Hummingbird
package import Model
internal import NIOCore
package import SiteView
package import TraceSearch

/// The pages: rendered here, brought to life by small scripts.
package struct WebUI: Sendable {
    let view: any SiteViewSource
    let dashboards: @Sendable () -> [Dashboard]
    let serviceGraph: @Sendable (TimeRange) async throws -> ServiceGraph
    let pages: Pages

    /// - Parameters:
    ///   - dashboards: asked at each page, so that a reload of the configuration shows.
    ///   - serviceGraph: which services called which in a time.
    package init(
        view: any SiteViewSource, dashboards: @escaping @Sendable () -> [Dashboard], siteName: String, version: String,
        isDemo: Bool, serviceGraph: @escaping @Sendable (TimeRange) async throws -> ServiceGraph = { .init(range: $0) }
    ) throws {
        self.view = view
        self.dashboards = dashboards
        self.serviceGraph = serviceGraph
        pages = try Pages(siteName: siteName, version: version, isDemo: isDemo)
    }

    package func addRoutes(to router: Router<AppRequestContext>) {
        router.get("/") { _, _ in html(await overviewPage()) }
        router.get("/cameras/:id") { request, context in
            let id = Links.decoded(context.parameters.get("id") ?? "")
            return try await cameraPage(id: id, FormFields(request.uri.query ?? ""))
        }
        addRecordRoutes(to: router)
        router.get("/alerts") { _, _ in html(await alertsPage()) }
        router.get("/alerts/:fingerprint") { _, context in
            await alertPage(fingerprint: context.parameters.get("fingerprint") ?? "")
        }
        router.get("/silence") { request, _ in await silencePage(FormFields(request.uri.query ?? "")) }
        router.post("/silence") { request, _ in try await confirmSilence(request) }
        router.get("/silences") { _, _ in html(await silencesPage()) }
        router.post("/silences") { request, _ in try await addSilence(request) }
        router.post("/silences/expire") { request, _ in try await expireSilence(request) }
        router.get("/graph") { request, _ in html(expressionPage(FormFields(request.uri.query ?? ""))) }
        addLogRoutes(to: router)
        addTraceRoutes(to: router)
        addServiceMapRoute(to: router)
        router.get("/dashboards") { _, _ in html(dashboardsPage()) }
        router.get("/dashboards/:uid") { _, context in try dashboardPage(uid: context.parameters.get("uid") ?? "") }
        router.get("/messages") { _, _ in html(await messagesPage()) }
        router.get("/status") { _, _ in html(await statusPage()) }
        router.get("/assets/:name") { _, context in try asset(context.parameters.get("name") ?? "") }
    }

    private func addLogRoutes(to router: Router<AppRequestContext>) {
        router.get("/logs") { request, _ in html(await logsPage(FormFields(request.uri.query ?? ""))) }
        router.get("/logs/event") { request, _ in await logEventPage(FormFields(request.uri.query ?? "")) }
        router.get("/logs/context") { request, _ in await logContextPage(FormFields(request.uri.query ?? "")) }
        router.get("/logs/arrivals") { request, _ in await logArrivals(FormFields(request.uri.query ?? "")) }
        router.get("/logs/searches") { request, _ in await searchesPage(FormFields(request.uri.query ?? "")) }
        router.post("/logs/searches") { request, _ in try await keepSearch(request) }
        router.post("/logs/searches/delete") { request, _ in try await forgetSearch(request) }
        router.post("/logs/searches/import") { request, _ in try await importSearches(request) }
        router.get("/logs/pipelines") { _, _ in await pipelinesPage() }
        router.post("/logs/pipelines") { request, _ in try await tryPipeline(request) }
        router.get("/logs/searches.json") { _, _ in try await exportSearches() }
    }

    private func addTraceRoutes(to router: Router<AppRequestContext>) {
        router.get("/traces") { request, _ in
            await tracesPage(FormFields(request.uri.query ?? ""), host: request.head.authority ?? "this-host:9900")
        }
        router.get("/traces/:id") { request, context in
            await tracePage(context.parameters.get("id") ?? "", FormFields(request.uri.query ?? ""))
        }
        router.get("/traces/:id/logs") { request, context in
            await traceLogsPage(context.parameters.get("id") ?? "", FormFields(request.uri.query ?? ""))
        }
        router.get("/traces/:id/spans/:span") { _, context in
            await traceSpanPage(context.parameters.get("id") ?? "", span: context.parameters.get("span") ?? "")
        }
    }

    /// Nothing from outside the binary, and no script or style inside a page.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    func html(_ page: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] = Self.policy
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: page)))
    }

    private func asset(_ name: String) throws -> Response {
        guard Assets.isPublic(name), let bytes = Assets.bytes(of: name) else { throw HTTPError(.notFound) }
        return Response(
            status: .ok, headers: [.contentType: Assets.contentType(of: name), .cacheControl: "max-age=60"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
