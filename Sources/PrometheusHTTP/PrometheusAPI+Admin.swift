internal import Base
internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import MetricStore
internal import Model

/// `/api/v1/admin/tsdb`: what is done to the stored samples as a whole.
extension PrometheusAPI {
    func addAdminRoutes(to group: RouterGroup<AppRequestContext>) {
        admin(group, "compact") { _, store in
            try store.compact()
            return .done
        }
        admin(group, "snapshot") { parameters, store in
            try snapshot(includesMemory: parameters.text("skip_head") != "true", of: store)
        }
        admin(group, "delete_series") { parameters, store in
            try checkDeletionIsAllowed()
            let (selectors, range) = try selection(parameters)
            guard !selectors.isEmpty else { throw APIError(.badData, "no match[] parameter provided") }
            try store.delete(matchingAny: selectors, in: range)
            return .done
        }
        // Deletion leaves no tombstones to clean.
        admin(group, "clean_tombstones") { _, _ in
            try checkDeletionIsAllowed()
            return .done
        }
    }

    /// A route that changes something, and so takes POST and PUT. One such request at a time goes through the store.
    private func admin(
        _ group: RouterGroup<AppRequestContext>, _ path: RouterPath,
        _ handle: @escaping @Sendable (APIParameters, MetricStore) throws -> APIAnswer
    ) {
        for method in [HTTPRequest.Method.post, .put] {
            group.on(path, method: method) { [parts] request, _ in
                await answer(request) { parameters in
                    try await adminGate.run { try handle(parameters, parts.store) }
                }
            }
        }
    }

    private func checkDeletionIsAllowed() throws(APIError) {
        if !parts.administration.allowsDeletion {
            throw APIError(.unavailable, "admin APIs disabled; start with --enable-admin-api to allow deletion")
        }
    }

    /// Copies all samples to a directory of their own, from which a server can be started.
    private func snapshot(includesMemory: Bool, of store: MetricStore) throws -> APIAnswer {
        let moment = Date(timeIntervalSince1970: Double(parts.now()) / 1_000)
        let time = moment.formatted(
            .iso8601.year().month().day().dateSeparator(.omitted).time(includingFractionalSeconds: false)
                .timeSeparator(.omitted).timeZone(separator: .omitted))
        let name = "\(time)-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        let folder = parts.administration.snapshotDirectory + "/" + name
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try store.snapshot(to: folder + "/metrics", includesMemory: includesMemory)
        } catch {
            // Half a copy is worth nothing, and takes room that may be what was missing.
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        return APIAnswer { $0.dictionary(["name": name]) }
    }
}
