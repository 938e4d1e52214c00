internal import Foundation

/// A moment in a time zone, as Go's `time.Time`.
package struct TemplateTime: Sendable, Hashable {
    /// Since the Unix epoch, rounded down.
    let seconds: Int64
    let subsecondNanoseconds: Int
    /// An IANA name.
    package let zone: String

    /// - Parameter nanoseconds: since the Unix epoch; `nil` is Go's zero time, the first of January of year 1.
    package init(nanoseconds: Int64?, zone: String = "UTC") {
        let seconds = nanoseconds.map { Self.floorDivide($0, 1_000_000_000) } ?? Self.zeroSeconds
        let part = nanoseconds.map { Int($0 &- seconds &* 1_000_000_000) } ?? 0
        self.init(seconds: seconds, subsecondNanoseconds: part, zone: zone)
    }

    package init(milliseconds: Int64, zone: String = "UTC") {
        let seconds = Self.floorDivide(milliseconds, 1_000)
        self.init(
            seconds: seconds, subsecondNanoseconds: Int(milliseconds - seconds * 1_000) * 1_000_000, zone: zone)
    }

    init(seconds: Int64, subsecondNanoseconds: Int, zone: String) {
        self.seconds = seconds
        self.subsecondNanoseconds = subsecondNanoseconds
        self.zone = zone
    }

    static let zeroSeconds: Int64 = -62_135_596_800

    var isZero: Bool { seconds == Self.zeroSeconds && subsecondNanoseconds == 0 }

    /// Since the Unix epoch; `nil` where so many are not a number of 64 bits.
    package var nanoseconds: Int64? {
        Int64(exactly: Int128(seconds) * 1_000_000_000 + Int128(subsecondNanoseconds))
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
    package var description: String { formatted("2006-01-02 15:04:05.999999999 -0700 MST") }

    /// RFC 3339 with as many decimals as there are, as Go writes times into JSON.
    package var rfc3339: String { formatted("2006-01-02T15:04:05.999999999Z07:00") }

    func moved(to zone: String) throws -> TemplateTime {
        let name = zone == "Local" ? TimeZone.current.identifier : zone.isEmpty ? "UTC" : zone
        guard name == "UTC" || TimeZone(identifier: name) != nil else {
            throw TemplateFailure("unknown time zone \(zone)")
        }
        return TemplateTime(seconds: seconds, subsecondNanoseconds: subsecondNanoseconds, zone: name)
    }
}
