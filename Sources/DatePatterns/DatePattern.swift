import Base

/// A pattern of dates as Logstash's date filter has them: Joda-Time's letters, or one of the names `ISO8601`, `UNIX`,
/// `UNIX_MS` and `TAI64N`.
///
/// https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
package struct DatePattern: Sendable {
    /// As it was given.
    package let text: String
    /// Of dates that name none.
    package let zone: TimeZoneRule
    private let clockZone: TimeZoneRule

    private enum Kind {
        case elements([DateElement], hasYear: Bool, hasZone: Bool)
        /// Full names of zones are printed alone.
        case unreadable
        case iso8601, seconds, milliseconds, tai64n
    }

    private let kind: Kind

    /// Reads a pattern.
    /// - Parameters:
    ///   - zone: of dates that name none.
    ///   - locale: the language of names.
    ///   - clockZone: of the machine, whose month and year decide on the year of a date that names none.
    package init(
        _ text: String, zone: TimeZoneRule = .utc, locale: DateLocale = .english, clockZone: TimeZoneRule = .host
    ) throws(DatePatternError) {
        self.text = text
        self.zone = zone
        self.clockZone = clockZone
        switch text {
        case "ISO8601": kind = .iso8601
        case "UNIX": kind = .seconds
        case "UNIX_MS": kind = .milliseconds
        case "TAI64N": kind = .tai64n
        default:
            var reader = DatePatternReader(text, locale: locale)
            let elements = try reader.read()
            let isUnreadable = elements.contains { if case .zoneName(short: false) = $0 { true } else { false } }
            // Logstash looks at the text alone: a letter between quotes counts.
            kind =
                isUnreadable
                ? .unreadable
                : .elements(
                    elements, hasYear: text.utf8.contains { $0 | 32 == 121 }, hasZone: text.utf8.contains(90))
        }
    }

    /// The time of a text, in milliseconds since the Unix epoch.
    /// - Parameters:
    ///   - now: the present, for the year of dates that name none and the century of years of two digits.
    ///   - zone: instead of the pattern's own, of a zone that comes with the event.
    package func milliseconds(
        of text: String, now: Int64, zone: TimeZoneRule? = nil
    ) throws(DateFailure) -> Int64 {
        var copy = text
        let result = copy.withUTF8 { bytes in
            Result { () throws(DateFailure) in try milliseconds(of: bytes, now: now, zone: zone) }
        }
        return try result.get()
    }

    /// The time of a text of UTF-8.
    package func milliseconds(
        of text: UnsafeBufferPointer<UInt8>, now: Int64, zone: TimeZoneRule? = nil
    ) throws(DateFailure) -> Int64 {
        let zone = zone ?? self.zone
        do throws(DateFailure.Cause) {
            switch kind {
            case .elements(let elements, let hasYear, let hasZone):
                if hasYear { return try Self.time(elements, text, zone, now) }
                return try guessedTime(elements, text, zone, now, hasZone: hasZone)
            case .unreadable: throw .notRead("full names of zones (zzzz) cannot be read; z reads short ones")
            case .iso8601: return try ISO8601Text.time(text, zone, now)
            case .seconds: return try EpochText.seconds(text)
            case .milliseconds: return try EpochText.milliseconds(text)
            case .tai64n: return try EpochText.tai64n(text)
            }
        } catch {
            throw DateFailure(error, in: text)
        }
    }

    /// The time of a whole number, which `UNIX` and `UNIX_MS` take.
    package func milliseconds(of number: Int64) throws(DateFailure) -> Int64 {
        switch kind {
        case .seconds:
            guard number <= EpochText.secondsMax else {
                throw DateFailure(.notRead(EpochText.tooLate), text: String(number))
            }
            return number.multipliedReportingOverflow(by: 1_000).partialValue
        case .milliseconds: return number
        default: throw DateFailure(.notRead("it is a number, and \(text) reads texts"), text: String(number))
        }
    }

    /// The time of a number with a fraction, which `UNIX` and `UNIX_MS` take.
    package func milliseconds(of number: Double) throws(DateFailure) -> Int64 {
        let isSeconds: Bool
        switch kind {
        case .seconds: isSeconds = true
        case .milliseconds: isSeconds = false
        default: throw DateFailure(.notRead("it is a number, and \(text) reads texts"), text: String(number))
        }
        if isSeconds, number >= Double(EpochText.secondsMax) + 1 {
            throw DateFailure(.notRead(EpochText.tooLate), text: String(number))
        }
        guard let time = Int64(exactly: (isSeconds ? number * 1_000 : number).rounded(.towardZero)) else {
            throw DateFailure(.notRead("it is beyond what 64 bits of milliseconds hold"), text: String(number))
        }
        return time
    }

    // MARK: By elements

    static func time(
        _ elements: [DateElement], _ text: UnsafeBufferPointer<UInt8>, _ zone: TimeZoneRule, _ now: Int64
    ) throws(DateFailure.Cause) -> Int64 {
        var parse = try read(elements, text, now)
        return try time(&parse, zone)
    }

    private static func read(
        _ elements: [DateElement], _ text: UnsafeBufferPointer<UInt8>, _ now: Int64
    ) throws(DateFailure.Cause) -> DateParse {
        // Joda-Time's years of two digits lie from 80 years before this one to 19 after it.
        var parse = DateParse(pivotYear: year(now) - 30)
        let end = parse.read(elements, text, at: 0)
        guard end == text.count else { throw .malformed(at: end < 0 ? ~end : end) }
        return parse
    }

    /// - Returns: milliseconds since the epoch.
    private static func time(_ parse: inout DateParse, _ zone: TimeZoneRule) throws(DateFailure.Cause) -> Int64 {
        let local = try parse.local()
        if let offset = parse.offset { return local &- offset }
        let zone = parse.zone ?? zone
        guard let time = zone.time(local: local) else { throw .gap(zone: zone.name) }
        return time
    }

    /// The time of a date without a year: a December that is read in January was last year's, a January that is read in
    /// December is next year's.
    private func guessedTime(
        _ elements: [DateElement], _ text: UnsafeBufferPointer<UInt8>, _ zone: TimeZoneRule, _ now: Int64, hasZone: Bool
    ) throws(DateFailure.Cause) -> Int64 {
        var parse = try Self.read(elements, text, now)
        let former: Int64
        if hasZone {
            former = try Self.time(&parse, zone)
        } else {
            // What is read is the clock of the filter's zone, whatever zone is named by the text.
            let local = try parse.local()
            if parse.offset == nil, let named = parse.zone, named.time(local: local) == nil {
                throw .gap(zone: named.name)
            }
            guard let time = zone.time(local: local) else { throw .localGap(local, zone: zone.name) }
            former = time
        }
        let offset = zone.offset(at: former)
        var date = LocalDate(former &+ offset)
        let month = date.value(of: .month)
        let present = LocalDate(now &+ clockZone.offset(at: now))
        let presentMonth = present.value(of: .month)
        var year = present.value(of: .year)
        if month == 12, presentMonth == 1 { year -= 1 }
        if month == 1, presentMonth == 12 { year += 1 }
        try date.set(.year, to: year)
        guard let local = date.time else { throw .notRead("it is beyond what 64 bits of milliseconds hold") }
        // The offset of before is kept where it holds; clocks that are put forward over the time go on by the old one.
        if zone.offset(at: local &- offset) == offset { return local &- offset }
        return zone.time(local: local) ?? local &- zone.offset(at: local &- 86_400_000)
    }

    private static func year(_ time: Int64) -> Int { CivilDate(dayNumber: CivilDate.dayNumber(of: time)).year }
}
