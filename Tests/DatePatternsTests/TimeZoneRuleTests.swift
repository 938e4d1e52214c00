import DatePatterns
import Foundation
import Testing

@Suite("Rules of time zones")
struct TimeZoneRuleTests {
    @Test("have the offsets of Foundation's zones, whenever they are asked")
    func offsets() throws {
        for name in [
            "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Ho_Chi_Minh", "Africa/Casablanca",
        ] {
            let rule = try #require(TimeZoneRule.named(name))
            let zone = try #require(TimeZone(identifier: name))
            for time in stride(from: Int64(0), to: 2_000_000_000_000, by: 7_654_321_000) {
                let seconds = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1_000))
                #expect(rule.offset(at: time) == Int64(seconds) * 1_000, "\(name) at \(time)")
            }
        }
    }

    @Test(
        "change at the second at which the zone does; a local time in a gap is none, one that comes twice is the first")
    func changes() throws {
        let madrid = try #require(TimeZoneRule.named("Europe/Madrid"))
        // 29 March 2026, 01:00 UTC.
        let change: Int64 = 1_774_746_000_000
        #expect(madrid.offset(at: change - 1) == 3_600_000 && madrid.offset(at: change) == 7_200_000)
        #expect(madrid.time(local: change + 3_600_000 - 1) == change - 1)
        #expect(madrid.time(local: change + 3_600_000) == nil && madrid.time(local: change + 7_200_000 - 1) == nil)
        #expect(madrid.time(local: change + 7_200_000) == change)
        // 25 October 2026, 01:00 UTC.
        let back: Int64 = 1_792_890_000_000
        #expect(madrid.time(local: back + 3_600_000) == back - 3_600_000)
        #expect(madrid.time(local: back + 7_200_000) == back + 3_600_000)
    }

    @Test(
        "have names of the tz database and offsets, no abbreviations",
        arguments: [
            ("UTC", 0), ("Etc/GMT+7", -7), ("EST5EDT", -5), ("Asia/Saigon", 7), ("US/Pacific", -8), ("+07:00", 7),
            ("-0800", -8), ("+07", 7), ("PST", nil), ("utc", nil), ("GMT+7", nil), ("Foo/Bar", nil), ("", nil),
            ("+7", nil), ("../etc/passwd", nil), ("Z", nil), ("+07:00x", nil),
        ])
    func names(name: String, hours: Int?) {
        let january: Int64 = 1_767_225_600_000
        #expect(TimeZoneRule.named(name)?.offset(at: january) == hours.map { Int64($0) * 3_600_000 })
    }

    @Test("of years far away are those of the last known rule")
    func farYears() throws {
        let madrid = try #require(TimeZoneRule.named("Europe/Madrid"))
        // 1 July and 1 January 20026.
        #expect(madrid.offset(at: 569_840_054_400_000) == 7_200_000)
        #expect(madrid.offset(at: Int64.max) <= 7_200_000 && madrid.offset(at: Int64.min) != 0)
    }
}
