import Foundation
import Testing

@testable import CameraRecords

@Suite("The span of a report")
struct RecordPeriodTests {
    @Test(
        "is as long as its days are, also when the clocks change",
        arguments: [
            ("2026-11-01", "2026-12-01", "UTC", 30 * 24), ("2026-03-29", "2026-03-30", "Europe/Berlin", 23),
            ("2026-10-25", "2026-10-26", "Europe/Berlin", 25), ("2026-03-08", "2026-03-09", "America/New_York", 23),
            // Summer time begins at midnight.
            ("2026-04-24", "2026-04-25", "Africa/Cairo", 23), ("2026-11-01", "2026-11-02", "Asia/Ho_Chi_Minh", 24),
            ("2026-01-01", "2027-01-01", "Australia/Lord_Howe", 8_760),
        ])
    func days(from: String, to: String, zone: String, hours: Int64) throws {
        let span = try RecordPeriod.span(from: from, to: to, in: RecordPeriod.zone(zone))
        #expect(span.length == hours * 3_600_000)
    }

    @Test(
        "begins at the moment that is named",
        arguments: [
            ("2026-11-01", "UTC", 1_793_491_200_000), ("2026-11-01", "Europe/Berlin", 1_793_487_600_000),
            ("2026-11-01T08:30", "UTC", 1_793_521_800_000), ("2026-11-01 08:30:15", "UTC", 1_793_521_815_000),
            ("2026-11-01T08:30:15.250Z", "Europe/Berlin", 1_793_521_815_250),
            ("2026-11-01T08:30:00+07:00", "UTC", 1_793_496_600_000), ("1793491200", "UTC", 1_793_491_200_000),
            ("1793491200.5", "UTC", 1_793_491_200_500),
        ] as [(String, String, Int64)])
    func moments(text: String, zone: String, wanted: Int64) throws {
        #expect(RecordPeriod.moment(text, in: try RecordPeriod.zone(zone)) == wanted)
    }

    @Test(
        "is refused where it cannot be read",
        arguments: [
            "", "yesterday", "2026-13-01", "2026-02-30", "2026-11-01T25:00", "2026-11-01Z", "2026-11-01T08:30+99:00",
            "-5", "1e300", "nan", "٢٠٢٦-11-01", "2026-11-01T08:30:00.0000000000Z", "99999999999999999",
            String(repeating: "9", count: 1_000),
        ])
    func refused(text: String) {
        #expect(throws: RecordRefused.self) { try RecordPeriod.span(from: text, to: "2026-12-01", in: .gmt) }
    }

    @Test("is refused where it is empty, runs backwards, or is too long")
    func bounds() {
        for (from, to) in [
            ("2026-11-01", "2026-11-01"), ("2026-12-01", "2026-11-01"), ("2020-01-01", "2026-01-01"),
        ] {
            #expect(throws: RecordRefused.self) { try RecordPeriod.span(from: from, to: to, in: .gmt) }
        }
        #expect(throws: RecordRefused.self) { try RecordPeriod.zone("Mars/Olympus") }
    }
}
