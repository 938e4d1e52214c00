package import Dashboards
package import Foundation
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
    let zone: @Sendable () -> TimeZone
    let pages: Pages
    let sharedPages = SharedPages()

    /// - Parameters:
    ///   - dashboards: asked at each page, so that a reload of the configuration shows.
    ///   - serviceGraph: which services called which in a time.
    ///   - story: what the demo did on purpose, newest first; `nil` elsewhere.
    ///   - zone: the site's own, of times that a browser sees before it has told its own.
    package init(
        view: any SiteViewSource, dashboards: @escaping @Sendable () -> [Dashboard], siteName: String, version: String,
        isDemo: Bool, story: (@Sendable () -> [StoryLine])? = nil,
        serviceGraph: @escaping @Sendable (TimeRange) async throws -> ServiceGraph = { .init(range: $0) },
        zone: @escaping @Sendable () -> TimeZone = { .gmt }
    ) throws {
        self.view = view
        self.dashboards = dashboards
        self.serviceGraph = serviceGraph
        self.zone = zone
        pages = try Pages(siteName: siteName, version: version, isDemo: isDemo, story: story)
    }

    package func addRoutes(to router: Router<AppRequestContext>) {
        router.get("/assets/:name") { _, context in try asset(context.parameters.get("name") ?? "", isPinned: false) }
        router.get("/static/:build/:name") { _, context in
            // A page of another version asks for what this one has.
            let isPinned = context.parameters.get("build") == Assets.build
            return try asset(context.parameters.get("name") ?? "", isPinned: isPinned)
        }
        addPages(to: router.group().add(middleware: ReaderMiddleware(siteZone: zone)))
        // Of routes this holds for those that come after it: for none, but for what has no route.
        router.add(middleware: UnknownPages(pages: self))
    }

    private func addPages(to router: RouterGroup<AppRequestContext>) {
        router.get("/assets/words.js") { _, _ in try wordsOfScripts(isPinned: false) }
        router.get("/static/:build/words.js") { _, context in
            try wordsOfScripts(isPinned: context.parameters.get("build") == Assets.build)
        }
        router.get("/") { request, _ in await overviewPage(FormFields(request.uri.query ?? "")) }
        addCameraListRoutes(to: router)
        router.get("/cameras/:id") { request, context in
            let id = Links.decoded(context.parameters.get("id") ?? "")
            return try await cameraPage(id: id, FormFields(request.uri.query ?? ""))
        }
        router.get("/cameras/:id/still") { _, context in
            await cameraPicture(id: Links.decoded(context.parameters.get("id") ?? ""))
        }
        addRecordRoutes(to: router)
        router.get("/alerts") { request, _ in html(await alertsPage(FormFields(request.uri.query ?? ""))) }
        router.get("/alerts/:fingerprint") { request, context in
            await alertPage(
                fingerprint: context.parameters.get("fingerprint") ?? "",
                at: FormFields(request.uri.query ?? "")["at"].flatMap { Int64($0) })
        }
        addMaintenanceRoutes(to: router)
        router.get("/silence") { request, _ in await silencePage(FormFields(request.uri.query ?? "")) }
        router.post("/silence") { request, _ in try await confirmSilence(request) }
        router.get("/silence/done") { request, _ in await silencedPage(FormFields(request.uri.query ?? "")) }
        router.get("/silences") { _, _ in html(await silencesPage()) }
        router.post("/silences") { request, _ in try await addSilence(request) }
        router.post("/silences/expire") { request, _ in try await expireSilence(request) }
        router.post("/faults/probe") { request, _ in try await probeNow(request) }
        router.post("/faults/silence") { request, _ in try await silenceFault(request) }
        router.post("/faults/acknowledge") { request, _ in try await acknowledgeFault(request) }
        router.post("/faults/acknowledge/end") { request, _ in try await endAcknowledgement(request) }
        router.get("/graph") { request, _ in html(explorePage(FormFields(request.uri.query ?? ""))) }
        addLogRoutes(to: router)
        addTraceRoutes(to: router)
        addServiceMapRoute(to: router)
        router.get("/dashboards") { _, _ in html(dashboardsPage()) }
        router.get("/dashboards/:uid") { _, context in
            dashboardPage(uid: Links.decoded(context.parameters.get("uid") ?? ""))
        }
        addGrafanaRoutes(to: router)
        router.get("/messages") { _, _ in html(await messagesPage()) }
        router.get("/status") { _, _ in html(await statusPage()) }
    }

    /// Grafana's addresses of dashboards, as texts and links of its files have them: `/d/uid/any-name?var-x=y`.
    private func addGrafanaRoutes(to router: RouterGroup<AppRequestContext>) {
        for path in ["/d/:uid", "/d/:uid/:name"] {
            router.get(RouterPath(path)) { request, context in
                let query = request.uri.query.map { "?\($0)" } ?? ""
                return Self.seeOther(Links.dashboard(Links.decoded(context.parameters.get("uid") ?? "")) + query)
            }
        }
    }

    private func addLogRoutes(to router: RouterGroup<AppRequestContext>) {
        router.get("/logs") { request, _ in
            let fields = FormFields(request.uri.query ?? "")
            let address = LogsAddress(fields)
            if address.isLocal, fields["quick"] == nil { return Self.seeOther(address.link()) }
            return html(await logsPage(fields))
        }
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

    private func addTraceRoutes(to router: RouterGroup<AppRequestContext>) {
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
        // What stands behind the content says when the page was made, which changes nothing.
        if let end = page.range(of: "</main>", options: .backwards)?.lowerBound {
            headers[.eTag] = EntityTag.weak(of: Array(page[..<end].utf8))
        }
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: page)))
    }

    /// How keys of texts begin that scripts have.
    private static let wordsForScripts = ["script.", "language.", "unit.", "camera.state."]

    /// The texts of scripts in the language of who asks.
    private func wordsOfScripts(isPinned: Bool) throws -> Response {
        let words = Reader.current.words
        let texts = (words.keys.union(Words.standard.keys)).filter {
            key in Self.wordsForScripts.contains { key.hasPrefix($0) }
        }.map {
            ($0, words.template($0))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = try encoder.encode(Dictionary(uniqueKeysWithValues: texts))
        let headers: HTTPFields = [
            .contentType: Assets.contentType(of: "words.js"), .cacheControl: Self.cacheControl(isPinned: isPinned),
            .vary: "Accept-Language, Cookie", .eTag: EntityTag.weak(of: Array(json)),
        ]
        return Response(
            status: .ok, headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: "export default \(String(decoding: json, as: UTF8.self));\n")))
    }

    private func asset(_ name: String, isPinned: Bool) throws -> Response {
        guard Assets.isPublic(name), let bytes = Assets.bytes(of: name) else { throw HTTPError(.notFound) }
        var headers: HTTPFields = [
            .contentType: Assets.contentType(of: name), .cacheControl: Self.cacheControl(isPinned: isPinned),
            .eTag: EntityTag.weak(of: bytes),
        ]
        // A shared worker belongs to no page: what it may do stands in the answer that it came with.
        if name == "live-worker.js" {
            headers[.contentSecurityPolicy] = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// An address with the hash of what the binary has never means anything else.
    private static func cacheControl(isPinned: Bool) -> String {
        isPinned ? "public, max-age=31536000, immutable" : "max-age=60"
    }
}
