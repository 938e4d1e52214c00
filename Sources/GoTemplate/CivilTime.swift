import Base

/// A moment as calendars and clocks show it (proleptic Gregorian calendar).
struct CivilTime {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    /// 0 is Sunday.
    let weekday: Int
    let dayOfYear: Int
    let nanosecond: Int
    let offset: Int
    let zoneName: String

    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    init(_ time: TemplateTime) {
        let zone = time.offset
        offset = zone.seconds
        zoneName = zone.name
        nanosecond = time.subsecondNanoseconds
        let local = time.seconds + Int64(zone.seconds)
        let days = Int(TemplateTime.floorDivide(local, 86_400))
        let secondOfDay = Int(local - Int64(days) * 86_400)
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        weekday = ((days % 7) + 11) % 7
        let date = CivilDate(dayNumber: days)
        (year, month, day, dayOfYear) = (date.year, date.month, date.day, date.dayOfYear)
    }
}
