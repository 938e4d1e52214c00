import CameraRecords
import Foundation
import Testing

@testable import WebUI

@Suite("The calendar of firings")
struct FiringCalendarTests {
    private static func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }

    private static func moment(_ text: String) throws -> Int64 {
        Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970 * 1_000)
    }

    private static let hour: Int64 = 3_600_000

    /// Firings as hours from the first midnight on, of three days of which the second has 23 hours; their counts and hours.
    private static let cases: [(String, [(Double, Double)], [Int], [Double])] = [
        ("none", [], [0, 0, 0], [0, 0, 0]),
        ("one", [(1, 2)], [1, 0, 0], [1, 0, 0]),
        ("over midnight it is of both days", [(23, 25)], [1, 1, 0], [1, 1, 0]),
        ("all of them", [(-50, 500)], [1, 1, 1], [24, 23, 24]),
        ("two at once cover once", [(1, 4), (2, 3)], [2, 0, 0], [3, 0, 0]),
        ("two that overlap", [(1, 4), (3, 6)], [2, 0, 0], [5, 0, 0]),
        ("one within and one after", [(1, 10), (2, 3), (9, 12)], [3, 0, 0], [11, 0, 0]),
        ("an end at midnight is of the next day, without length", [(22, 24)], [1, 1, 0], [2, 0, 0]),
        ("of no length", [(5, 5)], [1, 0, 0], [0, 0, 0]),
        ("before and after", [(-9, -1), (80, 90)], [0, 0, 0], [0, 0, 0]),
        ("up to the first midnight", [(-9, 0)], [1, 0, 0], [0, 0, 0]),
        ("from the last day on", [(60, 500)], [0, 0, 1], [0, 0, 11]),
    ]

    @Test("counts what went on each day, and for how long anything did", arguments: cases.indices)
    func days(index: Int) {
        let (name, firings, counts, hours) = Self.cases[index]
        let calendar = FiringCalendar(
            starts: [0, 24, 47, 71].map { $0 * Self.hour },
            firings: firings.map {
                TimeSpan(start: Int64($0.0 * Double(Self.hour)), end: Int64($0.1 * Double(Self.hour)))
            })
        #expect(calendar.days.map(\.count) == counts, "\(name)")
        #expect(calendar.days.map { Double($0.length) / Double(Self.hour) } == hours, "\(name)")
    }

    @Test("without days there is nothing")
    func empty() {
        #expect(FiringCalendar(starts: [], firings: [TimeSpan(start: 0, end: 1)]).days.isEmpty)
        #expect(FiringCalendar(starts: [5], firings: [TimeSpan(start: 0, end: 9)]).days.isEmpty)
    }

    /// A moment, a zone, weeks; the first and the last midnight, and the days that do not have 24 hours.
    private static let weeks: [(String, String, Int, String, String, [Int: Int])] = [
        // Sunday the last day of its week; over a month's end.
        ("2026-11-29T12:00:00Z", "UTC", 1, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z", [:]),
        ("2026-12-01T12:00:00Z", "UTC", 2, "2026-11-23T00:00:00Z", "2026-12-07T00:00:00Z", [:]),
        // Here it is Monday already.
        ("2026-11-29T18:00:00Z", "Asia/Ho_Chi_Minh", 1, "2026-11-29T17:00:00Z", "2026-12-06T17:00:00Z", [:]),
        // Clocks are set forward and back on Sundays.
        ("2026-03-30T12:00:00Z", "Europe/Berlin", 2, "2026-03-22T23:00:00Z", "2026-04-05T22:00:00Z", [6: 23]),
        ("2026-10-26T12:00:00Z", "Europe/Berlin", 2, "2026-10-18T22:00:00Z", "2026-11-01T23:00:00Z", [6: 25]),
        // At midnight, which is not there; and by half an hour.
        ("2026-03-31T12:00:00Z", "Asia/Beirut", 2, "2026-03-22T22:00:00Z", "2026-04-05T21:00:00Z", [6: 23]),
        ("2026-09-07T12:00:00Z", "America/Santiago", 2, "2026-08-31T04:00:00Z", "2026-09-14T03:00:00Z", [6: 23]),
        // A leap year's February.
        ("2028-03-01T12:00:00Z", "UTC", 1, "2028-02-28T00:00:00Z", "2028-03-06T00:00:00Z", [:]),
        ("2026-11-29T12:00:00Z", "Pacific/Apia", 53, "2025-11-30T11:00:00Z", "2026-12-06T11:00:00Z", [:]),
    ]

    @Test("has whole weeks of the reader's own days", arguments: weeks.indices)
    func midnights(index: Int) throws {
        let (now, zone, count, first, last, odd) = Self.weeks[index]
        let midnights = FiringCalendar.midnights(weeks: count, now: try Self.moment(now), in: try Self.zone(zone))
        #expect(midnights.count == count * 7 + 1)
        let ends = [try Self.moment(first), try Self.moment(last)]
        #expect([midnights.first, midnights.last] == ends, "\(zone)")
        let hours = zip(midnights, midnights.dropFirst()).map { ($1 - $0) / Self.hour }
        for (day, length) in hours.enumerated() { #expect(Int(length) == odd[day] ?? 24, "\(zone), day \(day)") }
    }

    @Test("a day of the address is that of the reader's zone, or none")
    func day() throws {
        let (berlin, saigon) = (try Self.zone("Europe/Berlin"), try Self.zone("Asia/Ho_Chi_Minh"))
        let short = try #require(FiringCalendar.day("2026-03-29", in: berlin))
        let midnight = try Self.moment("2026-03-28T23:00:00Z")
        #expect(short.end - short.start == 23 * Self.hour && short.start == midnight)
        let before = try Self.moment("2026-11-27T17:00:00Z")
        #expect(FiringCalendar.day("2026-11-28", in: saigon)?.start == before)
        #expect(FiringCalendar.day("2028-02-29", in: berlin) != nil)
        for text in [
            "", "2026", "2026-11", "2026-02-30", "2026-13-01", "2027-02-29", "2026-11-28 ", "26-11-28", "2026-11-2x",
            "0000-00-00", "-026-11-28", "2026/11/28", "99999-11-28",
        ] { #expect(FiringCalendar.day(text, in: berlin) == nil, "\(text)") }
    }
}
