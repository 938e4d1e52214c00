internal import Base

/// The number of a trace: 16 bytes, all zero in none. https://www.w3.org/TR/trace-context/#trace-id
public struct TraceID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first eight bytes, big-endian; zero where a system has numbers of 64 bits only.
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A number of 16 bytes, or of eight (as Zipkin's); `nil` for others.
    public init?(bytes: UnsafeRawBufferPointer) {
        switch bytes.count {
        case 16:
            high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
            low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        case 8:
            high = 0
            low = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        default: return nil
        }
    }

    /// Up to 32 hexadecimal digits; what is missing at the front are zeros. `nil` for anything else, and for none.
    public init?(_ text: some StringProtocol) {
        guard (1...32).contains(text.utf8.count) else { return nil }
        let last = text.suffix(16)
        let first = text.dropLast(16)
        guard let low = SpanID.number(last) else { return nil }
        if first.isEmpty {
            high = 0
        } else {
            guard let high = SpanID.number(first) else { return nil }
            self.high = high
        }
        self.low = low
    }

    public var isZero: Bool { high == 0 && low == 0 }

    /// 32 hexadecimal digits.
    public var description: String { SpanID.text(high) + SpanID.text(low) }

    public static func < (first: TraceID, second: TraceID) -> Bool {
        first.high == second.high ? first.low < second.low : first.high < second.high
    }
}

/// The number of a span within its trace: eight bytes, all zero in none. https://www.w3.org/TR/trace-context/#parent-id
public struct SpanID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The eight bytes, big-endian.
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }

    /// A number of eight bytes; `nil` for others.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 8 else { return nil }
        number = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    }

    /// Up to 16 hexadecimal digits; `nil` for anything else, and for none.
    public init?(_ text: some StringProtocol) {
        guard let number = SpanID.number(text) else { return nil }
        self.number = number
    }

    public var isZero: Bool { number == 0 }

    /// 16 hexadecimal digits.
    public var description: String { SpanID.text(number) }

    public static func < (first: SpanID, second: SpanID) -> Bool { first.number < second.number }

    /// Only digits: `UInt64` would take a sign.
    static func number(_ text: some StringProtocol) -> UInt64? {
        guard (1...16).contains(text.utf8.count) else { return nil }
        var number: UInt64 = 0
        for byte in text.utf8 {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            number = number << 4 | UInt64(digit)
        }
        return number
    }

    static func text(_ number: UInt64) -> String { withUnsafeBytes(of: number.bigEndian) { Hexadecimal.text($0) } }
}
