import Base

/// A date and a time of day as a clock on a wall shows them.
struct CivilTime {
    var date: CivilDate
    /// Since midnight, in milliseconds. A leap second is the first of the next minute.
    var timeOfDay: Int64 = 0

    /// Whether there is such a day, in a year of which logs speak.
    var isValid: Bool {
        (1_970...2_199).contains(date.year) && (1...12).contains(date.month) && date.day >= 1
            && date.day <= date.lengthOfMonth
    }

    /// Milliseconds since the Unix epoch, were the clock one of Greenwich.
    var milliseconds: Int64 { Int64(date.dayNumber) * 86_400_000 + timeOfDay }

    /// What a clock of Greenwich shows at that time.
    init(milliseconds: Int64) {
        let number = CivilDate.dayNumber(of: milliseconds)
        date = CivilDate(dayNumber: number)
        timeOfDay = milliseconds - Int64(number) * 86_400_000
    }

    init(year: Int, month: Int, day: Int, timeOfDay: Int64 = 0) {
        date = CivilDate(year: year, month: month, day: day)
        self.timeOfDay = timeOfDay
    }
}
