/// Bytes that are no UTF-8, as characters of their own: some of the last of Unicode's private use, which no log has.
enum ForeignBytes {
    private static let first: UInt32 = 0x10FE00

    static func scalar(_ byte: UInt8) -> UInt32 { first + UInt32(byte) }
}

/// A text that is not all UTF-8, written as UTF-8: each byte that belongs to no character is a character.
struct ForeignText {
    private(set) var bytes: [UInt8] = []
    /// Where such characters begin in ``bytes``.
    private var places: [Int] = []

    /// The bytes of a character that stands for a byte.
    private static let width = 4

    /// Memory that is kept for the next text.
    private static let keptMax = 1 << 20

    mutating func fill(_ text: UnsafeBufferPointer<UInt8>) {
        if bytes.capacity > Self.keptMax { bytes = [] }
        if places.capacity > Self.keptMax / 8 { places = [] }
        bytes.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        var at = 0
        while at < text.count {
            let count = UTF8Bytes.characterLength(text, at)
            if count > 0 {
                bytes.append(contentsOf: text[at..<at + count])
                at += count
            } else {
                places.append(bytes.count)
                for unit in UTF8.encode(UnicodeScalar(ForeignBytes.scalar(text[at])) ?? "?") ?? .init() {
                    bytes.append(unit)
                }
                at += 1
            }
        }
    }

    /// The offset in the text that was given, of one in ``bytes``.
    func offset(of own: Int) -> Int {
        own - (Self.width - 1) * places.countBelow(own)
    }

    /// The offset in ``bytes`` of one in the text that was given.
    func ownOffset(of offset: Int) -> Int {
        // Places as the text has them grow as they do.
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle] - (Self.width - 1) * middle < offset { low = middle + 1 } else { high = middle }
        }
        return offset + (Self.width - 1) * low
    }
}

extension [Int] {
    /// How many of the sorted numbers are below `limit`.
    fileprivate func countBelow(_ limit: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < limit { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// What bytes are, as text.
enum UTF8Bytes {
    enum Kind {
        case ascii, utf8, other
    }

    static func kind(of text: UnsafeBufferPointer<UInt8>) -> Kind {
        var at = asciiPrefix(text, from: 0)
        if at == text.count { return .ascii }
        while at < text.count {
            if text[at] < 0x80 {
                at = asciiPrefix(text, from: at)
                continue
            }
            let count = characterLength(text, at)
            if count == 0 { return .other }
            at += count
        }
        return .utf8
    }

    /// The first byte from `start` on that is none of ASCII, or the end.
    private static func asciiPrefix(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = UnsafeRawPointer(text.baseAddress) else { return 0 }
        var at = start
        let count = text.count
        while at + 32 <= count {
            let bytes = base.loadUnaligned(fromByteOffset: at, as: SIMD4<UInt64>.self)
            if (bytes[0] | bytes[1] | bytes[2] | bytes[3]) & 0x8080_8080_8080_8080 != 0 { break }
            at += 32
        }
        while at + 8 <= count {
            if base.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { break }
            at += 8
        }
        while at < count, text[at] < 0x80 { at += 1 }
        return at
    }

    /// The bytes of the character that begins there, as RFC 3629 allows; 0 where none does.
    static func characterLength(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
        let first = text[at]
        let left = text.count - at
        func follows(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            range.contains(text[at + offset])
        }
        switch first {
        case 0..<0x80: return 1
        case 0xC2...0xDF: return left >= 2 && follows(1) ? 2 : 0
        case 0xE0...0xEF:
            let second: ClosedRange<UInt8> = first == 0xE0 ? 0xA0...0xBF : first == 0xED ? 0x80...0x9F : 0x80...0xBF
            return left >= 3 && follows(1, second) && follows(2) ? 3 : 0
        case 0xF0...0xF4:
            let second: ClosedRange<UInt8> = first == 0xF0 ? 0x90...0xBF : first == 0xF4 ? 0x80...0x8F : 0x80...0xBF
            return left >= 4 && follows(1, second) && follows(2) && follows(3) ? 4 : 0
        default: return 0
        }
    }
}
