internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import NIOCore
internal import SiteView

/// `/api/watchpost/acknowledgements`: who looks after which fault.
struct AcknowledgementsAPI {
    let view: any SiteViewSource

    static let bodyBytesMax = 65_536

    private struct Posted: Decodable {
        let key: String
        let by: String
        let comment: String?
    }

    func addRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("acknowledgements") { _, _ in try WatchpostAPI.json(await view.acknowledgements()) }
        group.post("acknowledgements") { request, _ in
            try await Self.answer(expecting: #"{"key": …, "by": …, "comment": …}"#) {
                let body = try await request.body.collect(upTo: Self.bodyBytesMax)
                let posted = try JSONDecoder().decode(Posted.self, from: Data(body.readableBytesView))
                return try await view.acknowledge(key: posted.key, by: posted.by, comment: posted.comment ?? "")
            }
        }
        group.delete("acknowledgements") { request, _ in
            try await Self.answer(expecting: #"{"key": …, "by": …, "comment": …}"#) {
                let key = try await APIParameters(of: request).text("key") ?? ""
                try await view.endAcknowledgement(key: key)
                return ["key": key]
            }
        }
    }

    /// - Parameter form: what is said to who sends something else.
    static func answer<Answer: Encodable>(
        expecting form: String, _ body: () async throws -> Answer
    ) async throws -> Response {
        do {
            return try WatchpostAPI.json(try await body())
        } catch let refusal as AlertRequestRefused {
            return try WatchpostAPI.json(["error": refusal.description], status: .badRequest)
        } catch is DecodingError {
            return try WatchpostAPI.json(
                ["error": "send \(form)"], status: .badRequest)
        } catch let error as APIError {
            return try WatchpostAPI.json(["error": error.message], status: error.kind.status)
        } catch is NIOTooManyBytesError {
            return try WatchpostAPI.json(
                ["error": "the body is longer than \(bodyBytesMax) bytes"], status: .contentTooLarge)
        }
    }
}
