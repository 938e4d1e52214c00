import Foundation
import LocalTime
import Model
import Testing

@Suite("Spans of each week")
struct WeeklySpanTests {
    private static func span(_ start: String, _ end: String, _ zone: String) throws -> WeeklySpan {
        WeeklySpan(
            start: try #require(LocalMoment.wall(start)), end: try #require(LocalMoment.wall(end)),
            zone: try #require(TimeZone(identifier: zone)))
    }

    private static func text(_ time: TimeRange?) -> String {
        func moment(_ milliseconds: Int64) -> String {
            Date(timeIntervalSince1970: Double(milliseconds) / 1_000).ISO8601Format()
        }
        return time.map { "\(moment($0.start)) \(moment($0.end))" } ?? "none"
    }

    private static func moment(_ text: String) throws -> Int64 {
        Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970 * 1_000)
    }

    /// Begin and end by the clock, the zone, the week from the first one on, and when that is in UTC.
    private static let times: [(String, String, String, Int64, String)] = [
        ("2026-11-28T22:00", "2026-11-29T02:00", "Asia/Ho_Chi_Minh", 0, "2026-11-28T15:00:00Z 2026-11-28T19:00:00Z"),
        ("2026-11-28T22:00", "2026-11-29T02:00", "Asia/Ho_Chi_Minh", 3, "2026-12-19T15:00:00Z 2026-12-19T19:00:00Z"),
        // Saturday evening to Sunday morning, while clocks are set forward at 02:00, and back at 03:00.
        ("2026-03-21T22:00", "2026-03-22T04:00", "Europe/Berlin", 0, "2026-03-21T21:00:00Z 2026-03-22T03:00:00Z"),
        ("2026-03-21T22:00", "2026-03-22T04:00", "Europe/Berlin", 1, "2026-03-28T21:00:00Z 2026-03-29T02:00:00Z"),
        ("2026-03-21T22:00", "2026-03-22T04:00", "Europe/Berlin", 31, "2026-10-24T20:00:00Z 2026-10-25T03:00:00Z"),
        // It begins in the hour that is not there, ends in it, lies in it.
        ("2026-03-22T02:30", "2026-03-22T04:00", "Europe/Berlin", 1, "2026-03-29T01:00:00Z 2026-03-29T02:00:00Z"),
        ("2026-03-22T01:30", "2026-03-22T02:30", "Europe/Berlin", 1, "2026-03-29T00:30:00Z 2026-03-29T01:00:00Z"),
        ("2026-03-22T02:10", "2026-03-22T02:50", "Europe/Berlin", 1, "none"),
        ("2026-03-22T02:10", "2026-03-22T02:50", "Europe/Berlin", 2, "2026-04-05T00:10:00Z 2026-04-05T00:50:00Z"),
        // In the hour that is there twice it holds both.
        ("2026-10-18T02:10", "2026-10-18T02:50", "Europe/Berlin", 1, "2026-10-25T00:10:00Z 2026-10-25T01:50:00Z"),
        // Half an hour, and midnight that is not there.
        ("2026-09-27T01:30", "2026-09-27T03:00", "Australia/Lord_Howe", 1, "2026-10-03T15:00:00Z 2026-10-03T16:00:00Z"),
        ("2026-03-22T00:00", "2026-03-22T06:00", "Asia/Beirut", 1, "2026-03-28T22:00:00Z 2026-03-29T03:00:00Z"),
    ]

    @Test("it is by the clock, whatever clocks are set", arguments: times.indices)
    func weeks(index: Int) throws {
        let (start, end, zone, week, expected) = Self.times[index]
        #expect(Self.text(try Self.span(start, end, zone).time(week)) == expected, "\(start) \(zone) \(week)")
    }

    @Test("the one that goes on or comes, and the one before")
    func neighbours() throws {
        let span = try Self.span("2026-03-15T02:10", "2026-03-15T02:50", "Europe/Berlin")
        let cases = [
            // Before the first.
            ("2026-01-01T00:00:00Z", "2026-03-15T01:10:00Z 2026-03-15T01:50:00Z", "none"),
            ("2026-03-15T01:10:00Z", "2026-03-15T01:10:00Z 2026-03-15T01:50:00Z", "none"),
            // At its end it is over.
            (
                "2026-03-15T01:50:00Z", "2026-03-22T01:10:00Z 2026-03-22T01:50:00Z",
                "2026-03-15T01:10:00Z 2026-03-15T01:50:00Z"
            ),
            // That of 29 March is not there.
            (
                "2026-03-25T00:00:00Z", "2026-04-05T00:10:00Z 2026-04-05T00:50:00Z",
                "2026-03-22T01:10:00Z 2026-03-22T01:50:00Z"
            ),
            (
                "2026-04-01T00:00:00Z", "2026-04-05T00:10:00Z 2026-04-05T00:50:00Z",
                "2026-03-22T01:10:00Z 2026-03-22T01:50:00Z"
            ),
        ]
        for (moment, next, last) in cases {
            let now = try Self.moment(moment)
            #expect(Self.text(span.time(notOverAt: now)) == next, "\(moment)")
            #expect(Self.text(span.time(overAt: now)) == last, "\(moment)")
        }
    }

    @Test(
        "of all moments of a year each is held as its own clock says", arguments: ["Europe/Berlin", "America/Santiago"])
    func year(zone: String) throws {
        let span = try Self.span("2026-01-03T22:30", "2026-01-04T02:15", zone)
        let clock = { (now: Int64) in ZoneClock(now: now, zone: span.zone).local(now) }
        var now = try Self.moment("2026-01-10T00:00:00Z")
        let end = now + 31_536_000_000
        while now < end {
            let place = (clock(now) - span.start) % WeeklySpan.week
            let isHeld = span.time(notOverAt: now).map { $0.start <= now } ?? false
            // What the clock shows a second time lies in between, whatever it shows.
            let isTwice = clock(now - 3_600_000) == clock(now) || clock(now + 3_600_000) == clock(now)
            if !isTwice { #expect(isHeld == (place < span.end - span.start), "\(now)") }
            now += 900_000
        }
    }
}
