internal import CameraRecords
internal import Foundation
internal import Model
internal import SiteView

/// How much footage there is of each of the last days, by the reader's calendar.
struct FootageDays: Sendable {
    struct Day: Sendable {
        /// `28`; `11-01` where a month begins.
        let number: String
        /// The camera's page of that day.
        let link: String
        /// `23.8 h`, or nothing where nothing is known.
        let hours: String
        let words: String
        let style: String
        /// In units of a quarter of an hour.
        let parts: [CameraBandContent.Part]
    }

    let days: [Day]
    let note: String?
}

extension FootageDays {
    static let count = 30
    /// Of more gaps a day's words name the longest.
    private static let gapsNamed = 3
    private static let quarters = 96

    /// The days of a calendar that end with the one of `now`, the oldest first; one with a change of the clock is shorter or
    /// longer.
    static func spans(before now: Int64, in zone: TimeZone) -> [TimeSpan] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let today = calendar.startOfDay(for: Date(timeIntervalSince1970: Double(now) / 1_000))
        func start(_ day: Int) -> Int64 {
            let date = calendar.date(byAdding: .day, value: day, to: today) ?? today
            return Int64(calendar.startOfDay(for: date).timeIntervalSince1970 * 1_000)
        }
        return (1 - count...0).map { TimeSpan(start: start($0), end: start($0 + 1)) }
    }

    /// - Parameter footage: `nil` where there is no record of it here.
    init(_ footage: FootageSpans?, _ camera: CameraStatus, now: Int64) {
        guard let footage else {
            days = []
            note =
                camera.node.map { say("camera.days.elsewhere", ["node": .text($0.name)]) } ?? say("camera.days.none")
            return
        }
        note = nil
        days = Self.spans(before: now, in: Reader.current.zone).map { Self.day($0, footage, camera, now: now) }
    }

    private static func day(_ span: TimeSpan, _ footage: FootageSpans, _ camera: CameraStatus, now: Int64) -> Day {
        // What is still to come is no gap.
        let past = span.intersection(TimeSpan(start: span.start, end: max(now, span.start)))
        let present = footage.present.clipped(to: past)
        let gaps = footage.gaps(in: past)
        let date = Shown.date(span.start)
        let number = Shown.field(span.start).prefix(10).suffix(2)
        let isKnown = !present.isEmpty || !footage.known.clipped(to: past).isEmpty
        let amount = amount(present.total)
        let parts = StateBand.spans(
            [(FootageState.gap, gaps), (.present, present), (.undue, footage.undue)], rest: .unknown, in: span)
        return Day(
            number: number == "01" ? Shown.day(span.start) : String(number),
            link: WebUI.link(camera, from: String(span.start), to: String(span.end)),
            hours: isKnown ? amount : "", words: words(date, amount, gaps, isKnown: isKnown),
            style: !isKnown ? "unknown" : gaps.isEmpty ? "whole" : "gapped",
            parts: StateBand.segments(parts, in: span, columns: quarters).map {
                .init(
                    style: "footage-\($0.state.rawValue)", x: $0.column, width: $0.columns, words: "",
                    isGap: $0.state == .gap)
            })
    }

    /// `23.8 h`, `12 min`; less than all is not told as all.
    private static func amount(_ milliseconds: Int64) -> String {
        if milliseconds < 3_600_000 { return Shown.span(milliseconds) }
        let hours = (Double(milliseconds) / 360_000).rounded(.down) / 10
        return say("camera.days.hours", ["hours": .text(Shown.number(hours, digits: 1))])
    }

    /// `2026-11-28: 23.7 h of footage; no footage 02:14 to 02:31 (17 min)`
    private static func words(_ date: String, _ amount: String, _ gaps: TimeSpans, isKnown: Bool) -> String {
        if !isKnown { return say("camera.days.unknown", ["date": .text(date)]) }
        let whole = say("camera.days.day", ["date": .text(date), "amount": .text(amount)])
        if gaps.isEmpty { return whole }
        let longest = gaps.spans.sorted { $0.length > $1.length }.prefix(gapsNamed).sorted { $0.start < $1.start }
        let named = longest.map {
            say(
                "camera.days.gap",
                [
                    "start": .text(String(Shown.clock($0.start).prefix(5))),
                    "end": .text(String(Shown.clock($0.end).prefix(5))), "span": .text(Shown.span($0.length)),
                ])
        }
        let rest = gaps.spans.count - named.count
        let more = rest > 0 ? [say("camera.days.more", ["count": .number(rest)])] : []
        return ([whole] + named + more).joined(separator: "; ")
    }
}

extension WebUI {
    func footageDays(of camera: CameraStatus, now: Int64) async -> FootageDays {
        let spans = FootageDays.spans(before: now, in: Reader.current.zone)
        guard let first = spans.first, let last = spans.last else { return FootageDays(nil, camera, now: now) }
        let footage = try? await view.footage(of: camera, in: TimeSpan(start: first.start, end: last.end))
        return FootageDays(footage ?? nil, camera, now: now)
    }
}
