import DatePatterns
import Testing

@Suite("Patterns of dates")
struct DatePatternTests {
    private static let now: Int64 = 1_795_672_800_000

    private static func read(_ text: String, _ pattern: String, zone: TimeZoneRule = .utc) -> String {
        do {
            let pattern = try DatePattern(pattern, zone: zone, clockZone: .utc)
            return String(try pattern.milliseconds(of: text, now: now))
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "count from an epoch by the names UNIX, UNIX_MS and TAI64N",
        arguments: [
            ("UNIX", "1795669200", "1795669200000"), ("UNIX", "1795669200.5", "1795669200500"),
            ("UNIX", "1795669200.123456", "1795669200123"), ("UNIX", "-1", "-1000"),
            ("UNIX", "2147483647", "2147483647000"),
            (
                "UNIX", "2147483648",
                "Cannot parse \"2147483648\": Cannot parse date for value larger than UNIX epoch maximum seconds"
            ),
            ("UNIX", "1795669200.", "Cannot parse \"1795669200.\": it is no number"),
            ("UNIX", " 1", "Cannot parse \" 1\": it is no number"), ("UNIX", "", "Cannot parse \"\": it is no number"),
            ("UNIX_MS", "1795669200123", "1795669200123"), ("UNIX_MS", "+5", "5"),
            ("UNIX_MS", "1.5", "Cannot parse \"1.5\": it is no number"),
            ("UNIX_MS", "-9223372036854775808", "-9223372036854775808"),
            (
                "UNIX_MS", "9223372036854775808",
                "Cannot parse \"9223372036854775808\": it is beyond what 64 bits hold"
            ),
            ("TAI64N", "@4000000050d506482dbdf024", "1356138046767"),
            ("TAI64N", "4000000050D506482dbdf024 and more", "1356138046767"),
            (
                "TAI64N", "@4000000050d50648",
                "Cannot parse \"@4000000050d50648\": TAI64N has 24 hexadecimal digits, perhaps after an @"
            ),
        ])
    func epochs(pattern: String, text: String, expected: String) { #expect(Self.read(text, pattern) == expected) }

    @Test("of an epoch read numbers too, others texts alone")
    func numbers() throws {
        let seconds = try DatePattern("UNIX")
        #expect(try seconds.milliseconds(of: Int64(1_795_669_200)) == 1_795_669_200_000)
        #expect(try seconds.milliseconds(of: 1_795_669_200.25) == 1_795_669_200_250)
        #expect(throws: DateFailure.self) { try seconds.milliseconds(of: Int64(2_147_483_648)) }
        #expect(throws: DateFailure.self) { try seconds.milliseconds(of: Double.nan) }
        #expect(try DatePattern("UNIX_MS").milliseconds(of: 12.9) == 12)
        #expect(throws: DateFailure.self) { try DatePattern("yyyy").milliseconds(of: Int64(2_026)) }
    }

    @Test(
        "that Joda-Time refuses are refused",
        arguments: [
            (
                "yyyy-MM-ddTHH:mm",
                "cannot read date pattern \"yyyy-MM-ddTHH:mm\": Illegal pattern component: T; a letter that stands for itself goes between quotes: 'T'"
            ),
            ("", "cannot read date pattern \"\": it is empty; say for instance yyyy-MM-dd HH:mm:ss"),
        ])
    func refused(pattern: String, message: String) { #expect(Self.read("2026", pattern) == message) }

    @Test("with a full name of a zone print it, and read nothing")
    func fullZoneNames() throws {
        #expect(Self.read("2026 UTC", "yyyy zzzz").contains("zzzz"))
        #expect(try DatePrinter("zzzz").text(for: 0) == "Coordinated Universal Time")
    }

    @Test("take a zone that comes with the event instead of their own")
    func zoneOfEvent() throws {
        let pattern = try DatePattern("yyyy-MM-dd HH:mm", zone: .utc)
        let zone = try #require(TimeZoneRule.named("Asia/Ho_Chi_Minh"))
        #expect(try pattern.milliseconds(of: "2026-11-26 13:00", now: Self.now, zone: zone) == Self.now)
    }

    @Test("keep no more than the beginning of a long text, and end")
    func longTexts() throws {
        let text = String(repeating: "9", count: 1_000_000)
        #expect(Self.read(text, "yyyy-MM-dd").utf8.count < 150)
        #expect(Self.read(text, "ISO8601").utf8.count < 150)
        #expect(Self.read(text, "yy").utf8.count < 150)
    }

    @Test("are read whatever bytes the text has")
    func anyBytes() throws {
        let patterns = [
            "ISO8601", "MMM dd HH:mm:ss", "dd/MMM/yyyy:HH:mm:ss Z", "yyyy-MM-dd HH:mm:ss ZZZ", "UNIX", "TAI64N",
        ]
        for text in patterns {
            let pattern = try DatePattern(text)
            for byte in UInt8.min...UInt8.max {
                let bytes = [byte, 0x32, byte, 0xff]
                _ = bytes.withUnsafeBufferPointer { bytes in try? pattern.milliseconds(of: bytes, now: Self.now) }
            }
        }
    }
}
