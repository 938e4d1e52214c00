import Model
import Testing

@testable import Server

@Suite("Columns of a histogram")
struct LogIntervalTests {
    private static let minute: Int64 = 60_000
    private static let day: Int64 = 86_400_000

    @Test(
        "are as narrow as their number allows, and of a width that is read with ease",
        arguments: [
            (60 * minute, 20, 5 * minute), (60 * minute, 61, minute), (60 * minute, 60, 2 * minute),
            (day, 24, 2 * 3_600_000),
            (7 * day, 8, day), (10, 20, 1), (0, 5, 1), (3_650 * day, 12, 365 * day),
            (365_000 * day, 10, 36_500 * day + 1),
        ] as [(Int64, Int, Int64)])
    func widths(_ length: Int64, _ columns: Int, _ width: Int64) {
        let start = 20_000 * Self.day
        let found = LogIntervals.fitting(TimeRange(start: start, end: start + length), offset: 0, columns: columns)
        #expect(found == width)
    }

    @Test("count those that begin before the span by a zone's clock")
    func offset() {
        let span = TimeRange(start: 20_000 * Self.day, end: 20_001 * Self.day - 1)
        #expect(LogIntervals.fitting(span, offset: 0, columns: 1) == Self.day)
        #expect(LogIntervals.fitting(span, offset: 7 * 3_600_000, columns: 2) == Self.day)
    }
}
