/// Numbers that count from an epoch.
enum EpochText {
    /// Logstash takes no later second than 32 bits hold.
    static let secondsMax = Int64(Int32.max)
    static let tooLate = "Cannot parse date for value larger than UNIX epoch maximum seconds"

    /// Seconds, of whose fraction three digits count.
    static func seconds(_ text: UnsafeBufferPointer<UInt8>) throws(DateFailure.Cause) -> Int64 {
        guard let dot = text.firstIndex(of: 46) else { return try whole(number(text[...])) }
        let base = try whole(number(text[..<dot]))
        let digits = text[(dot + 1)...].prefix(3)
        // As the reader of numbers there, a fraction may have a sign of its own.
        let fraction = try number(digits)
        return base &+ fraction &* (digits.count == 1 ? 100 : digits.count == 2 ? 10 : 1)
    }

    static func milliseconds(_ text: UnsafeBufferPointer<UInt8>) throws(DateFailure.Cause) -> Int64 {
        try number(text[...])
    }

    /// Seconds of TAI since 1970 in sixteen hexadecimal digits, of which the first is 4, and nanoseconds in eight,
    /// after an `@` or not. Leap seconds count as the ten of 1972.
    static func tai64n(_ text: UnsafeBufferPointer<UInt8>) throws(DateFailure.Cause) -> Int64 {
        let digits = text.first == 64 ? text.dropFirst() : text[...]
        guard digits.count >= 24, let seconds = hexadecimal(digits.prefix(16)),
            let nanoseconds = hexadecimal(digits.dropFirst(16).prefix(8)), nanoseconds <= Int64(Int32.max)
        else { throw .notRead("TAI64N has 24 hexadecimal digits, perhaps after an @") }
        return ((seconds & (1 << 62 - 1)) - 10) &* 1_000 &+ nanoseconds / 1_000_000
    }

    private static func whole(_ seconds: Int64) throws(DateFailure.Cause) -> Int64 {
        guard seconds <= secondsMax else { throw .notRead(tooLate) }
        return seconds &* 1_000
    }

    private static func number(_ text: Slice<UnsafeBufferPointer<UInt8>>) throws(DateFailure.Cause) -> Int64 {
        var digits = text
        let sign = text.first
        if sign == 43 || sign == 45 { digits = digits.dropFirst() }
        var value: Int64 = 0
        guard !digits.isEmpty else { throw .notRead("it is no number") }
        for byte in digits {
            guard (48...57).contains(byte) else { throw .notRead("it is no number") }
            let (product, isTooMuch) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooMuchNow) = product.subtractingReportingOverflow(Int64(byte) - 48)
            guard !isTooMuch, !isTooMuchNow else { throw .notRead("it is beyond what 64 bits hold") }
            value = sum
        }
        if sign == 45 { return value }
        guard value != Int64.min else { throw .notRead("it is beyond what 64 bits hold") }
        return -value
    }

    private static func hexadecimal(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
        var value: UInt64 = 0
        for byte in digits {
            switch byte {
            case 48...57: value = value << 4 | UInt64(byte - 48)
            case 65...70, 97...102: value = value << 4 | UInt64((byte | 32) - 87)
            default: return nil
            }
        }
        return value >> 63 == 0 ? Int64(value) : nil
    }
}
