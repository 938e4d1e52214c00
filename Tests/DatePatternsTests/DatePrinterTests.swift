import DatePatterns
import Testing

@Suite("Dates that are printed")
struct DatePrinterTests {
    /// Thursday, 26 November 2026, 05:06:07.089
    private static let time: Int64 = 1_795_669_567_089

    @Test(
        "have the fields that the pattern names",
        arguments: [
            ("yyyy.MM.dd", "2026.11.26"), ("YYYY.MM.dd.HH", "2026.11.26.05"), ("xxxx-'W'ww-e", "2026-W48-4"),
            ("yy M d H m s S", "26 11 26 5 6 7 0"), ("SSSSSS", "089000"),
            ("EEE EEEE MMM MMMM", "Thu Thursday Nov November"),
            ("h K k a", "5 5 5 AM"), ("D C G", "330 20 AD"), ("Z ZZ ZZZ z", "+0000 +00:00 UTC UTC"),
            ("'it''s' YYYY", "it's 2026"), ("yyyy.MM", "2026.11"), ("HH:mm:ss,SSS", "05:06:07,089"),
        ])
    func fields(pattern: String, text: String) throws { #expect(try DatePrinter(pattern).text(for: Self.time) == text) }

    @Test(
        "have the fields that a pattern of java.time names",
        arguments: [
            ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-11-26T05:06:07.089Z"), ("YYYY-'W'ww", "2026-W48"),
            ("uu y L MMMM EEE a h", "26 2026 11 November Thu AM 5"), ("D DDD e c", "330 330 4 4"), ("SSSSSS", "089000"),
            ("x xx xxx Z ZZZZ VV z O", "+00 +0000 +00:00 +0000 GMT Z Z GMT"), ("[yyyy][' it''s' G]", "2026 it's AD"),
            ("''yyyy''", "'2026'"),
        ])
    func javaTime(pattern: String, text: String) throws {
        #expect(try DatePrinter(javaTime: pattern).text(for: Self.time) == text)
    }

    @Test(
        "are not printed by a pattern that java.time refuses",
        arguments: ["yyyy-ddd", "'open", "yyyy{", "j", "yyyy#", "V", "XXXXXX", "aa", "SSSSSSSSSS"])
    func refusedJavaTime(pattern: String) {
        #expect(throws: DatePatternError.self) { try DatePrinter(javaTime: pattern) }
    }

    @Test("change with their smallest field, forwards and back, before 1970 too")
    func changes() throws {
        let hours = try DatePrinter("yyyy.MM.dd.HH")
        let times: [(Int64, String)] = [
            (0, "1970.01.01.00"), (3_599_999, "1970.01.01.00"), (3_600_000, "1970.01.01.01"), (0, "1970.01.01.00"),
            (-1, "1969.12.31.23"), (-3_600_000, "1969.12.31.23"), (-3_600_001, "1969.12.31.22"),
        ]
        for (time, text) in times { #expect(hours.text(for: time) == text) }
        let seconds = try DatePrinter("s")
        #expect((0..<5).map { seconds.text(for: $0 * 500) } == ["0", "0", "1", "1", "2"])
    }
}
