internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import SiteView

/// That somebody looks after a fault, and since when.
struct AcknowledgedRow: Sendable {
    let key: String
    let by: String
    let comment: String?
    let since: ShownMoment
    /// `Minh looks after it`
    let sentence: String
}

extension AcknowledgedRow {
    init(_ view: AcknowledgementView) {
        key = view.key
        by = view.by
        comment = view.comment.isEmpty ? nil : view.comment
        since = ShownMoment(view.since)
        sentence = say("alerts.lookedAfter", ["name": .text(view.by)])
    }
}

/// The forms by which somebody says that they look after a fault, and that they do no more.
///
/// Fields: `key`, `by`, `comment`, and `back`, the page to go on with.
extension WebUI {
    func acknowledgeFault(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        let back = Self.back(fields)
        do {
            let taken = try await view.acknowledge(
                key: fields["key"] ?? "", by: fields["by"] ?? "", comment: fields["comment"] ?? "")
            var response = Self.seeOther(back)
            response.headers[.setCookie] = Reader.cookie(name: taken.by)
            return response
        } catch {
            return refusal("\(error)", path: back, status: .badRequest)
        }
    }

    func endAcknowledgement(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        let back = Self.back(fields)
        do {
            try await view.endAcknowledgement(key: fields["key"] ?? "")
            return Self.seeOther(back)
        } catch {
            return refusal("\(error)", path: back, status: .badRequest)
        }
    }

    /// A page of this server alone: an address that a form brings is anybody's.
    static func back(_ fields: FormFields) -> String {
        guard let path = fields["back"], path.utf8.count <= 2_048, path.hasPrefix("/"), !path.hasPrefix("//"),
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return path
    }
}
