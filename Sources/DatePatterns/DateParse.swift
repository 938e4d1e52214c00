import Base

/// What was read of a date so far.
struct DateParse {
    struct Field {
        var field: DateField
        var value: Int32
    }

    private var fields = InlineArray<24, Field>(repeating: Field(field: .era, value: 0))
    private var count = 0
    /// In milliseconds.
    private(set) var offset: Int64?
    private(set) var zone: TimeZoneRule?

    /// Of years of two digits.
    private let pivotYear: Int

    /// - Parameter pivotYear: years of two digits lie from 50 years before it to 49 after.
    init(pivotYear: Int) { self.pivotYear = pivotYear }

    /// The year of dates that name none.
    private static let defaultYear = 2_000

    private mutating func save(_ field: DateField, _ value: Int) {
        guard count < 24 else { return }
        fields[count] = Field(field: field, value: Int32(truncatingIfNeeded: value))
        count += 1
    }

    // MARK: Reading

    /// Reads elements one after another.
    /// - Returns: where they end; where the text does not fit, that place's complement.
    mutating func read(_ elements: [DateElement], _ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        var position = start
        for element in elements {
            position = read(element, text, at: position)
            if position < 0 { break }
        }
        return position
    }

    private mutating func read(_ element: DateElement, _ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        switch element {
        case .literal(let literal): return Self.literal(literal, text, at: start)
        case .number(let field, _, let digitsMax, let isSigned):
            return number(field, digitsMax, isSigned, text, at: start)
        case .shortYear(let field, let isLenient): return shortYear(field, isLenient, text, at: start)
        case .fraction(let field, _, let digitsMax): return fraction(field, digitsMax, text, at: start)
        case .name(let field, let names, _):
            guard let found = names.read(text, at: start) else { return ~start }
            save(field, found.value)
            return found.end
        case .offset:
            if start < text.count, text[start] | 32 == 122 {
                offset = 0
                return start + 1
            }
            switch ZoneOffset.read(text, at: start) {
            case .read(let milliseconds, let end):
                offset = milliseconds
                return end
            case .malformed(let position): return ~position
            }
        case .zoneName:
            guard let found = ZoneAbbreviation.read(text, at: start) else { return ~start }
            zone = found.rule
            return found.end
        case .zoneID:
            guard let found = TimeZoneRule.read(text, at: start) else { return ~start }
            zone = found.rule
            return found.end
        case .choice(let choices): return choice(choices, text, at: start)
        }
    }

    private static func literal(_ literal: [UInt8], _ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        guard start + literal.count <= text.count else { return ~start }
        for index in literal.indices where literal[index] != text[start + index] {
            let own = literal[index]
            let isLetter = (97...122).contains(own | 32)
            if isLetter, own ^ text[start + index] == 32 { continue }
            // Letters of other scripts: as long in both cases.
            let other = String(decoding: text[start..<start + literal.count], as: UTF8.self)
            let same = String(decoding: literal, as: UTF8.self)
            return own >= 128 && other.lowercased() == same.lowercased() ? start + literal.count : ~start
        }
        return start + literal.count
    }

    private mutating func number(
        _ field: DateField, _ digitsMax: Int, _ isSigned: Bool, _ text: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> Int {
        var position = start
        var isNegative = false
        if isSigned, digitsMax > 1, start + 1 < text.count, text[start] == 43 || text[start] == 45,
            (48...57).contains(text[start + 1])
        {
            isNegative = text[start] == 45
            position += 1
        }
        let first = position
        var value = 0
        while position < text.count, position - first < digitsMax {
            let digit = Int(text[position]) - 48
            guard (0...9).contains(digit) else { break }
            value = value &* 10 &+ digit
            if value > Int(Int32.max) { return ~start }
            position += 1
        }
        guard position > first else { return ~start }
        save(field, isNegative ? -value : value)
        return position
    }

    private mutating func shortYear(
        _ field: DateField, _ isLenient: Bool, _ text: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> Int {
        func digit(_ index: Int) -> Int? {
            index < text.count && (48...57).contains(text[index]) ? Int(text[index]) - 48 : nil
        }
        if !isLenient {
            guard let tens = digit(start), let ones = digit(start + 1) else { return ~start }
            save(field, year(tens * 10 + ones))
            return start + 2
        }
        var position = start
        let isSigned = start < text.count && (text[start] == 43 || text[start] == 45)
        if isSigned { position += 1 }
        let first = position
        var value = 0
        while let digit = digit(position) {
            value = value &* 10 &+ digit
            if value > Int(Int32.max) { return ~start }
            position += 1
        }
        guard position > first else { return ~(isSigned && text[start] == 43 ? position : start) }
        if isSigned || position - first != 2 {
            save(field, isSigned && text[start] == 45 ? -value : value)
        } else {
            save(field, year(value))
        }
        return position
    }

    /// The year of two digits that lies nearest the pivot.
    private func year(_ short: Int) -> Int {
        let low = pivotYear - 50
        let pivot = low >= 0 ? low % 100 : 99 + (low + 1) % 100
        return short + low + (short < pivot ? 100 : 0) - pivot
    }

    private mutating func fraction(
        _ field: DateField, _ digitsMax: Int, _ text: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> Int {
        var position = start
        var value = 0
        var unit = field.count
        while position < text.count, position - start < digitsMax {
            let digit = Int(text[position]) - 48
            guard (0...9).contains(digit) else { break }
            value += digit * unit
            unit /= 10
            position += 1
        }
        guard position > start else { return ~start }
        save(field, value / 10)
        return position
    }

    /// The choice that reads most; the first of those that read as much, or one that reads all.
    private mutating func choice(
        _ choices: [[DateElement]], _ text: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> Int {
        let original = self
        var best: (end: Int, parse: DateParse?) = (start, nil)
        var furthest = start
        var mayBeLeftOut = false
        for (index, choice) in choices.enumerated() {
            if choice.isEmpty {
                if best.end <= start { return start }
                mayBeLeftOut = true
                break
            }
            let end = read(choice, text, at: start)
            if end < 0 {
                furthest = max(furthest, ~end)
            } else if end > best.end {
                let isLast = index + 1 == choices.count || choices[index + 1].isEmpty
                if end >= text.count || isLast { return end }
                best = (end, self)
            }
            self = original
        }
        guard best.end > start || mayBeLeftOut else { return ~furthest }
        if let parse = best.parse { self = parse }
        return best.end
    }

    // MARK: What the fields say

    /// What a clock on the wall shows at the date, in milliseconds since 1970.
    mutating func local() throws(DateFailure.Cause) -> Int64 {
        if let time = plain() { return time }
        sort()
        if count > 0, fields[0].field.lacksYear {
            save(.year, Self.defaultYear)
            sort()
        }
        var date = LocalDate()
        for index in 0..<count {
            try date.set(fields[index].field, to: Int(fields[index].value))
            date.floor(to: fields[index].field)
        }
        // Once more: a day of the week may have moved what was set before it.
        for index in 0..<count {
            try date.set(fields[index].field, to: Int(fields[index].value))
            if index == count - 1 { date.floor(to: fields[index].field) }
        }
        guard let time = date.time else { throw .notRead("it is beyond what 64 bits of milliseconds hold") }
        return time
    }

    private mutating func sort() {
        for index in 0..<count {
            var place = index
            while place > 0, fields[place - 1].field.rank > fields[place].field.rank {
                fields.swapAt(place - 1, place)
                place -= 1
            }
        }
    }

    /// The time of the common fields alone, each once and within its bounds: nothing moves anything then.
    private func plain() -> Int64? {
        var date = CivilDate(year: 1_970, month: 1, day: 1)
        var time = 0
        var seen: UInt32 = 0
        for index in 0..<count {
            let field = fields[index].field
            let value = Int(fields[index].value)
            let bit = UInt32(1) << UInt32(field.rawValue)
            guard seen & bit == 0 else { return nil }
            seen |= bit
            switch field {
            case .year:
                guard (1...9_999).contains(value) else { return nil }
                date.year = value
            case .month:
                guard (1...12).contains(value) else { return nil }
                date.month = value
            case .dayOfMonth:
                guard (1...31).contains(value) else { return nil }
                date.day = value
            case .hour, .minute, .second, .fractionOfSecond:
                guard (0..<field.count).contains(value) else { return nil }
                time += value * field.unit
            default: return nil
            }
        }
        if seen & (1 << UInt32(DateField.year.rawValue)) == 0,
            seen & (1 << UInt32(DateField.month.rawValue) | 1 << UInt32(DateField.dayOfMonth.rawValue)) != 0
        {
            date.year = Self.defaultYear
        }
        guard date.day <= 28 || date.day <= date.lengthOfMonth else { return nil }
        return Int64(date.dayNumber * LocalDate.millisecondsPerDay + time)
    }
}

/// Names of zones that Joda-Time reads.
enum ZoneAbbreviation {
    private static let zones: [(name: [UInt8], zone: String)] = [
        ("UTC", "UTC"), ("GMT", "UTC"), ("UT", "UTC"), ("EST", "America/New_York"), ("EDT", "America/New_York"),
        ("CST", "America/Chicago"), ("CDT", "America/Chicago"), ("MST", "America/Denver"), ("MDT", "America/Denver"),
        ("PST", "America/Los_Angeles"), ("PDT", "America/Los_Angeles"),
    ].map { (Array($0.0.utf8), $0.1) }

    static func read(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> (rule: TimeZoneRule, end: Int)? {
        for (name, zone) in zones where text[start...].starts(with: name) {
            return TimeZoneRule.named(zone).map { ($0, start + name.count) }
        }
        return nil
    }
}
