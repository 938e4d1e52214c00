internal import Foundation
internal import Hummingbird
internal import Model
internal import NIOCore
internal import SiteView

/// The silences that hold something or are to, and the form for another one.
struct SilencesContent: PageContent {
    static let template = PageTemplate.silences

    struct Row: Sendable {
        let id: String
        let state: String
        let matchers: String
        let ends: String
        let by: String
        let comment: String
    }

    let refusal: String?
    let silences: [Row]
    let hasSilences: Bool
    let spans: [SilenceSpan]
    /// What stands in the form.
    let matchers: String
    let who: String
    let comment: String
}

/// A length that is offered for a silence.
struct SilenceSpan: Sendable {
    let minutes: Int
    let text: String

    /// In the language of who reads them.
    static var all: [SilenceSpan] {
        [
            SilenceSpan(minutes: 60, text: say("silences.hour")),
            SilenceSpan(minutes: 240, text: say("silences.hours")),
            SilenceSpan(minutes: 1_440, text: say("silences.day")),
            SilenceSpan(minutes: 10_080, text: say("silences.week")),
        ]
    }
}

/// The page of silences: those that hold something, those to come, and a form for another one.
extension WebUI {
    func silencesPage(refusal: String? = nil, _ fields: FormFields = FormFields("")) async -> String {
        let now = await view.overview().now
        let silences = await view.silences().filter { $0.state != .expired }
        let rows = silences.map { silence in
            SilencesContent.Row(
                id: silence.id, state: silence.state.rawValue, matchers: silence.matchers.joined(separator: ", "),
                ends: Shown.span(silence.endsAt - now), by: silence.createdBy, comment: silence.comment)
        }
        let content = SilencesContent(
            refusal: refusal, silences: rows, hasSilences: !rows.isEmpty, spans: SilenceSpan.all,
            matchers: fields["matchers"] ?? "", who: fields["who"] ?? "", comment: fields["comment"] ?? "")
        return pages.page(content, title: say("silences.heading"), path: "/alerts")
    }

    func addSilence(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        guard let minutes = Self.silenceMinutes(fields) else {
            return html(await silencesPage(refusal: say("silences.choose"), fields), status: .badRequest)
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

    static let formBytesMax = 65_536

    /// The length that a form names, if it is one of those that are offered.
    static func silenceMinutes(_ fields: FormFields) -> Int? {
        if fields["minutes"] == "tomorrow" { return minutesUntilTomorrow(Date(), in: Reader.current.zone) }
        return fields["minutes"].flatMap { Int($0) }.flatMap { minutes in
            SilenceSpan.all.contains { $0.minutes == minutes } ? minutes : nil
        }
    }

    /// Minutes until eight o'clock of tomorrow, however clocks are set in between.
    static func minutesUntilTomorrow(_ now: Date, in zone: TimeZone) -> Int {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let noon = calendar.startOfDay(for: now).addingTimeInterval(43_200)
        let next = calendar.date(byAdding: .day, value: 1, to: noon) ?? noon
        let eight = calendar.date(bySettingHour: 8, minute: 0, second: 0, of: next) ?? next
        return max(1, Int((eight.timeIntervalSince(now) / 60).rounded(.up)))
    }

    static func silenceSpan(_ minutes: Int) -> String {
        SilenceSpan.all.first { $0.minutes == minutes }?.text ?? Shown.span(Int64(minutes) * 60_000)
    }

    static func who(_ fields: FormFields) -> String {
        nonEmpty(fields["who"], 100) ?? nonEmpty(Reader.current.name, 100) ?? say("silences.pages")
    }

    static func comment(_ fields: FormFields) -> String {
        nonEmpty(fields["comment"], 1_000) ?? say("silences.noReason")
    }

    private static func nonEmpty(_ text: String?, _ length: Int) -> String? {
        text.flatMap { $0.isEmpty ? nil : String($0.prefix(length)) }
    }

    /// - Throws: `HTTPError` for a form that is longer than people fill one in.
    static func form(of request: Request, bytesMax: Int = formBytesMax) async throws -> FormFields {
        do {
            let body = try await request.body.collect(upTo: bytesMax)
            return FormFields(String(decoding: body.readableBytesView, as: UTF8.self))
        } catch is NIOTooManyBytesError {
            throw HTTPError(.contentTooLarge, message: say("form.tooLong", ["count": .number(bytesMax)]))
        }
    }

    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
    }
}
