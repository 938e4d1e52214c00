internal import Dashboards
internal import Foundation
package import HTTPKit
package import Hummingbird
internal import LocalTime
internal import Model
internal import NIOCore
internal import SiteView

/// `/api/watchpost`: what is ours alone, as the pages and the command line use it; with `/metrics`, health and reload.
package struct WatchpostAPI: Sendable {
    private let parts: WatchpostParts
    private let live: LiveAPI
    private var view: any SiteViewSource { parts.view }

    /// - Parameter parts: what it shows and sets going.
    package init(_ parts: WatchpostParts) {
        self.parts = parts
        live = LiveAPI(view: parts.view)
    }

    /// Streams that last as long as a page is open: they are no requests whose time says something.
    package static let liveStreams: Set<String> = ["/api/watchpost/events", "/api/watchpost/live"]

    /// Adds `/metrics`, `/-/…` and everything under `/api/watchpost`.
    package func addRoutes(to router: Router<AppRequestContext>) {
        OperationsAPI(parts: parts).addRoutes(to: router)
        addSiteRoutes(to: router.group("/api/watchpost"))
    }

    private func addSiteRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("overview") { _, _ in try Self.json(await view.overview()) }
        group.get("faults") { _, _ in try Self.json(await view.overview().faults) }
        group.post("cameras/:id/probe") { request, context in
            try await camera(Self.cameraID(context), request) { try Self.json(await view.probeNow($0)) }
        }
        group.get("cameras") { _, _ in try Self.json(await view.cameras()) }
        live.addRoutes(to: group)
        group.get("cameras/:id") { request, context in
            try await camera(Self.cameraID(context), request) { try Self.json($0) }
        }
        group.post("cameras/:id/retry-login") { _, context in
            let id = Self.cameraID(context)
            guard parts.retryLogin(id) else {
                let error = "no camera \"\(id)\" is probed with a login"
                return try Self.json(["error": error], status: .notFound)
            }
            return try Self.json(["camera": id])
        }
        group.get("alerts") { _, _ in try Self.json(await view.alerts()) }
        group.get("alerts/explain") { request, _ in try await explain(request) }
        group.get("deliveries") { request, _ in try Self.json(await view.deliveries(limit: Self.limit(of: request))) }
        group.get("messages") { request, _ in try Self.json(await view.messages(limit: Self.limit(of: request))) }
        AcknowledgementsAPI(view: view).addRoutes(to: group)
        MaintenanceAPI(view: view).addRoutes(to: group)
        LogsAPI(view: view).addRoutes(to: group)
        TracesAPI(view: view, zone: parts.zone).addRoutes(to: group)
        RecordAPI(view: view).addRoutes(to: group)
        group.get("time") { _, _ in try Self.json(["zone": ZoneText(parts.zone()).code]) }
        PastAPI(view: view).addRoutes(to: group)
        group.get("status") { _, _ in try Self.json(await view.status()) }
        group.get("dashboards") { _, _ in
            try Self.json(
                parts.dashboards().map {
                    DashboardSummary(uid: $0.uid, title: $0.title, description: $0.description, tags: $0.tags)
                })
        }
        group.get("dashboards/:uid") { _, context in try dashboard(context.parameters.get("uid") ?? "") }
        group.get("events") { _, _ in events() }
        if let setFault = parts.setFault {
            group.post("demo/fault") { request, _ in try await fault(request, setFault) }
        }
    }

    private func explain(_ request: Request) async throws -> Response {
        let parameters = try await APIParameters(of: request)
        do {
            return try Self.json(await view.explainAlerts(parameters.text("alert") ?? ""))
        } catch let refusal as AlertRequestRefused {
            return try Self.json(["error": refusal.description], status: .badRequest)
        }
    }

    private func dashboard(_ uid: String) throws -> Response {
        guard let dashboard = parts.dashboards().first(where: { $0.uid == uid }) else {
            return try Self.json(["error": "no dashboard has the uid \"\(uid)\""], status: .notFound)
        }
        return try Self.json(dashboard)
    }

    private func fault(
        _ request: Request, _ setFault: (_ camera: String, _ fault: String) throws -> Void
    ) async throws -> Response {
        struct Order: Decodable {
            let camera: String
            let fault: String
        }
        do {
            let body = try await request.body.collect(upTo: 4_096)
            let order = try JSONDecoder().decode(Order.self, from: Data(body.readableBytesView))
            try setFault(order.camera, order.fault)
            return try Self.json(["camera": order.camera, "fault": order.fault])
        } catch let error as DecodingError {
            return try Self.json(["error": "send {\"camera\": …, \"fault\": …}: \(error)"], status: .badRequest)
        } catch {
            return try Self.json(["error": "\(error)"], status: .badRequest)
        }
    }

    /// A camera's identifier as the address has it, where it may hold any letter.
    static func cameraID(_ context: AppRequestContext) -> String {
        let part = context.parameters.get("id") ?? ""
        return part.removingPercentEncoding ?? part
    }

    /// Answers for the one camera that the address means.
    private func camera(
        _ id: String, _ request: Request, _ answer: (CameraStatus) async throws -> Response
    ) async throws -> Response {
        let parameters = try await APIParameters(of: request)
        let found = await view.cameras().named(
            id, site: parameters.text("site"), instance: parameters.text("instance"))
        if found.count > 1 {
            let nodes = found.compactMap(\.node?.name).joined(separator: ", ")
            return try Self.json(
                ["error": "several nodes have a camera \"\(id)\" (\(nodes)); say which by instance= and site="],
                status: .badRequest)
        }
        guard let camera = found.first else {
            return try Self.json(["error": "no camera has the id \"\(id)\""], status: .notFound)
        }
        return try await answer(camera)
    }

    private static func limit(of request: Request) -> Int {
        max(0, min(request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 100, 1_000))
    }

    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, formatting: JSONEncoder.OutputFormatting = []
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    }

    // MARK: Live

    /// Server-sent events: a tick at once, then after each change, at most once a second. What changed is to be asked
    /// for: who shows one page needs no more than that.
    private func events() -> Response {
        let body = ResponseBody { writer in
            var id = 0
            try await send(&id, to: &writer)
            for await tick in LiveTicks(changes: view.changes()) {
                switch tick {
                case .change: try await send(&id, to: &writer)
                case .heartbeat: try await writer.write(ByteBuffer(string: ": still here\n\n"))
                }
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    private func send(_ id: inout Int, to writer: inout any ResponseBodyWriter) async throws {
        id += 1
        try await writer.write(ByteBuffer(string: "id: \(id)\nevent: tick\ndata: {}\n\n"))
    }
}

/// A dashboard in the list of them.
private struct DashboardSummary: Encodable {
    let uid: String
    let title: String
    let description: String
    let tags: [String]
}
