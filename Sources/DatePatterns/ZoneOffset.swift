/// How far a zone is from Greenwich, as it stands in a text: `+07`, `-0330`, `+05:30:15.250`.
enum ZoneOffset {
    private static let minute: Int64 = 60_000

    enum Reading {
        case read(milliseconds: Int64, end: Int)
        /// Where the text does not fit.
        case malformed(at: Int)
    }

    static func read(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Reading {
        guard start + 1 < text.count, text[start] == 43 || text[start] == 45 else { return .malformed(at: start) }
        func digit(_ index: Int) -> Int64? {
            index < text.count && (48...57).contains(text[index]) ? Int64(text[index]) - 48 : nil
        }
        func pair(_ index: Int, below limit: Int64) -> Int64? {
            guard let tens = digit(index), let ones = digit(index + 1), tens * 10 + ones < limit else { return nil }
            return tens * 10 + ones
        }
        guard let hours = pair(start + 1, below: 24) else { return .malformed(at: start + 1) }
        var sum = hours * 60 * minute
        var position = start + 3
        let sign: Int64 = text[start] == 45 ? -1 : 1
        let hasColons = position < text.count && text[position] == 58
        for unit in [minute, 1_000] {
            if hasColons {
                guard position < text.count, text[position] == 58 else {
                    return .read(milliseconds: sign * sum, end: position)
                }
                position += 1
            } else if digit(position) == nil {
                return .read(milliseconds: sign * sum, end: position)
            }
            guard let value = pair(position, below: 60) else { return .malformed(at: position) }
            sum += value * unit
            position += 2
        }
        if hasColons {
            guard position < text.count, text[position] == 46 || text[position] == 44 else {
                return .read(milliseconds: sign * sum, end: position)
            }
            position += 1
            guard digit(position) != nil else { return .malformed(at: position) }
        }
        var unit: Int64 = 100
        while unit > 0, let value = digit(position) {
            sum += value * unit
            unit /= 10
            position += 1
        }
        return .read(milliseconds: sign * sum, end: position)
    }
}
