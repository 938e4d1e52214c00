internal import Foundation
internal import Hummingbird
internal import Model
internal import NIOCore
internal import SiteView

/// The page of silences: those that hold something, those to come, and a form for another one.
extension WebUI {
    func silencesPage(refusal: String? = nil, _ fields: FormFields = FormFields("")) async -> String {
        let now = await view.overview().now
        let silences = await view.silences().filter { $0.state != .expired }
        var values: [String: Any] = [
            "silences": silences.map { silence -> [String: Any] in
                [
                    "id": silence.id, "state": silence.state.rawValue,
                    "matchers": silence.matchers.joined(separator: ", "),
                    "ends": Shown.span(silence.endsAt - now), "by": silence.createdBy, "comment": silence.comment,
                ]
            },
            "hasSilences": !silences.isEmpty, "matchers": fields["matchers"] ?? "", "who": fields["who"] ?? "",
            "comment": fields["comment"] ?? "", "spans": Self.silenceSpans,
        ]
        if let refusal { values["refusal"] = [refusal] }
        return pages.page("silences", title: "Silences", path: "/alerts", values)
    }

    func addSilence(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        guard let minutes = Self.silenceMinutes(fields) else {
            return html(await silencesPage(refusal: "Choose for how long.", fields), status: .badRequest)
        }
        do {
            _ = try await view.addSilence(
                fields["matchers"] ?? "", minutes: minutes, createdBy: Self.who(fields), comment: Self.comment(fields))
            return Self.seeOther("/silences")
        } catch {
            return html(await silencesPage(refusal: "\(error)", fields), status: .badRequest)
        }
    }

    func expireSilence(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        do {
            try await view.expireSilence(fields["id"] ?? "")
            return Self.seeOther("/silences")
        } catch {
            return html(await silencesPage(refusal: "\(error)"), status: .badRequest)
        }
    }

    // MARK: Forms of silences

    private static let spans: [(minutes: Int, text: String)] = [
        (60, "1 hour"), (240, "4 hours"), (1_440, "1 day"), (10_080, "1 week"),
    ]
    private static let formBytesMax = 65_536

    static var silenceSpans: [[String: Any]] { spans.map { ["minutes": String($0.minutes), "text": $0.text] } }

    /// The length that a form names, if it is one of those that are offered.
    static func silenceMinutes(_ fields: FormFields) -> Int? {
        fields["minutes"].flatMap { Int($0) }.flatMap { minutes in
            spans.contains { $0.minutes == minutes } ? minutes : nil
        }
    }

    static func silenceSpan(_ minutes: Int) -> String { spans.first { $0.minutes == minutes }?.text ?? "" }

    static func who(_ fields: FormFields) -> String { nonEmpty(fields["who"], 100) ?? "the pages" }

    static func comment(_ fields: FormFields) -> String { nonEmpty(fields["comment"], 1_000) ?? "no reason given" }

    private static func nonEmpty(_ text: String?, _ length: Int) -> String? {
        text.flatMap { $0.isEmpty ? nil : String($0.prefix(length)) }
    }

    static func form(of request: Request) async throws -> FormFields {
        let body = try await request.body.collect(upTo: formBytesMax)
        return FormFields(String(decoding: body.readableBytesView, as: UTF8.self))
    }

    private static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
    }
}
