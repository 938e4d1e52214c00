internal import CameraRecords
internal import HTTPKit
internal import Hummingbird
internal import SiteView

/// `/api/watchpost/report`: what became of the cameras in a span of time, as JSON.
struct RecordAPI: Sendable {
    let view: any SiteViewSource

    func addRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("report") { request, _ in try await report(request) }
    }

    private func report(_ request: Request) async throws -> Response {
        let parameters = try await APIParameters(of: request)
        do {
            let zone = try RecordPeriod.zone(parameters.text("zone") ?? "UTC")
            let span = try RecordPeriod.span(
                from: try parameters.required("from"), to: try parameters.required("to"), in: zone)
            let camera = parameters.text("camera").flatMap { $0.isEmpty ? nil : $0 }
            guard let record = try await view.records(of: camera, in: [span]).first else {
                throw RecordRefused("there is no record of this time")
            }
            return try WatchpostAPI.json(record)
        } catch let refusal as RecordRefused {
            return try WatchpostAPI.json(["error": refusal.description], status: .badRequest)
        } catch let error as APIError {
            return try WatchpostAPI.json(["error": error.message], status: .badRequest)
        }
    }
}
