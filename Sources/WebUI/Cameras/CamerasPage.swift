internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import SiteView

/// The page of all cameras; as a wall it has nothing else.
struct CamerasContent: PageContent {
    static let template = PageTemplate.cameras

    struct Wall: Sendable {
        let headline: String
        let subline: String
        /// Rendered.
        let faults: String
    }

    let wall: Wall?
    /// Rendered.
    let list: String
}

/// The views that people keep, and what can be done with them.
struct CameraViewsContent: PageContent {
    static let template = PageTemplate.cameraViews

    struct Row: Sendable {
        let name: String
        /// As the form that forgets it sends it.
        let id: String
        let link: String
        let query: String
    }

    let refusal: String?
    let address: String
    let hasAddress: Bool
    let name: String
    let rows: [Row]
    let hasRows: Bool
}

extension WebUI {
    func addCameraListRoutes(to router: RouterGroup<AppRequestContext>) {
        router.get("/cameras") { request, _ in await camerasPage(FormFields(request.uri.query ?? "")) }
        router.get("/wall") { _, _ in Self.seeOther(CameraListAddress.path + "?view=wall&sort=worst") }
        router.get("/views") { request, _ in await viewsPage(FormFields(request.uri.query ?? "")) }
        router.post("/views") { request, _ in try await keepView(request) }
        router.post("/views/delete") { request, _ in try await forgetView(request) }
    }

    func camerasPage(_ fields: FormFields) async -> Response {
        let address = CameraListAddress(fields)
        let saved = (try? await view.savedViews()) ?? []
        let overview = await view.overview()
        let names = saved.map { "\($0.name)\n\($0.address)" }.joined(separator: "\n")
        return await shared("\(address.link())\n\(names)", of: overview) {
            let isWall = address.view == .wall
            let wall =
                isWall
                ? CamerasContent.Wall(
                    headline: Self.headline(overview), subline: Self.subline(overview),
                    faults: faults(of: overview, calm: nil)) : nil
            let content = CamerasContent(
                wall: wall,
                list: cameraList(of: overview, address, path: CameraListAddress.path, saved: saved))
            return pages.page(
                content, title: isWall ? Self.headline(overview) : say("cameras.title"), path: "/cameras",
                pace: Pages.calmPace, script: "cameras.js")
        }
    }

    func viewsPage(_ fields: FormFields, refusal: String? = nil, status: HTTPResponse.Status = .ok) async -> Response {
        var refusal = refusal
        var saved: [SavedView] = []
        do { saved = try await view.savedViews() } catch { refusal = refusal ?? "\(error)" }
        let address = fields["address"].map { FormFields.text(CameraListAddress(FormFields($0)).parameters) }
        let content = CameraViewsContent(
            refusal: refusal, address: address ?? "", hasAddress: address != nil, name: fields["name"] ?? "",
            rows: saved.map { view in
                let address = CameraListAddress(FormFields(view.address))
                return .init(
                    name: VisibleText.short(view.name), id: view.name, link: address.link(),
                    query: VisibleText.short(
                        address.parameters.compactMap { name, value in value.map { "\(name): \($0)" } }.joined(
                            separator: " · ")))
            }, hasRows: !saved.isEmpty)
        return html(
            pages.page(content, title: say("cameras.viewsTitle"), path: "/cameras", live: false), status: status)
    }

    func keepView(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        let address = CameraListAddress(FormFields(fields["address"] ?? "")).changed { _ in }
        let kept = SavedView(name: (fields["name"] ?? "").trimmed, address: FormFields.text(address.parameters))
        do {
            if let problem = kept.problem { throw LogSearchRefused(problem) }
            try await view.saveView(kept)
            return Self.seeOther(address.link())
        } catch {
            return await viewsPage(fields, refusal: "\(error)", status: .badRequest)
        }
    }

    func forgetView(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        do {
            try await view.removeView(fields["name"] ?? "")
            return Self.seeOther("/views")
        } catch {
            return await viewsPage(FormFields(""), refusal: "\(error)", status: .badRequest)
        }
    }
}
