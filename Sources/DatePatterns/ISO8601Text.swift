import Base

/// Dates of ISO 8601, and those that are nearly so, as the name `ISO8601` means them.
enum ISO8601Text {
    static func time(
        _ text: UnsafeBufferPointer<UInt8>, _ zone: TimeZoneRule, _ now: Int64
    ) throws(DateFailure.Cause) -> Int64 {
        if let (local, offset) = common(text) {
            if let offset { return local - offset }
            if let time = zone.time(local: local) { return time }
        }
        var failure = DateFailure.Cause.malformed(at: 0)
        for pattern in patterns {
            do {
                return try DatePattern.time(pattern, text, zone, now)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    // MARK: The common form

    /// `2026-11-26T05:00:00.123Z`, with a fraction or without, and with an offset, `Z` or neither; with a blank in its
    /// middle only where there is a fraction of three digits at most.
    /// - Returns: what a clock shows, and the offset; `nil` for all others.
    private static func common(_ text: UnsafeBufferPointer<UInt8>) -> (local: Int64, offset: Int64?)? {
        guard text.count >= 19, text[4] == 45, text[7] == 45, text[13] == 58, text[16] == 58 else { return nil }
        let isApart = text[10] == 32
        guard isApart || text[10] | 32 == 116 else { return nil }
        var isNumber = true
        func pair(_ index: Int) -> Int {
            let tens = text[index] &- 48
            let ones = text[index + 1] &- 48
            if tens > 9 || ones > 9 { isNumber = false }
            return Int(tens) * 10 + Int(ones)
        }
        let date = CivilDate(year: pair(0) * 100 + pair(2), month: pair(5), day: pair(8))
        let (hour, minute, second) = (pair(11), pair(14), pair(17))
        guard isNumber, (1...12).contains(date.month), date.day >= 1, date.day <= 28 || date.day <= date.lengthOfMonth,
            hour < 24, minute < 60, second < 60
        else { return nil }
        var milliseconds = 0
        var position = 19
        if position < text.count, text[position] == 46 || text[position] == 44 {
            position += 1
            var unit = 100
            let first = position
            while position < text.count, (48...57).contains(text[position]) {
                milliseconds += (Int(text[position]) - 48) * unit
                unit /= 10
                position += 1
            }
            guard (1...(isApart ? 3 : 9)).contains(position - first) else { return nil }
        } else if isApart {
            return nil
        }
        let seconds = date.dayNumber * 86_400 + hour * 3_600 + minute * 60 + second
        let local = Int64(seconds * 1_000 + milliseconds)
        if position == text.count { return (local, nil) }
        if text[position] | 32 == 122 { return position + 1 == text.count ? (local, 0) : nil }
        guard case .read(let offset, text.count) = ZoneOffset.read(text, at: position) else { return nil }
        return (local, offset)
    }

    // MARK: All forms

    /// In the order in which they are tried.
    private static let patterns: [[DateElement]] =
        [iso]
        + [".", ","].flatMap { mark in
            [[.offset(colon: false)], []].map { nearly(mark: mark, zone: $0) }
        }

    private static func nearly(mark: String, zone: [DateElement]) -> [DateElement] {
        let date = [year(digits: 4), literal("-"), number(.month), literal("-"), number(.dayOfMonth), literal(" ")]
        let time = [number(.hour), literal(":"), number(.minute), literal(":"), number(.second), literal(mark)]
        return date + time + [.fraction(.fractionOfSecond, digitsMin: 3, digitsMax: 3)] + zone
    }

    private static func literal(_ text: String) -> DateElement { .literal(Array(text.utf8)) }

    private static func number(_ field: DateField, digits: Int = 2) -> DateElement {
        .number(field, digitsMin: digits, digitsMax: digits, signed: false)
    }

    private static func year(digits: Int, _ field: DateField = .year) -> DateElement {
        .number(field, digitsMin: digits, digitsMax: 9, signed: true)
    }

    /// A date, a time, or both with a `T` between, as far as they go: `2026`, `2026-11`, `2026-330`, `2026-W48-4`,
    /// `T05`, `2026-11-26T05:00.5+07:00`.
    private static let iso: [DateElement] = {
        func optional(_ elements: [DateElement]) -> DateElement { .choice([elements, []]) }
        func fraction(_ field: DateField) -> [DateElement] {
            [.choice([[literal(".")], [literal(",")]]), .fraction(field, digitsMin: 1, digitsMax: 9)]
        }
        let second: [DateElement] = [literal(":"), number(.second), optional(fraction(.fractionOfSecond))]
        let minute: [DateElement] = [
            literal(":"), number(.minute), .choice([second, fraction(.fractionOfMinute), []]),
        ]
        let time: [DateElement] = [number(.hour), .choice([minute, fraction(.fractionOfHour), []])]
        let date: DateElement = .choice([
            [
                year(digits: 4),
                optional([literal("-"), number(.month), optional([literal("-"), number(.dayOfMonth)])]),
            ],
            [
                year(digits: 4, .weekyear), literal("-W"), number(.week),
                optional([literal("-"), number(.dayOfWeek, digits: 1)]),
            ],
            [year(digits: 4), literal("-"), number(.dayOfYear, digits: 3)],
        ])
        let offset = optional([.offset(colon: true)])
        return [
            .choice([
                [literal("T")] + time + [offset],
                [date, optional([literal("T"), optional(time), offset])],
            ])
        ]
    }()
}
