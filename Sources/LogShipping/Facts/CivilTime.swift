/// A date and a time of day as a clock on a wall shows them.
struct CivilTime {
    var year: Int
    var month: Int
    var day: Int
    /// Since midnight, in milliseconds. A leap second is the first of the next minute.
    var timeOfDay: Int64 = 0

    private static let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    /// Whether there is such a day, in a year of which logs speak.
    var isValid: Bool {
        guard (1_970...2_199).contains(year), (1...12).contains(month), day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return day <= CivilTime.lengths[month - 1] + (isLeap && month == 2 ? 1 : 0)
    }

    /// Milliseconds since the Unix epoch, were the clock one of Greenwich.
    var milliseconds: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return days * 86_400_000 + timeOfDay
    }

    /// The day on which a clock of Greenwich shows that time.
    init(milliseconds: Int64) {
        let days = (milliseconds - ((milliseconds % 86_400_000) + 86_400_000) % 86_400_000) / 86_400_000
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        timeOfDay = milliseconds - days * 86_400_000
    }

    init(year: Int, month: Int, day: Int, timeOfDay: Int64 = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.timeOfDay = timeOfDay
    }
}
