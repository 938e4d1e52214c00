import Model
import Partitions
import Testing

@Suite("Days")
struct UTCDayTests {
    @Test(
        "are named by their date",
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (1_795_435_200_000, "2026-11-23"), (951_782_400_000, "2000-02-29"),
            (4_107_542_399_999, "2100-02-28"), (4_107_542_400_000, "2100-03-01"), (1_709_164_800_000, "2024-02-29"),
        ] as [(Int64, String)])
    func names(_ time: Int64, _ name: String) throws {
        let day = UTCDay(containing: time)
        #expect(day.name == name && "\(day)" == name)
        #expect(day.range.contains(time))
        #expect(try #require(UTCDay(name: name)) == day)
    }

    @Test("follow one another without gaps over four centuries")
    func sequence() {
        var day = UTCDay(number: 0)
        for number in 0..<146_097 {
            #expect(UTCDay(name: day.name)?.number == number)
            let next = day.advanced(by: 1)
            #expect(day < next && day.range.end + 1 == next.range.start)
            if UTCDay(name: day.name)?.number != number { break }
            day = next
        }
        #expect(day.name == "2370-01-01")
    }

    @Test(
        "are not read from other names",
        arguments: [
            "", "2026-11", "2026-11-31", "2026-13-01", "2026-1-1", "x026-01-01", "2026-11-23.corrupt", "2023-02-29",
            "-026-11-23",
        ])
    func badNames(_ name: String) {
        #expect(UTCDay(name: name) == nil)
    }
}
