internal import Base
internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// How dates are written and read: the names that Elasticsearch has for formats, and patterns of Java.
struct DateFormat: Sendable {
    private enum Kind: Sendable {
        case iso
        case milliseconds
        case seconds
        case pattern([Piece])
    }

    private enum Piece: Sendable {
        case field(Character, Int)
        case literal(String)
    }

    /// As times are read where a request names no format.
    static let standard = DateFormat(kinds: [.iso, .milliseconds])

    private let kinds: [Kind]

    private init(kinds: [Kind]) { self.kinds = kinds }

    /// - Parameter text: one format, or several with `||`, of which the first is written.
    /// - Throws: ``ElasticError`` for a format that is not known.
    init(_ text: String) throws {
        kinds = try text.components(separatedBy: "||").map(Self.kind)
    }

    private static func kind(_ name: String) throws -> Kind {
        switch name {
        case "strict_date_optional_time", "date_optional_time", "strict_date_time", "date_time", "iso8601",
            "strict_date_optional_time_nanos":
            return .iso
        case "epoch_millis": return .milliseconds
        case "epoch_second": return .seconds
        case "strict_date", "date", "strict_year_month_day": return try kind("yyyy-MM-dd")
        case "basic_date": return try kind("yyyyMMdd")
        case "strict_date_hour_minute_second", "date_hour_minute_second": return try kind("yyyy-MM-dd'T'HH:mm:ss")
        default: return .pattern(try pieces(name))
        }
    }

    /// Longer than a date; each bucket of an answer may be as long as the pattern.
    private static let patternBytesMax = 100

    private static func pieces(_ pattern: String) throws -> [Piece] {
        guard pattern.utf8.count <= patternBytesMax else { throw invalid(pattern) }
        var pieces: [Piece] = []
        var rest = Substring(pattern)
        while let next = rest.first {
            if next == "'" {
                rest = rest.dropFirst()
                if rest.first == "'" {
                    pieces.append(.literal("'"))
                    rest = rest.dropFirst()
                    continue
                }
                guard let end = rest.firstIndex(of: "'") else { throw invalid(pattern) }
                pieces.append(.literal(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
                continue
            }
            let run = rest.prefix { $0 == next }
            rest = rest.dropFirst(run.count)
            if next.isASCII, next.isLetter {
                guard "yuMdHmsSZXxEa".contains(next), next != "a" else { throw invalid(pattern) }
                pieces.append(.field(next == "u" ? "y" : next, run.count))
            } else {
                pieces.append(.literal(String(run)))
            }
        }
        guard !pieces.isEmpty else { throw invalid(pattern) }
        return pieces
    }

    private static func invalid(_ pattern: String) -> ElasticError {
        .illegal(
            "Invalid format: [\(pattern.prefix(80))]: write a pattern of y, M, d, H, m, s, S, X, or one of "
                + "strict_date_optional_time, epoch_millis, epoch_second")
    }

    /// Whether times are written as numbers.
    var isNumeric: Bool {
        switch kinds[0] {
        case .milliseconds, .seconds: true
        case .iso, .pattern: false
        }
    }

    // MARK: Writing

    func text(_ time: Int64, _ zone: TimeZone) -> String {
        let offset = Self.offset(zone, at: time)
        switch kinds[0] {
        case .iso: return DocumentTime.text(time, offset: offset)
        case .milliseconds: return String(time)
        case .seconds: return time % 1_000 == 0 ? String(time / 1_000) : String(Double(time) / 1_000)
        case .pattern(let pieces):
            let local = time &+ offset
            let number = CivilDate.dayNumber(of: local)
            let date = CivilDate(dayNumber: number)
            let rest = Int(local &- Int64(number) &* 86_400_000)
            return pieces.map { piece in
                switch piece {
                case .literal(let text): text
                case .field(let letter, let width): Self.field(letter, width, date, number, rest, offset)
                }
            }.joined()
        }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]

    private static func field(
        _ letter: Character, _ width: Int, _ date: CivilDate, _ day: Int, _ rest: Int, _ offset: Int64
    ) -> String {
        func padded(_ value: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        switch letter {
        case "y": return width == 2 ? String(padded(date.year % 100).suffix(2)) : padded(date.year)
        case "M":
            if width > 2 { return width == 3 ? String(months[date.month - 1].prefix(3)) : months[date.month - 1] }
            return padded(date.month)
        case "d": return padded(date.day)
        case "H": return padded(rest / 3_600_000)
        case "m": return padded(rest / 60_000 % 60)
        case "s": return padded(rest / 1_000 % 60)
        case "S":
            let text = "00\(rest % 1_000)".suffix(3) + String(repeating: "0", count: max(0, width - 3))
            return String(text.prefix(width))
        case "E":
            let name = weekdays[((day % 7) + 7) % 7]
            return width > 3 ? name : String(name.prefix(3))
        default:
            if letter == "X", offset == 0 { return "Z" }
            let minutes = Int(abs(offset) / 60_000)
            let sign = offset < 0 ? "-" : "+"
            let hours = "0\(minutes / 60)".suffix(2)
            let rest = "0\(minutes % 60)".suffix(2)
            let hasColon = letter == "Z" ? width > 3 : width == 3
            return sign + hours + (hasColon ? ":" : "") + rest
        }
    }

    static func offset(_ zone: TimeZone, at time: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1_000))) * 1_000
    }

    // MARK: Reading

    /// What a text means: a moment, or all of what its parts that are left out allow; with date math behind it.
    func range(_ text: String, now: Int64, zone: TimeZone) -> TimeRange? {
        if text.hasPrefix("now") { return LogTime.range(text, now: now, zone: zone) }
        let bars = text.range(of: "||")
        let date = bars.map { String(text[..<$0.lowerBound]) } ?? text
        for kind in kinds {
            guard let range = range(date, kind, now: now, zone: zone) else { continue }
            guard let bars else { return range }
            // The rest is read behind the same moment, written as everybody reads it.
            return LogTime.range(
                DocumentTime.text(range.start) + "||" + text[bars.upperBound...], now: now, zone: zone)
        }
        return nil
    }

    private func range(_ text: String, _ kind: Kind, now: Int64, zone: TimeZone) -> TimeRange? {
        switch kind {
        case .iso:
            // Numbers are milliseconds in another format.
            if text.utf8.count != 4, Int64(text) != nil { return nil }
            return LogTime.range(text, now: now, zone: zone)
        case .milliseconds:
            guard let number = Double(text), number.magnitude < 9e15 else { return nil }
            let time = Int64(number.rounded(.down))
            return TimeRange(start: time, end: time)
        case .seconds:
            guard let number = Double(text), number.magnitude < 9e12 else { return nil }
            let time = Int64((number * 1_000).rounded(.down))
            return TimeRange(start: time, end: time)
        case .pattern(let pieces): return Self.range(text, pieces, now: now, zone: zone)
        }
    }

    private static func range(_ text: String, _ pieces: [Piece], now: Int64, zone: TimeZone) -> TimeRange? {
        var rest = Substring(text)
        var found: [Character: Int] = [:]
        var offset: String?
        for piece in pieces {
            switch piece {
            case .literal(let literal):
                guard rest.hasPrefix(literal) else { return nil }
                rest = rest.dropFirst(literal.count)
            case .field("M", let width) where width > 2:
                guard let month = months.firstIndex(where: { rest.hasPrefix(width == 3 ? String($0.prefix(3)) : $0) })
                else { return nil }
                rest = rest.dropFirst(width == 3 ? 3 : months[month].count)
                found["M"] = month + 1
            case .field("E", _): rest = rest.drop { $0.isLetter }
            case .field(let letter, _) where "ZXx".contains(letter):
                let part = rest.prefix { "+-:Z".contains($0) || $0.isNumber }
                offset = String(part)
                rest = rest.dropFirst(part.count)
            case .field(let letter, let width):
                let most = width == 1 ? (letter == "y" ? 9 : 2) : width
                let digits = rest.prefix(most).prefix { $0.isASCII && $0.isNumber }
                guard !digits.isEmpty, var value = Int(digits) else { return nil }
                if letter == "y", width == 2 { value += 2_000 }
                if letter == "S" { value = Int((digits + "00").prefix(3)) ?? 0 }
                found[letter] = value
                rest = rest.dropFirst(digits.count)
            }
        }
        guard rest.isEmpty, let year = found["y"] else { return nil }
        func two(_ value: Int) -> String { String("0\(value)".suffix(2)) }
        var date = String("000\(year)".suffix(4))
        let parts: [(Character, String)] = [("M", "-"), ("d", "-"), ("H", "T"), ("m", ":"), ("s", ":")]
        for (letter, separator) in parts {
            guard let value = found[letter] else { break }
            date += separator + two(value)
        }
        if let fraction = found["S"] { date += "." + String("00\(fraction)".suffix(3)) }
        return LogTime.range(date + (offset ?? ""), now: now, zone: zone)
    }
}
