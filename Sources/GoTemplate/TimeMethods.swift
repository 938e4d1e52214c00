import Base

extension TemplateTime {
    /// The methods of Go's `time.Time` that give one value: https://pkg.go.dev/time#Time
    func member(_ name: String, _ values: [TemplateValue]) throws -> TemplateValue? {
        let arguments = MethodArguments(name, values)
        if let part = try part(name, arguments) { return part }
        switch name {
        case "Format": return .string(formatted(try arguments.text(0, of: 1)))
        case "String", "GoString": return .string(description)
        case "Unix": return .integer(seconds)
        case "UnixMilli": return .integer(seconds * 1_000 + Int64(subsecondNanoseconds / 1_000_000))
        case "UnixMicro": return .integer(seconds * 1_000_000 + Int64(subsecondNanoseconds / 1_000))
        case "UnixNano": return .integer(nanoseconds ?? seconds &* 1_000_000_000)
        case "UTC": return .time(try moved(to: "UTC"))
        case "Local": return .time(try moved(to: "Local"))
        case "Location": return .string(zone)
        case "IsZero": return .bool(isZero)
        case "Before": return .bool(isBefore(try arguments.time(0, of: 1)))
        case "After": return .bool(try arguments.time(0, of: 1).isBefore(self))
        case "Equal": return .bool(isSame(try arguments.time(0, of: 1)))
        case "Compare":
            let other = try arguments.time(0, of: 1)
            return .integer(isBefore(other) ? -1 : isSame(other) ? 0 : 1)
        case "Sub": return .duration(nanoseconds: distance(from: try arguments.time(0, of: 1)))
        case "Add": return .time(adding(try arguments.duration(0, of: 1)))
        case "AddDate":
            return .time(
                adding(
                    years: try arguments.integer(0, of: 3), months: try arguments.integer(1, of: 3),
                    days: try arguments.integer(2, of: 3)))
        case "Truncate", "Round":
            let unit = try arguments.duration(0, of: 1)
            guard unit > 0 else { return .time(self) }
            let rest = remainder(of: unit)
            if name == "Truncate" || UInt64(rest) * 2 < UInt64(unit) { return .time(adding(-rest)) }
            return .time(adding(unit - rest))
        default: return nil
        }
    }

    /// What a calendar or a clock shows.
    private func part(_ name: String, _ arguments: MethodArguments) throws -> TemplateValue? {
        let parts = CivilTime(self)
        switch name {
        case "Year": return .integer(Int64(parts.year))
        case "Month": return .named(Int64(parts.month), CivilTime.months[parts.month - 1])
        case "Day": return .integer(Int64(parts.day))
        case "Hour": return .integer(Int64(parts.hour))
        case "Minute": return .integer(Int64(parts.minute))
        case "Second": return .integer(Int64(parts.second))
        case "Nanosecond": return .integer(Int64(parts.nanosecond))
        case "Weekday": return .named(Int64(parts.weekday), CivilTime.weekdays[parts.weekday])
        case "YearDay": return .integer(Int64(parts.dayOfYear))
        default: return nil
        }
    }

    private func isBefore(_ other: TemplateTime) -> Bool {
        (seconds, subsecondNanoseconds) < (other.seconds, other.subsecondNanoseconds)
    }

    private func isSame(_ other: TemplateTime) -> Bool {
        (seconds, subsecondNanoseconds) == (other.seconds, other.subsecondNanoseconds)
    }

    /// In nanoseconds; as far as a duration goes, as in Go.
    private func distance(from other: TemplateTime) -> Int64 {
        let exact =
            (Int128(seconds) - Int128(other.seconds)) * 1_000_000_000
            + Int128(subsecondNanoseconds - other.subsecondNanoseconds)
        return Int64(clamping: exact)
    }

    private func adding(_ nanoseconds: Int64) -> TemplateTime {
        let sum = Int128(seconds) * 1_000_000_000 + Int128(subsecondNanoseconds) + Int128(nanoseconds)
        let part = Int((sum % 1_000_000_000 + 1_000_000_000) % 1_000_000_000)
        return TemplateTime(
            seconds: Int64(clamping: (sum - Int128(part)) / 1_000_000_000), subsecondNanoseconds: part, zone: zone)
    }

    /// The time since the first of January of year 1, modulo `unit` nanoseconds.
    private func remainder(of unit: Int64) -> Int64 {
        let since = Int128(seconds - Self.zeroSeconds) * 1_000_000_000 + Int128(subsecondNanoseconds)
        return Int64(since % Int128(unit))
    }

    /// The same time of another day; a day that its month does not have is one of the next month.
    private func adding(years: Int64, months: Int64, days: Int64) -> TemplateTime {
        let parts = CivilTime(self)
        let limit: Int64 = 1_000_000
        func bounded(_ value: Int64) -> Int { Int(max(-limit, min(limit, value))) }
        let month = parts.month - 1 + bounded(months)
        let wrapped = (month % 12 + 12) % 12
        let year = parts.year + bounded(years) + (month - wrapped) / 12
        let day = CivilDate(year: year, month: wrapped + 1, day: parts.day).dayNumber + bounded(days)
        let local = Int64(day) * 86_400 + Int64(parts.hour * 3_600 + parts.minute * 60 + parts.second)
        var moved = TemplateTime(
            seconds: local - Int64(parts.offset), subsecondNanoseconds: subsecondNanoseconds, zone: zone)
        // The zone may have another offset by then.
        let offset = moved.offset.seconds
        if offset != parts.offset {
            moved = TemplateTime(
                seconds: local - Int64(offset), subsecondNanoseconds: subsecondNanoseconds, zone: zone)
        }
        return moved
    }
}

/// The methods of Go's `time.Duration`: https://pkg.go.dev/time#Duration
enum DurationMethods {
    static func member(_ name: String, of nanoseconds: Int64, _ values: [TemplateValue]) throws -> TemplateValue? {
        let arguments = MethodArguments(name, values)
        switch name {
        case "Seconds": return .number(Double(nanoseconds) / 1e9)
        case "Minutes": return .number(Double(nanoseconds) / 6e10)
        case "Hours": return .number(Double(nanoseconds) / 3.6e12)
        case "Milliseconds": return .integer(nanoseconds / 1_000_000)
        case "Microseconds": return .integer(nanoseconds / 1_000)
        case "Nanoseconds": return .integer(nanoseconds)
        case "String": return .string(GoText.duration(nanoseconds: nanoseconds))
        case "Abs": return .duration(nanoseconds: nanoseconds == .min ? .max : abs(nanoseconds))
        case "Truncate":
            let unit = try arguments.duration(0, of: 1)
            return .duration(nanoseconds: unit <= 0 ? nanoseconds : nanoseconds - nanoseconds % unit)
        case "Round": return .duration(nanoseconds: rounded(nanoseconds, to: try arguments.duration(0, of: 1)))
        default: return nil
        }
    }

    /// Halves are rounded away from zero; what would be too long is the longest duration.
    private static func rounded(_ nanoseconds: Int64, to unit: Int64) -> Int64 {
        guard unit > 0 else { return nanoseconds }
        let rest = (nanoseconds % unit).magnitude
        let towardsZero = Int128(nanoseconds) - Int128(nanoseconds % unit)
        if rest * 2 < UInt64(unit) { return Int64(clamping: towardsZero) }
        return Int64(clamping: towardsZero + Int128(nanoseconds < 0 ? -unit : unit))
    }
}

/// A method's arguments. A constant that is a whole number counts as what the method wants, however it is written, as in
/// Go: `25200e9` is a duration.
private struct MethodArguments {
    let name: String
    let values: [TemplateValue]

    init(_ name: String, _ values: [TemplateValue]) {
        self.name = name
        self.values = values
    }

    private func value(_ index: Int, of count: Int) throws -> TemplateValue {
        guard values.count == count else {
            throw TemplateFailure("wrong number of args for \(name): want \(count) got \(values.count)")
        }
        return values[index]
    }

    private func wrong(_ value: TemplateValue, _ wanted: String) -> TemplateFailure {
        TemplateFailure("wrong type for value; expected \(wanted); got \(value.typeName)")
    }

    func text(_ index: Int, of count: Int) throws -> String {
        let value = try value(index, of: count)
        guard let text = value.text else { throw wrong(value, "string") }
        return text
    }

    func time(_ index: Int, of count: Int) throws -> TemplateTime {
        let value = try value(index, of: count)
        guard case .time(let time) = value else { throw wrong(value, "time.Time") }
        return time
    }

    func duration(_ index: Int, of count: Int) throws -> Int64 {
        let value = try value(index, of: count)
        guard let number = value.wholeNumber else { throw wrong(value, "time.Duration") }
        return number
    }

    func integer(_ index: Int, of count: Int) throws -> Int64 {
        let value = try value(index, of: count)
        if case .duration = value { throw wrong(value, "int") }
        guard let number = value.wholeNumber else { throw wrong(value, "int") }
        return number
    }
}

extension TemplateValue {
    /// The number of an integer, of a duration, or of a float without a fraction.
    fileprivate var wholeNumber: Int64? {
        switch self {
        case .integer(let number), .named(let number, _), .duration(let number): number
        case .number(let number): Int64(exactly: number)
        default: nil
        }
    }
}
