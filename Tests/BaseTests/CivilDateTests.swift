import Foundation
import Testing

@testable import Base

@Suite("Dates of the calendar")
struct CivilDateTests {
    @Test("are those of Foundation's calendar, before and after 1970, at the ends of months, years and centuries")
    func days() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        let random = (0..<2_000).map { _ in Int.random(in: -130_000...100_000) }
        // 1 March 1600 to 2400: ends of February.
        let february = stride(from: 1_600, through: 2_400, by: 25).flatMap { year in
            (-2...2).map { CivilDate(year: year, month: 3, day: 1).dayNumber + $0 }
        }
        for number in random + february + [-1, 0, 1] {
            let date = CivilDate(dayNumber: number)
            #expect(date.dayNumber == number)
            let day = Date(timeIntervalSince1970: Double(number) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: day)
            #expect([date.year, date.month, date.day] == [parts.year, parts.month, parts.day], "day \(number)")
            #expect(date.dayOfYear == calendar.ordinality(of: .day, in: .year, for: day))
            #expect(date.lengthOfMonth == calendar.range(of: .day, in: .month, for: day)?.count)
        }
    }

    @Test("a time before 1970 lies in the day that began before it")
    func before() {
        #expect(CivilDate.dayNumber(of: -1) == -1 && CivilDate.dayNumber(of: 0) == 0)
        #expect(CivilDate.dayNumber(of: -86_400_000) == -1 && CivilDate.dayNumber(of: -86_400_001) == -2)
    }
}
