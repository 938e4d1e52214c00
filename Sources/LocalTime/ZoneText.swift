package import Foundation

/// Moments in the words of a time zone, and the zone's own name.
package struct ZoneText: Sendable {
    package let zone: TimeZone

    package init(_ zone: TimeZone) { self.zone = zone }

    /// `2026-11-23 21:03:59.120`
    package func moment(_ milliseconds: Int64) -> String {
        ClockText(milliseconds, secondsFromGMT: secondsFromGMT(at: milliseconds)).moment
    }

    /// `2026-11-23 21:03:59 UTC+7`
    package func dateTime(_ milliseconds: Int64) -> String {
        moment(milliseconds).prefix(19) + " " + offset(at: milliseconds)
    }

    /// `2026-11-23T21:03:59.120+07:00`, as ISO 8601 has it; `Z` for UTC.
    package func iso(_ milliseconds: Int64) -> String {
        let seconds = secondsFromGMT(at: milliseconds)
        return moment(milliseconds).replacing(" ", with: "T") + (seconds == 0 ? "Z" : Self.distance(seconds))
    }

    /// `+07:00`
    private static func distance(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        return String(format: "%@%02d:%02d", seconds < 0 ? "-" : "+", minutes / 60, minutes % 60)
    }

    /// `UTC+7`, `UTC-3:30`, or `UTC` alone.
    package func offset(at milliseconds: Int64) -> String {
        let minutes = secondsFromGMT(at: milliseconds) / 60
        if minutes == 0 { return "UTC" }
        let rest = minutes.magnitude % 60
        let size = "\(minutes.magnitude / 60)" + (rest == 0 ? "" : rest < 10 ? ":0\(rest)" : ":\(rest)")
        return "UTC" + (minutes < 0 ? "-" : "+") + size
    }

    /// The zone as people know it: `Asia/Ho_Chi_Minh`, `UTC`, or `UTC+7` of one that has no name.
    package var name: String { isNameless ? offset(at: 0) : Self.current(zone.identifier) }

    /// With what it is at a moment: `Asia/Ho_Chi_Minh (UTC+7)`.
    package func fullName(at milliseconds: Int64) -> String {
        isNameless ? offset(at: 0) : "\(name) (\(offset(at: milliseconds)))"
    }

    /// As browsers read it: `Asia/Ho_Chi_Minh`, `+07:00`, `UTC`.
    package var code: String {
        if !isNameless { return name }
        let seconds = secondsFromGMT(at: 0)
        return seconds == 0 ? "UTC" : Self.distance(seconds)
    }

    /// A zone that is a distance from UTC and no more.
    private var isNameless: Bool { zone.identifier.hasPrefix("GMT") || zone.identifier == "UTC" }

    private func secondsFromGMT(at milliseconds: Int64) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
    }

    /// Names that browsers still give zones that are called otherwise today
    /// (https://data.iana.org/time-zones/tzdb/backward).
    private static let renamed = [
        "Asia/Saigon": "Asia/Ho_Chi_Minh", "Asia/Calcutta": "Asia/Kolkata", "Asia/Katmandu": "Asia/Kathmandu",
        "Asia/Rangoon": "Asia/Yangon", "Europe/Kiev": "Europe/Kyiv", "Atlantic/Faeroe": "Atlantic/Faroe",
        "America/Buenos_Aires": "America/Argentina/Buenos_Aires", "America/Godthab": "America/Nuuk",
        "Pacific/Truk": "Pacific/Chuuk", "Pacific/Ponape": "Pacific/Pohnpei",
    ]

    private static func current(_ name: String) -> String { renamed[name] ?? name }

    /// The zone of a name (`Asia/Ho_Chi_Minh`, `UTC`), or of an offset (`+07:00`); `nil` where there is none.
    package static func zone(named name: String) -> TimeZone? {
        if name == "Z" { return .gmt }
        if let match = name.wholeMatch(of: /([+-])(\d\d):?(\d\d)?/) {
            guard let hours = Int(match.2), let minutes = Int(match.3 ?? "0"), hours <= 14, minutes < 60 else {
                return nil
            }
            let seconds = (hours * 60 + minutes) * 60
            return TimeZone(secondsFromGMT: match.1 == "-" ? -seconds : seconds)
        }
        let isName = name.utf8.allSatisfy { byte in
            (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte)
                || "/_+-".utf8.contains(byte)
        }
        guard isName, name.first?.isLetter ?? false, name.utf8.count < 64 else { return nil }
        return TimeZone(identifier: name) ?? TimeZone(abbreviation: name)
    }
}
