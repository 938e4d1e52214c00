internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import SiteView

/// `/api/watchpost/maintenance`: planned works, in which alerts are told to nobody.
struct MaintenanceAPI {
    let view: any SiteViewSource

    private struct Named: Decodable { let id: String }

    func addRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("maintenance") { _, _ in try WatchpostAPI.json(await view.maintenance()) }
        group.post("maintenance") { request, _ in
            try await AcknowledgementsAPI.answer(
                expecting: #"{"matchers": "…", "from": "2026-11-29T22:00", "until": …}"#
            ) {
                let body = try await request.body.collect(upTo: AcknowledgementsAPI.bodyBytesMax)
                let plan = try JSONDecoder().decode(MaintenancePlan.self, from: Data(body.readableBytesView))
                return try await view.planMaintenance(plan)
            }
        }
        group.post("maintenance/end") { request, _ in
            try await AcknowledgementsAPI.answer(expecting: #"{"id": …}"#) {
                let body = try await request.body.collect(upTo: AcknowledgementsAPI.bodyBytesMax)
                let named = try JSONDecoder().decode(Named.self, from: Data(body.readableBytesView))
                try await view.endMaintenance(named.id)
                return ["id": named.id]
            }
        }
        group.delete("maintenance") { request, _ in
            try await AcknowledgementsAPI.answer(expecting: "?id=…") {
                let id = try await APIParameters(of: request).text("id") ?? ""
                try await view.deleteMaintenance(id)
                return ["id": id]
            }
        }
    }
}
