import Base

/// A moment on a clock on the wall, in the calendar of ISO 8601; its fields are read and set as Joda-Time does.
struct LocalDate {
    /// Since 1 January 1970.
    var day: Int
    /// Of the day.
    var milliseconds: Int

    static let millisecondsPerDay = 86_400_000
    private static let years = -292_275_054...292_278_993

    init(day: Int = 0, milliseconds: Int = 0) {
        self.day = day
        self.milliseconds = milliseconds
    }

    /// - Parameter time: milliseconds since 1970 by that clock.
    init(_ time: Int64) {
        day = CivilDate.dayNumber(of: time)
        milliseconds = Int(time &- Int64(day) &* Int64(Self.millisecondsPerDay))
    }

    /// Milliseconds since 1970 by that clock; `nil` beyond what 64 bits hold.
    var time: Int64? {
        let (product, isTooMuch) = Int64(day).multipliedReportingOverflow(by: Int64(Self.millisecondsPerDay))
        let (sum, isTooMuchNow) = product.addingReportingOverflow(Int64(milliseconds))
        return isTooMuch || isTooMuchNow ? nil : sum
    }

    // MARK: Weeks

    /// 1 is Monday.
    var dayOfWeek: Int { ((day + 3) % 7 + 7) % 7 + 1 }

    /// The Monday of the first week of a week-based year: the week of 4 January.
    private static func firstMonday(of weekyear: Int) -> Int {
        let fourth = CivilDate(year: weekyear, month: 1, day: 4).dayNumber
        return fourth - (LocalDate(day: fourth).dayOfWeek - 1)
    }

    var weekyear: Int {
        // The Thursday of a week lies in its year.
        CivilDate(dayNumber: day - (dayOfWeek - 1) + 3).year
    }

    var week: Int { (day - Self.firstMonday(of: weekyear)) / 7 + 1 }

    private static func weeks(in weekyear: Int) -> Int {
        (firstMonday(of: weekyear + 1) - firstMonday(of: weekyear)) / 7
    }

    // MARK: Reading

    func value(of field: DateField) -> Int {
        switch field {
        case .era: return CivilDate(dayNumber: day).year <= 0 ? 0 : 1
        case .century: return abs(CivilDate(dayNumber: day).year) / 100
        case .year: return CivilDate(dayNumber: day).year
        case .weekyear: return weekyear
        case .yearOfEra:
            let year = CivilDate(dayNumber: day).year
            return year <= 0 ? 1 - year : year
        case .month: return CivilDate(dayNumber: day).month
        case .week: return week
        case .dayOfYear: return CivilDate(dayNumber: day).dayOfYear
        case .dayOfMonth: return CivilDate(dayNumber: day).day
        case .dayOfWeek: return dayOfWeek
        default:
            let value = milliseconds / field.unit % field.count
            return field.isClock && value == 0 ? field.count : value
        }
    }

    // MARK: Setting

    /// - Throws: a value that the field cannot have.
    mutating func set(_ field: DateField, to value: Int) throws(DateFailure.Cause) {
        func check(_ range: ClosedRange<Int>) throws(DateFailure.Cause) {
            if !range.contains(value) { throw .value(value, field, range) }
        }
        switch field {
        case .era:
            let year = CivilDate(dayNumber: day).year
            if (year <= 0) != (value == 0) { setYear(-year) }
        case .century:
            try check(0...(Self.years.upperBound / 100))
            let year = CivilDate(dayNumber: day).year
            let changed = value * 100 + abs(year) % 100
            setYear(year < 0 ? -changed : changed)
        case .year:
            try check(Self.years)
            setYear(value)
        case .yearOfEra:
            try check(1...Self.years.upperBound)
            setYear(CivilDate(dayNumber: day).year <= 0 ? 1 - value : value)
        case .weekyear:
            guard Self.years.contains(abs(value)) else { throw .value(abs(value), field, Self.years) }
            let weekday = dayOfWeek
            let kept = min(week, Self.weeks(in: value))
            day = Self.firstMonday(of: value) + (kept - 1) * 7 + weekday - 1
        case .month:
            try check(1...12)
            var date = CivilDate(dayNumber: day)
            date.month = value
            date.day = min(date.day, date.lengthOfMonth)
            day = date.dayNumber
        case .week:
            try check(1...(value > 52 ? Self.weeks(in: weekyear) : 52))
            day += (value - week) * 7
        case .dayOfYear:
            let year = CivilDate(dayNumber: day).year
            let first = CivilDate(year: year, month: 1, day: 1).dayNumber
            let length = CivilDate(year: year + 1, month: 1, day: 1).dayNumber - first
            try check(1...((1...365).contains(value) ? 365 : length))
            day = first + value - 1
        case .dayOfMonth:
            var date = CivilDate(dayNumber: day)
            try check(1...((1...28).contains(value) ? 28 : date.lengthOfMonth))
            date.day = value
            day = date.dayNumber
        case .dayOfWeek:
            try check(1...7)
            day += value - dayOfWeek
        default:
            try check(field.isClock ? 1...field.count : 0...(field.count - 1))
            let former = milliseconds / field.unit % field.count
            milliseconds += (value % field.count - former) * field.unit
        }
    }

    private mutating func setYear(_ year: Int) {
        var date = CivilDate(dayNumber: day)
        date.year = year
        date.day = min(date.day, date.lengthOfMonth)
        day = date.dayNumber
    }

    /// Goes back to the beginning of what the field counts.
    mutating func floor(to field: DateField) {
        switch field {
        case .era:
            if value(of: .era) == 1 {
                self = LocalDate(day: CivilDate(year: 1, month: 1, day: 1).dayNumber)
            } else {
                // The first of all milliseconds that 64 bits hold.
                self = LocalDate(Int64.min)
            }
        case .century:
            let year = CivilDate(dayNumber: day).year
            let first = abs(year) / 100 * 100
            self = LocalDate(day: CivilDate(year: year < 0 ? -first : first, month: 1, day: 1).dayNumber)
        case .year, .yearOfEra:
            self = LocalDate(day: CivilDate(year: CivilDate(dayNumber: day).year, month: 1, day: 1).dayNumber)
        case .weekyear: self = LocalDate(day: Self.firstMonday(of: weekyear))
        case .month:
            let date = CivilDate(dayNumber: day)
            self = LocalDate(day: day - date.day + 1)
        case .week: self = LocalDate(day: day - dayOfWeek + 1)
        case .dayOfYear, .dayOfMonth, .dayOfWeek: milliseconds = 0
        default: milliseconds -= milliseconds % field.unit
        }
    }
}
