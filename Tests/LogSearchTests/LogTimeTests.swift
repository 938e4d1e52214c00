import Foundation
import LogSearch
import Model
import Testing

@Suite("Times in queries")
struct LogTimeTests {
    private static func time(_ text: String) throws -> Int64 {
        Int64(try Date.ISO8601FormatStyle().parse(text).timeIntervalSince1970 * 1_000)
    }

    @Test(
        "are meant by the clock of a zone",
        arguments: [
            // 12:00 UTC is 19:00 in Ho Chi Minh City.
            ("now/d", "Asia/Ho_Chi_Minh", "2026-11-22T17:00:00Z", "2026-11-23T16:59:59Z"),
            ("now/d", "UTC", "2026-11-23T00:00:00Z", "2026-11-23T23:59:59Z"),
            ("now-1d/d", "+07:00", "2026-11-21T17:00:00Z", "2026-11-22T16:59:59Z"),
            ("now/w", "Asia/Ho_Chi_Minh", "2026-11-22T17:00:00Z", "2026-11-29T16:59:59Z"),
            ("now/M", "Asia/Ho_Chi_Minh", "2026-10-31T17:00:00Z", "2026-11-30T16:59:59Z"),
            ("now/y", "-0330", "2026-01-01T03:30:00Z", "2027-01-01T03:29:59Z"),
            ("now/h", "Asia/Kolkata", "2026-11-23T11:30:00Z", "2026-11-23T12:29:59Z"),
            ("2026-11-23", "Asia/Ho_Chi_Minh", "2026-11-22T17:00:00Z", "2026-11-23T16:59:59Z"),
            ("2026-11", "Europe/Berlin", "2026-10-31T23:00:00Z", "2026-11-30T22:59:59Z"),
            ("2026-11-23T10:00", "Europe/Berlin", "2026-11-23T09:00:00Z", "2026-11-23T09:00:59Z"),
            ("2026-11-23T10:00Z", "Europe/Berlin", "2026-11-23T10:00:00Z", "2026-11-23T10:00:59Z"),
            ("2026-11-23T10:00:00+07:00", "Europe/Berlin", "2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z"),
            // Days of 23 and 25 hours; clocks go back at 3 and forward at 2.
            ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"),
            ("2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"),
            ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T00:30:59Z"),
            ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-29T01:30:59Z"),
            ("2026-03-28T12:00||+1d", "Europe/Berlin", "2026-03-29T10:00:00Z", "2026-03-29T10:00:59Z"),
            ("2026-03-28T12:00||+24h", "Europe/Berlin", "2026-03-29T11:00:00Z", "2026-03-29T11:00:59Z"),
            // Summer begins at midnight there.
            ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24T20:59:59Z"),
        ])
    func zones(_ text: String, _ name: String, _ start: String, _ end: String) throws {
        let zone = try #require(LogTime.zone(name))
        let range = try #require(LogTime.range(text, now: noon, zone: zone))
        #expect(range.start == (try Self.time(start)), "\(text) in \(name)")
        #expect(range.end / 1_000 * 1_000 == (try Self.time(end)), "\(text) in \(name)")
        let query = try LogQuery.lucene("@timestamp:\"\(text)\"", now: noon, zone: zone)
        #expect(query.matches(event(at: range.start)) && query.matches(event(at: range.end)))
        #expect(!query.matches(event(at: range.start - 1)) && !query.matches(event(at: range.end + 1)))
    }

    @Test("are milliseconds, dates or date math, or nothing")
    func readings() {
        #expect(LogTime.range("0", now: noon, zone: .gmt) == TimeRange(start: 0, end: 0))
        #expect(LogTime.range("\(noon)", now: noon, zone: .gmt) == TimeRange(start: noon, end: noon))
        #expect(LogTime.range("now-15m", now: noon, zone: .gmt)?.start == noon - 900_000)
        #expect(LogTime.range("2026", now: noon, zone: .gmt)?.start == 1_767_225_600_000)
        for text in ["", "yesterday", "now-", "2026-13-01", "12:00"] {
            #expect(LogTime.range(text, now: noon, zone: .gmt) == nil, "\(text)")
        }
        for name in ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "+25:00", "+7"] {
            #expect(LogTime.zone(name) == nil, "\(name)")
        }
    }
}
