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
    let until: ShownMoment
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
                    title: say("silences.askTitle", ["name": .text(labels["alertname"] ?? "")]), path: "/alerts",
                    live: false))
        } catch {
            return refusal("\(error)", path: "/alerts", status: .badRequest)
        }
    }

    func confirmSilence(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        guard let minutes = Self.silenceMinutes(fields) else {
            return refusal(say("silences.choose"), path: "/alerts", status: .badRequest)
        }
        do {
            let (who, comment) = (Self.who(fields), Self.comment(fields))
            let id =
                if let alert = fields["alert"], fields["token"] == nil {
                    try await view.silence(alert: alert, minutes: minutes, createdBy: who, comment: comment)
                } else if let matchers = fields["matchers"], fields["token"] == nil {
                    try await view.addSilence(matchers, minutes: minutes, createdBy: who, comment: comment)
                } else {
                    try await view.acceptSilence(
                        fields["token"] ?? "", minutes: minutes, createdBy: who, comment: comment)
                }
            // A page of its own: who comes back to it, or loads it again, silences nothing anew.
            return Self.seeOther("/silence/done?id=\(FormFields.encoded(id))")
        } catch {
            return refusal("\(error)", path: "/alerts", status: .badRequest)
        }
    }

    /// Says for how long an alert is silent, and offers to undo it.
    func silencedPage(_ fields: FormFields) async -> Response {
        let id = fields["id"] ?? ""
        guard let silence = await view.silences().first(where: { $0.id == id }), silence.state != .expired else {
            return Self.seeOther("/silences")
        }
        let minutes = Int((Double(silence.endsAt - silence.startsAt) / 60_000).rounded())
        return html(
            pages.page(
                SilencedContent(id: id, span: Self.silenceSpan(minutes), until: ShownMoment(silence.endsAt)),
                title: say("silences.silenced"), path: "/alerts", live: false))
    }
}
