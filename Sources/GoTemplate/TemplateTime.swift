internal import Foundation

/// A moment in a time zone, as Go's `time.Time`.
public struct TemplateTime: Sendable, Hashable {
    /// Since the Unix epoch; `nil` is Go's zero time, the first of January of year 1.
    public let nanoseconds: Int64?
    /// An IANA name.
    public let zone: String

    public init(nanoseconds: Int64?, zone: String = "UTC") {
        self.nanoseconds = nanoseconds
        self.zone = zone
    }

    public init(milliseconds: Int64, zone: String = "UTC") {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(nanoseconds: overflow ? (milliseconds < 0 ? .min : .max) : product, zone: zone)
    }

    static let zeroSeconds: Int64 = -62_135_596_800

    var seconds: Int64 { nanoseconds.map { Self.floorDivide($0, 1_000_000_000) } ?? Self.zeroSeconds }

    var subsecondNanoseconds: Int {
        nanoseconds.map { Int($0 - Self.floorDivide($0, 1_000_000_000) &* 1_000_000_000) } ?? 0
    }

    /// The offset from UTC in seconds, and the zone's short name, at this moment.
    var offset: (seconds: Int, name: String) {
        guard zone != "UTC", let found = TimeZone(identifier: zone) else { return (0, "UTC") }
        let date = Date(timeIntervalSince1970: Double(seconds))
        let seconds = found.secondsFromGMT(for: date)
        let name = found.abbreviation(for: date) ?? ""
        return (seconds, name.hasPrefix("GMT") && name != "GMT" ? Self.digits(of: seconds) : name)
    }

    private static func digits(of offset: Int) -> String {
        let minutes = abs(offset) / 60 % 60
        let hours = GoText.padded(abs(offset) / 3_600, to: 2)
        return (offset < 0 ? "-" : "+") + hours + (minutes == 0 ? "" : GoText.padded(minutes, to: 2))
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }

    /// The time as Go prints it: `2015-03-11 13:53:20.5 +0000 UTC`.
    public var description: String { formatted("2006-01-02 15:04:05.999999999 -0700 MST") }

    /// RFC 3339 with as many decimals as there are, as Go writes times into JSON.
    public var rfc3339: String { formatted("2006-01-02T15:04:05.999999999Z07:00") }

    func moved(to zone: String) throws -> TemplateTime {
        let name = zone == "Local" ? TimeZone.current.identifier : zone.isEmpty ? "UTC" : zone
        guard name == "UTC" || TimeZone(identifier: name) != nil else {
            throw TemplateFailure("unknown time zone \(zone)")
        }
        return TemplateTime(nanoseconds: nanoseconds, zone: name)
    }

    /// The methods of `time.Time` that templates use.
    func member(_ name: String, _ arguments: [TemplateValue]) throws -> TemplateValue? {
        let parts = CivilTime(self)
        switch name {
        case "Format":
            guard let layout = arguments.first?.text else { throw TemplateFailure("Format wants a layout") }
            return .string(formatted(layout))
        case "String": return .string(description)
        case "Unix": return .integer(seconds)
        case "UnixMilli": return .integer(seconds * 1_000 + Int64(subsecondNanoseconds / 1_000_000))
        case "UnixNano": return .integer(nanoseconds ?? 0)
        case "UTC": return .time(try moved(to: "UTC"))
        case "Local": return .time(try moved(to: "Local"))
        case "IsZero": return .bool(nanoseconds == nil)
        case "Year": return .integer(Int64(parts.year))
        case "Month": return .string(CivilTime.months[parts.month - 1])
        case "Day": return .integer(Int64(parts.day))
        case "Hour": return .integer(Int64(parts.hour))
        case "Minute": return .integer(Int64(parts.minute))
        case "Second": return .integer(Int64(parts.second))
        case "Weekday": return .string(CivilTime.weekdays[parts.weekday])
        case "YearDay": return .integer(Int64(parts.dayOfYear))
        case "Before", "After", "Equal", "Sub":
            guard case .time(let other)? = arguments.first else { throw TemplateFailure("\(name) wants a time") }
            let (mine, theirs) = (nanoseconds ?? .min, other.nanoseconds ?? .min)
            return switch name {
            case "Before": .bool(mine < theirs)
            case "After": .bool(mine > theirs)
            case "Equal": .bool(mine == theirs)
            default: .duration(nanoseconds: mine.subtractingReportingOverflow(theirs).partialValue)
            }
        case "Add":
            guard case .duration(let span)? = arguments.first else { throw TemplateFailure("Add wants a duration") }
            return .time(
                TemplateTime(nanoseconds: nanoseconds.map { $0.addingReportingOverflow(span).partialValue }, zone: zone)
            )
        default: return nil
        }
    }
}
