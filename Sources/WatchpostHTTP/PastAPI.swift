internal import CameraRecords
internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import SiteView

/// `/api/watchpost/cameras/:id/band`: what became of a camera over a range of time, as the band of its page shows it.
struct PastAPI: Sendable {
    let view: any SiteViewSource

    func addRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("cameras/:id/band") { request, context in
            try await band(of: WatchpostAPI.cameraID(context), request)
        }
    }

    /// A day where nothing else is asked for.
    private static let standardStart = "now-1d"
    private static let longest: Int64 = 400 * 86_400_000
    /// The year 9999, in milliseconds.
    private static let farthest: Int64 = 253_402_300_800_000

    private func band(of id: String, _ request: Request) async throws -> Response {
        let parameters = try await APIParameters(of: request)
        let (site, instance) = (parameters.text("site"), parameters.text("instance"))
        let found = await view.cameras().named(id, site: site, instance: instance)
        if found.count > 1 {
            return try WatchpostAPI.json(
                ["error": "several nodes have a camera \"\(id)\"; say which by instance= and site="],
                status: .badRequest)
        }
        var camera = found.first ?? CameraStatus(id: id, state: .unknown, since: 0)
        if found.isEmpty {
            if let instance, !instance.isEmpty { camera.node = CameraNode(site: site ?? "", instance: instance) }
            guard await view.hasSeries(of: camera) else {
                return try WatchpostAPI.json(["error": "no camera has the id \"\(id)\""], status: .notFound)
            }
        }
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        guard let start = Self.time(parameters.text("from") ?? Self.standardStart, now),
            let end = Self.time(parameters.text("to") ?? "now", now), start < end, end - start <= Self.longest
        else {
            return try WatchpostAPI.json(
                [
                    "error":
                        "from and to must be milliseconds since 1970, now or now-1d, from before to, and 400 days apart at most"
                ], status: .badRequest)
        }
        do {
            return try WatchpostAPI.json(await view.past(of: camera, in: TimeSpan(start: start, end: end)))
        } catch let refusal as PastRefused {
            return try WatchpostAPI.json(["error": refusal.description], status: .serviceUnavailable)
        }
    }

    private static func time(_ text: String, _ now: Int64) -> Int64? {
        if text == "now" { return now }
        if text.hasPrefix("now-") { return DurationText.milliseconds(String(text.dropFirst(4))).map { now - $0 } }
        return Int64(text).flatMap { (0...farthest).contains($0) ? $0 : nil }
    }
}
