internal import Foundation
internal import Hummingbird
internal import Model
internal import NIOCore
internal import SiteView

/// The page that a notice's silence link opens. Mail scanners follow links, so it only asks; the form does it.
extension WebUI {
    private static let spans: [(minutes: Int, text: String)] = [
        (60, "1 hour"), (240, "4 hours"), (1_440, "1 day"), (10_080, "1 week"),
    ]
    private static let formBytesMax = 65_536

    func silencePage(_ fields: FormFields) async -> Response {
        let token = fields["token"] ?? ""
        do {
            let labels = try await view.silenceOffer(token)
            return html(
                pages.page(
                    "silence", title: "Silence \(labels["alertname"] ?? "an alert")", path: "/alerts", live: false,
                    [
                        "token": token,
                        "labels": labels.sorted { $0.key < $1.key }.map { ["name": $0.key, "value": $0.value] },
                        "spans": Self.spans.map { ["minutes": String($0.minutes), "text": $0.text] },
                    ]))
        } catch {
            return refusal("\(error)", path: "/alerts", status: .badRequest)
        }
    }

    func confirmSilence(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.formBytesMax)
        let fields = FormFields(String(decoding: body.readableBytesView, as: UTF8.self))
        let minutes = fields["minutes"].flatMap { Int($0) } ?? 0
        guard Self.spans.contains(where: { $0.minutes == minutes }) else {
            return refusal("Choose for how long the alert is to be silent.", path: "/alerts", status: .badRequest)
        }
        let who = (fields["who"] ?? "").prefix(100)
        let comment = (fields["comment"] ?? "").prefix(1_000)
        do {
            let id = try await view.acceptSilence(
                fields["token"] ?? "", minutes: minutes, createdBy: who.isEmpty ? "a silence link" : String(who),
                comment: comment.isEmpty ? "silenced by link" : String(comment))
            let span = Self.spans.first { $0.minutes == minutes }?.text ?? ""
            return html(
                pages.page("silenced", title: "Silenced", path: "/alerts", live: false, ["id": id, "span": span]))
        } catch {
            return refusal("\(error)", path: "/alerts", status: .badRequest)
        }
    }
}
