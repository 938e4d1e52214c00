import Base
import Foundation

/// A time's form as Go writes it: how `Mon Jan 2 15:04:05 MST 2006` would look.
package struct GoTimeLayout: Sendable {
    private enum Part: Sendable {
        case text(UInt8)
        case year(Int), month, monthName(isLong: Bool), day, dayOfYear, weekday(isLong: Bool)
        case hour24, hour12, minute, second, fraction, half
        case zoneName, zoneOffset(hasColon: Bool, takesZ: Bool, isShort: Bool)
    }

    private let parts: [Part]
    private let hasYear: Bool
    /// `UNIX`, `UNIX_MS`: a number, in how many parts of a second.
    private let unit: Double?

    private static let tokens: [(text: String, part: Part)] = [
        ("January", .monthName(isLong: true)), ("Jan", .monthName(isLong: false)), ("Monday", .weekday(isLong: true)),
        ("Mon", .weekday(isLong: false)), ("MST", .zoneName), ("2006", .year(4)), ("__2", .dayOfYear),
        ("002", .dayOfYear), ("_2", .day), ("06", .year(2)), ("01", .month), ("02", .day), ("03", .hour12),
        ("04", .minute), ("05", .second), ("15", .hour24), ("PM", .half), ("pm", .half),
        ("Z07:00", .zoneOffset(hasColon: true, takesZ: true, isShort: false)),
        ("Z0700", .zoneOffset(hasColon: false, takesZ: true, isShort: false)),
        ("Z07", .zoneOffset(hasColon: false, takesZ: true, isShort: true)),
        ("-07:00", .zoneOffset(hasColon: true, takesZ: false, isShort: false)),
        ("-0700", .zoneOffset(hasColon: false, takesZ: false, isShort: false)),
        ("-07", .zoneOffset(hasColon: false, takesZ: false, isShort: true)),
        ("1", .month), ("2", .day), ("3", .hour12), ("4", .minute), ("5", .second),
    ]

    package init(_ layout: String) {
        switch layout {
        case "UNIX": unit = 1_000
        case "UNIX_MS": unit = 1
        default: unit = nil
        }
        var parts: [Part] = []
        var rest = Array(layout.utf8)[...]
        while let first = rest.first {
            // A fraction of seconds: `.000`, `,999`.
            let digits = rest.dropFirst().prefix { $0 == 48 || $0 == 57 }
            if first == 46 || first == 44, !digits.isEmpty, Set(digits).count == 1,
                !(48...57).contains(rest.dropFirst(1 + digits.count).first ?? 0)
            {
                parts.append(.fraction)
                rest = rest.dropFirst(1 + digits.count)
            } else if let token = Self.tokens.first(where: { rest.starts(with: $0.text.utf8) }) {
                parts.append(token.part)
                rest = rest.dropFirst(token.text.utf8.count)
            } else {
                parts.append(.text(first))
                rest = rest.dropFirst()
            }
        }
        self.parts = unit == nil ? parts : []
        hasYear = parts.contains { if case .year = $0 { true } else { false } }
    }

    /// The time of a text of this form; `nil` where it is of another.
    /// - Parameter zone: of times that name none.
    func time(_ text: String, zone: LineZone, now: Int64) -> Int64? {
        if let unit { return Double(text).flatMap { Int64(exactly: ($0 * unit).rounded()) } }
        var reading = Reading(bytes: Array(text.utf8))
        for part in parts {
            guard reading.take(part) else { return nil }
        }
        // Go takes a fraction behind the seconds that the layout does not name.
        guard reading.position == reading.bytes.count, var date = reading.date(now: now, hasYear: hasYear) else {
            return nil
        }
        date.timeOfDay = reading.timeOfDay
        guard date.isValid else { return nil }
        if let minutes = reading.zoneMinutes { return date.milliseconds - minutes * 60_000 }
        return (reading.zone ?? zone).time(local: date.milliseconds, path: "", now: now)
    }

    private struct Reading {
        let bytes: [UInt8]
        var position = 0
        var year: Int?
        var month = 1
        var day = 1
        var dayOfYear: Int?
        var hour = 0
        var isAfternoon: Bool?
        var minute = 0
        var second = 0
        var milliseconds: Int64 = 0
        var zoneMinutes: Int64?
        var zone: LineZone?

        init(bytes: [UInt8]) { self.bytes = bytes }

        var timeOfDay: Int64 {
            let shown = isAfternoon.map { self.hour % 12 + ($0 ? 12 : 0) } ?? hour
            return Int64(shown * 3_600 + minute * 60 + second) * 1_000 + milliseconds
        }

        func date(now: Int64, hasYear: Bool) -> CivilTime? {
            let year = year ?? CivilTime(milliseconds: now).date.year
            guard let dayOfYear else { return CivilTime(year: year, month: month, day: day) }
            let first = CivilTime(year: year, month: 1, day: 1).milliseconds
            return CivilTime(milliseconds: first + Int64(dayOfYear - 1) * 86_400_000)
        }

        private var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

        private mutating func number(_ counts: ClosedRange<Int>) -> Int? {
            var value = 0
            var count = 0
            while count < counts.upperBound, next &- 48 < 10 {
                value = value * 10 + Int(next) - 48
                position += 1
                count += 1
            }
            return count >= counts.lowerBound ? value : nil
        }

        private mutating func within(_ range: ClosedRange<Int>, _ counts: ClosedRange<Int> = 1...2) -> Int? {
            number(counts).flatMap { range.contains($0) ? $0 : nil }
        }

        private mutating func name(_ names: [String], isLong: Bool) -> Int? {
            for (index, name) in names.enumerated() {
                let name = Array((isLong ? name : String(name.prefix(3))).utf8)
                if smallLetters(of: bytes[position...].prefix(name.count)) == smallLetters(of: name) {
                    position += name.count
                    return index
                }
            }
            return nil
        }

        private static let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

        mutating func take(_ part: Part) -> Bool {
            switch part {
            case .text(let byte):
                guard next == byte, position < bytes.count else { return false }
                position += 1
                return true
            case .year(let count):
                guard let number = number(count...count) else { return false }
                year = count == 4 ? number : number + (number >= 69 ? 1_900 : 2_000)
                return true
            case .month: return set(\.month, within(1...12))
            case .monthName(let isLong): return set(\.month, name(Self.months, isLong: isLong).map { $0 + 1 })
            case .day:
                if next == 32 { position += 1 }
                return set(\.day, within(1...31))
            case .dayOfYear:
                while next == 32 { position += 1 }
                dayOfYear = within(1...366, 1...3)
                return dayOfYear != nil
            case .weekday(let isLong): return name(Self.weekdays, isLong: isLong) != nil
            case .hour24: return set(\.hour, within(0...23))
            case .hour12: return set(\.hour, within(0...12))
            case .minute: return set(\.minute, within(0...59))
            case .second:
                guard set(\.second, within(0...60)) else { return false }
                _ = takeFraction()
                return true
            case .fraction:
                // Taken with the seconds.
                return milliseconds > 0 || position > 0
            case .half:
                guard position + 1 < bytes.count, bytes[position + 1] | 32 == 109 else { return false }
                isAfternoon = next | 32 == 112
                position += 2
                return true
            case .zoneName, .zoneOffset: return takeZone(part)
            }
        }

        private mutating func set(_ property: WritableKeyPath<Reading, Int>, _ value: Int?) -> Bool {
            guard let value else { return false }
            self[keyPath: property] = value
            return true
        }

        private mutating func takeFraction() -> Bool {
            guard next == 46 || next == 44, position + 1 < bytes.count, bytes[position + 1] &- 48 < 10 else {
                return false
            }
            position += 1
            var scale: Int64 = 100
            while next &- 48 < 10, position < bytes.count {
                milliseconds += Int64(next - 48) * scale
                scale /= 10
                position += 1
            }
            return true
        }

        private mutating func takeZone(_ part: Part) -> Bool {
            if case .zoneOffset(_, let takesZ, _) = part, !takesZ, next | 32 == 122 { return false }
            let found = bytes.withUnsafeBufferPointer { ZoneText.read($0, at: position, or: nil, time: 0) }
            guard next != 32, let found else { return false }
            switch found.zone {
            case .minutes(let minutes): zoneMinutes = minutes
            case .named(let named): zone = named
            }
            position = found.end
            return true
        }
    }
}
