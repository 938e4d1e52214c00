internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// The question whether an alert is to be silent, and for how long.
struct SilenceContent: PageContent {
    static let template = PageTemplate.silence

    let labels: [Fact]
    let token: String
    let spans: [SilenceSpan]
}

/// That an alert is silent now.
struct SilencedContent: PageContent {
    static let template = PageTemplate.silenced

    let id: String
    let span: String
}

/// The page that a notification's silence link opens. Mail scanners follow links, so it only asks; the form does it.
extension WebUI {
    func silencePage(_ fields: FormFields) async -> Response {
        let token = fields["token"] ?? ""
        do {
            let labels = try await view.silenceOffer(token)
            return html(
                pages.page(
                    SilenceContent(labels: Fact.all(labels), token: token, spans: SilenceSpan.all),
                    title: "Silence \(labels["alertname"] ?? "an alert")", path: "/alerts", live: false))
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
                    SilencedContent(id: id, span: Self.silenceSpan(minutes)), title: "Silenced", path: "/alerts",
                    live: false))
        } catch {
            return refusal("\(error)", path: "/alerts", status: .badRequest)
        }
    }
}
