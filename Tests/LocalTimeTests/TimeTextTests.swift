import Foundation
import Model
import Testing

@testable import LocalTime

@Suite("Times as people write them")
struct TimeTextTests {
    /// Monday, 23 November 2026, 12:00 UTC.
    private static let noon: Int64 = 1_795_435_200_000

    private static func time(_ text: String) throws -> Int64 {
        Int64(try Date.ISO8601FormatStyle().parse(text).timeIntervalSince1970 * 1_000)
    }

    @Test(
        "are moments by the clock of a zone, at the start of a range and at its end",
        arguments: [
            ("now", "UTC", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"),
            ("now-30d", "Asia/Ho_Chi_Minh", "2026-10-24T12:00:00Z", "2026-10-24T12:00:00Z"),
            ("now-1h30m", "UTC", "2026-11-23T10:30:00Z", "2026-11-23T10:30:00Z"),
            ("6h", "UTC", "2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z"),
            ("now/d", "Asia/Ho_Chi_Minh", "2026-11-22T17:00:00Z", "2026-11-23T16:59:59Z"),
            ("now-1d/d", "Asia/Ho_Chi_Minh", "2026-11-21T17:00:00Z", "2026-11-22T16:59:59Z"),
            ("now/w", "Europe/Berlin", "2026-11-22T23:00:00Z", "2026-11-29T22:59:59Z"),
            ("now-1M/M", "Europe/Berlin", "2026-09-30T22:00:00Z", "2026-10-31T22:59:59Z"),
            ("now-1d/d+6h", "UTC", "2026-11-22T06:00:00Z", "2026-11-23T05:59:59Z"),
            ("2026-11-23", "Australia/Lord_Howe", "2026-11-22T13:00:00Z", "2026-11-23T12:59:59Z"),
            ("2026-11-23 10:00", "Asia/Ho_Chi_Minh", "2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z"),
            ("2026-11-23T10:00:30", "Asia/Ho_Chi_Minh", "2026-11-23T03:00:30Z", "2026-11-23T03:00:30Z"),
            ("2026-11-23 10:00:00+01:00", "Asia/Ho_Chi_Minh", "2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"),
            (" now-1h ", "UTC", "2026-11-23T11:00:00Z", "2026-11-23T11:00:00Z"),
            ("1795435200000", "UTC", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"),
            // An hour that comes twice is the first one; one that never comes is counted by the clock of before.
            ("2026-10-25 02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z"),
            ("2026-03-29 02:30", "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"),
            // Half an hour there: 2:00 becomes 1:30 in April, and 2:30 in October.
            ("2026-04-05 01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-04T14:45:00Z"),
            ("2026-10-04 02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00Z", "2026-10-03T15:45:00Z"),
        ])
    func moments(_ text: String, _ name: String, _ start: String, _ end: String) throws {
        let zone = try #require(ZoneText.zone(named: name))
        let first = try #require(TimeText.moment(text, .start, now: Self.noon, zone: zone))
        let last = try #require(TimeText.moment(text, .end, now: Self.noon, zone: zone))
        #expect(first == (try Self.time(start)), "\(text) in \(name)")
        #expect(last / 1_000 * 1_000 == (try Self.time(end)), "\(text) in \(name)")
    }

    @Test(
        "or none",
        arguments: [
            "", "soon", "now-", "now-1", "now/x", "now-1d/", "nowhere", "yesterday", "25:00", "2026-13-01",
            "2026-02-30", "0h", "-6h", "99999999999999999", String(repeating: "now-1d", count: 20), "now+99999999y",
        ])
    func none(text: String) {
        #expect(TimeText.moment(text, now: Self.noon, zone: .gmt) == nil)
    }

    @Test(
        "name a span: a whole unit where they round, else all since then",
        arguments: [
            ("now-1d/d", "2026-11-22T00:00:00Z", "2026-11-22T23:59:59Z"),
            ("now/w", "2026-11-23T00:00:00Z", "2026-11-29T23:59:59Z"), ("6h", "2026-11-23T06:00:00Z", nil),
            ("now-30d", "2026-10-24T12:00:00Z", nil), ("now+1h", nil, nil), ("now", nil, nil), ("soon", nil, nil),
        ])
    func spans(_ text: String, _ start: String?, _ end: String?) throws {
        let span = TimeText.span(text, now: Self.noon, zone: .gmt)
        #expect(span?.start == (try start.map(Self.time)))
        if span != nil, end == nil { #expect(span?.end == .max) }
        if let end { #expect(span.map { $0.end / 1_000 * 1_000 } == (try Self.time(end))) }
    }

    @Test(
        "a field reads as the moment that it shows, every half hour of a year",
        arguments: ["UTC", "Asia/Ho_Chi_Minh", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "+05:45"])
    func fields(name: String) throws {
        let zone = try #require(ZoneText.zone(named: name))
        var marked = 0
        for time in stride(from: Self.noon - 31_536_000_000, through: Self.noon, by: 1_800_000) {
            let text = TimeText.field(time, zone: zone)
            #expect(TimeText.moment(text, now: 0, zone: zone) == time, "\(text)")
            if text.count > 19 { marked += 1 }
        }
        // What a clock shows once a year for the second time: an hour, or half of one.
        #expect(marked == ["Europe/Berlin": 2, "America/St_Johns": 2, "Australia/Lord_Howe": 1][name] ?? 0)
        #expect(TimeText.field(Self.noon + 120, zone: .gmt) == "2026-11-23 12:00:00.120")
    }

    @Test(
        "a zone has its name, what it is then, and what browsers call it",
        arguments: [
            ("Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh (UTC+7)", "Asia/Ho_Chi_Minh"),
            ("Asia/Saigon", "Asia/Ho_Chi_Minh (UTC+7)", "Asia/Ho_Chi_Minh"), ("UTC", "UTC", "UTC"),
            ("GMT", "UTC", "UTC"), ("+05:45", "UTC+5:45", "+05:45"), ("-03:30", "UTC-3:30", "-03:30"),
            ("Australia/Lord_Howe", "Australia/Lord_Howe (UTC+11)", "Australia/Lord_Howe"),
            ("Europe/Berlin", "Europe/Berlin (UTC+1)", "Europe/Berlin"),
        ])
    func zones(_ name: String, _ full: String, _ code: String) throws {
        let zone = ZoneText(try #require(ZoneText.zone(named: name)))
        #expect(zone.fullName(at: Self.noon) == full)
        #expect(zone.code == code)
        #expect(ZoneText.zone(named: zone.code) != nil)
    }

    @Test(
        "a moment for programs says how far its zone is from UTC",
        arguments: [
            ("Asia/Ho_Chi_Minh", "2026-11-23T19:00:00.120+07:00"), ("UTC", "2026-11-23T12:00:00.120Z"),
            ("America/St_Johns", "2026-11-23T08:30:00.120-03:30"), ("+05:45", "2026-11-23T17:45:00.120+05:45"),
        ])
    func iso(_ name: String, _ text: String) throws {
        #expect(ZoneText(try #require(ZoneText.zone(named: name))).iso(Self.noon + 120) == text)
    }
}
