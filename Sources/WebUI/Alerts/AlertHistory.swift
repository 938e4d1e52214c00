internal import CameraRecords
internal import Foundation
internal import Model
internal import SiteView

/// Past firings, in a list and in a calendar.
struct AlertHistory: Sendable {
    struct Row: Sendable {
        let name: String
        let page: String
        let severity: String
        let summary: String
        /// Not named as the filter's, which a row without one would show.
        let ofCamera: CameraLink?
        let ofNode: String?
        let start: ShownMoment
        let startText: String
        let end: ShownMoment?
        let endText: String
        let span: String
        let told: String
    }

    struct Week: Sendable {
        let name: String
        let days: [Cell]
    }

    struct Cell: Sendable {
        struct Day: Sendable {
            let link: String
            /// `Saturday, 2026-11-28: 3 firings, 12 min`
            let words: String
            let number: String
            let count: String
            let span: String
            /// `0` to `4`: how much there was.
            let level: String
            let current: Bool
        }

        /// `nil` for a day that is to come.
        let day: Day?
    }

    struct Choice: Sendable {
        let name: String
        let selected: Bool
    }

    struct Page: Sendable {
        let link: String
    }

    let choices: [Choice]
    let camera: String
    let node: String
    let weekdays: [String]
    let weeks: [Week]
    let spans: [AlertTab]
    /// `2026-11-28` where one day is looked at.
    let day: Page?
    let dayName: String
    let title: String
    let rows: [Row]
    let hasRows: Bool
    let newer: Page?
    let older: Page?
    let problem: String?
}

extension AlertHistory.Row {
    init(_ firing: FiringView, now: Int64) {
        name = firing.name
        page = "/alerts/\(firing.fingerprint)?at=\(firing.startsAt)"
        severity = firing.severity
        summary = firing.summary
        ofCamera = Links.camera(of: firing.labels)
        ofNode = firing.labels["instance"].flatMap { $0.isEmpty ? nil : $0 }
        start = ShownMoment(firing.startsAt)
        startText = String(Shown.moment(firing.startsAt).prefix(16))
        end = firing.endsAt.map(ShownMoment.init)
        endText = firing.endsAt.map { String(Shown.moment($0).prefix(16)) } ?? say("alerts.goesOn")
        span = Shown.span((firing.endsAt ?? now) - firing.startsAt)
        told = Self.told(firing)
    }

    /// `operators (email), guards (webhook)`
    static func told(_ firing: FiringView) -> String {
        if firing.told.isEmpty { return say("alerts.toldNobody") }
        return firing.told.map { told in
            let way = told.integration.prefix { $0 != "[" }
            return way.isEmpty ? say("alerts.toldLog", ["receiver": .text(told.receiver)]) : "\(told.receiver) (\(way))"
        }.joined(separator: ", ")
    }
}

extension WebUI {
    private static let rowsOfPage = 100
    private static let weekChoices = [5, 13, 53]

    /// The history as an address of the page of alerts asks for it.
    func history(_ fields: FormFields, now: Int64) async -> AlertHistory {
        let zone = Reader.current.zone
        let weeks = fields["weeks"].flatMap { Int($0) }.flatMap { Self.weekChoices.contains($0) ? $0 : nil } ?? 5
        let midnights = FiringCalendar.midnights(weeks: weeks, now: now, in: zone)
        let day = fields["day"].flatMap { FiringCalendar.day($0, in: zone) }
        let page = max(0, min(fields["page"].flatMap { Int($0) } ?? 0, 500))
        var request = FiringsRequest(
            start: midnights.first ?? now, end: midnights.last ?? now, limit: Self.rowsOfPage + 1)
        request.name = fields["alert"] ?? ""
        request.camera = fields["camera"] ?? ""
        request.node = fields["node"] ?? ""
        let address = HistoryAddress(request, weeks: weeks, day: day == nil ? nil : fields["day"])
        var (times, answer, problem) = ([TimeSpan](), FiringsAnswer(), String?.none)
        do {
            times = try await view.firingTimes(request)
            request.offset = page * Self.rowsOfPage
            if let day { (request.start, request.end) = (day.start, day.end) }
            answer = try await view.firings(request)
        } catch {
            problem = "\(error)"
        }
        let calendar = FiringCalendar(starts: midnights, firings: times)
        let hasMore = answer.firings.count > Self.rowsOfPage
        let cells = calendar.days.map { day in Self.cell(day, address, now: now) }
        let names = answer.names + (request.name.isEmpty || answer.names.contains(request.name) ? [] : [request.name])
        return AlertHistory(
            choices: names.map { .init(name: $0, selected: $0 == request.name) }, camera: request.camera,
            node: request.node, weekdays: (0..<7).map { say("alerts.weekday.\($0)") },
            weeks: stride(from: 0, to: cells.count, by: 7).map { index in
                .init(
                    name: String(Shown.moment(calendar.days[index].start + 43_200_000).prefix(10)),
                    days: Array(cells[index..<min(index + 7, cells.count)]))
            },
            spans: Self.weekChoices.map {
                AlertTab(
                    link: address.link(weeks: $0), name: say("alerts.weeks", ["count": .number($0)]), count: "",
                    current: $0 == weeks)
            }, day: day.map { _ in .init(link: address.link(day: nil)) }, dayName: address.day ?? "",
            title: address.day ?? say("alerts.weeks", ["count": .number(weeks)]),
            rows: answer.firings.prefix(Self.rowsOfPage).map { .init($0, now: now) },
            hasRows: !answer.firings.isEmpty,
            newer: page > 0 ? .init(link: address.link(page: page - 1)) : nil,
            older: hasMore ? .init(link: address.link(page: page + 1)) : nil, problem: problem)
    }

    private static func cell(_ day: FiringCalendar.Day, _ address: HistoryAddress, now: Int64) -> AlertHistory.Cell {
        if day.start > now { return .init(day: nil) }
        let date = String(Shown.moment(day.start + 43_200_000).prefix(10))
        let share = Double(day.length) / Double(max(1, min(day.end, now) - day.start))
        let level = day.count == 0 ? 0 : share < 0.01 ? 1 : share < 0.1 ? 2 : share < 0.5 ? 3 : 4
        let span = day.count == 0 ? "" : Shown.span(day.length)
        let words =
            day.count == 0
            ? say("alerts.dayCalm", ["day": .text(date)])
            : say("alerts.dayWords", ["day": .text(date), "count": .number(day.count), "span": .text(span)])
        return .init(
            day: .init(
                link: address.link(day: date), words: words, number: String(date.suffix(2)),
                count: day.count == 0 ? "" : Shown.count(day.count), span: span, level: String(level),
                current: date == address.day))
    }
}

/// The address of a history.
private struct HistoryAddress {
    private let fields: [(String, String)]
    private let weeks: Int
    let day: String?

    init(_ request: FiringsRequest, weeks: Int, day: String?) {
        fields = [("alert", request.name), ("camera", request.camera), ("node", request.node)].filter { !$0.1.isEmpty }
        self.weeks = weeks
        self.day = day
    }

    func link(weeks: Int) -> String { link(weeks, day, page: 0) }

    func link(day: String?) -> String { link(weeks, day, page: 0) }

    func link(page: Int) -> String { link(weeks, day, page: page) }

    private func link(_ weeks: Int, _ day: String?, page: Int) -> String {
        var all = [("tab", "history")] + fields
        if weeks != 5 { all.append(("weeks", String(weeks))) }
        if let day { all.append(("day", day)) }
        if page > 0 { all.append(("page", String(page))) }
        return "/alerts?" + all.map { "\($0.0)=\(FormFields.encoded($0.1))" }.joined(separator: "&")
    }
}
