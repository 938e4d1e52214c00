internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// The page that a notification's silence link opens. Mail scanners follow links, so it only asks; the form does it.
extension WebUI {
    func silencePage(_ fields: FormFields) async -> Response {
        let token = fields["token"] ?? ""
        do {
            let labels = try await view.silenceOffer(token)
            return html(
                pages.page(
                    "silence", title: "Silence \(labels["alertname"] ?? "an alert")", path: "/alerts", live: false,
                    [
                        "token": token, "spans": Self.silenceSpans,
                        "labels": labels.sorted { $0.key < $1.key }.map { ["name": $0.key, "value": $0.value] },
                    ]))
        } catch {
            return refusal("\(error)", path: "/alerts", status: .badRequest)
        }
    }

    func confirmSilence(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        guard let minutes = Self.silenceMinutes(fields) else {
            return refusal("Choose for how long the alert is to be silent.", path: "/alerts", status: .badRequest)
        }
        do {
            let id = try await view.acceptSilence(
                fields["token"] ?? "", minutes: minutes, createdBy: Self.who(fields), comment: Self.comment(fields))
            return html(
                pages.page(
                    "silenced", title: "Silenced", path: "/alerts", live: false,
                    ["id": id, "span": Self.silenceSpan(minutes)]))
        } catch {
            return refusal("\(error)", path: "/alerts", status: .badRequest)
        }
    }
}
