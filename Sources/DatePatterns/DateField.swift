/// A part of a date that a pattern reads or prints.
enum DateField: UInt8, Sendable {
    case era, century, year, weekyear, yearOfEra, month, week, dayOfYear, dayOfMonth, dayOfWeek, halfday
    case hour, clockHour, hourOfHalfday, clockHourOfHalfday, minute, second
    /// Parts of an hour, a minute, a second that a fraction gives, in milliseconds.
    case fractionOfHour, fractionOfMinute, fractionOfSecond

    /// The name that Joda-Time's messages give it.
    var name: String {
        switch self {
        case .era: "era"
        case .century: "centuryOfEra"
        case .year: "year"
        case .weekyear: "weekyear"
        case .yearOfEra: "yearOfEra"
        case .month: "monthOfYear"
        case .week: "weekOfWeekyear"
        case .dayOfYear: "dayOfYear"
        case .dayOfMonth: "dayOfMonth"
        case .dayOfWeek: "dayOfWeek"
        case .halfday: "halfdayOfDay"
        case .hour: "hourOfDay"
        case .clockHour: "clockhourOfDay"
        case .hourOfHalfday: "hourOfHalfday"
        case .clockHourOfHalfday: "clockhourOfHalfday"
        case .minute: "minuteOfHour"
        case .second: "secondOfMinute"
        case .fractionOfHour, .fractionOfMinute, .fractionOfSecond: "millisOfSecond"
        }
    }

    /// Joda-Time sets fields by what they are a part of, the longest first, then by what they measure; equal ones
    /// as they stand in the text.
    var rank: Int {
        switch self {
        case .era: 0
        case .century: 1
        case .year, .weekyear, .yearOfEra: 2
        case .month: 3
        case .week: 4
        case .dayOfYear: 5
        case .dayOfMonth: 6
        case .dayOfWeek: 7
        case .halfday: 8
        case .hour, .clockHour: 9
        case .hourOfHalfday, .clockHourOfHalfday: 10
        case .minute: 11
        case .fractionOfHour: 12
        case .second: 13
        case .fractionOfMinute: 14
        case .fractionOfSecond: 15
        }
    }

    /// Whether a text whose longest field it is has no year.
    var lacksYear: Bool { (3...7).contains(rank) }

    /// Milliseconds of one, of fields that count parts of a day.
    var unit: Int {
        switch self {
        case .halfday: 43_200_000
        case .hour, .clockHour, .hourOfHalfday, .clockHourOfHalfday: 3_600_000
        case .minute: 60_000
        case .second: 1_000
        default: 1
        }
    }

    /// Of fields that count parts of a day: how many of them the next longer one has.
    var count: Int {
        switch self {
        case .halfday: 2
        case .hour, .clockHour: 24
        case .hourOfHalfday, .clockHourOfHalfday: 12
        case .minute, .second: 60
        case .fractionOfHour: 3_600_000
        case .fractionOfMinute: 60_000
        default: 1_000
        }
    }

    /// Whether midnight and noon are the highest number, not 0.
    var isClock: Bool { self == .clockHour || self == .clockHourOfHalfday }
}
