internal import Base
internal import Model

/// Names by numbers, so that what is counted by them compares numbers.
struct NameTable: Sendable {
    /// What is counted under one name because there are too many.
    static let others = "(others)"
    static let othersBytes = Array(others.utf8)
    /// Longer names are cut, in bytes.
    static let bytesMax = 200

    /// By their numbers; the first one is ``others``.
    private(set) var texts = [NameTable.others]
    /// Hashes of names as they came, and at the same places their numbers. A hash of 0 is none.
    private var hashes: [UInt64]
    private var numbers: [UInt32]
    private var count = 0
    private let max: Int

    init(max: Int) {
        self.max = max
        var size = 64
        while size < 2 * max { size *= 2 }
        hashes = Array(repeating: 0, count: size)
        numbers = Array(repeating: 0, count: size)
    }

    /// The number of a name, and 0 where there are too many.
    mutating func number(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        // With a seed that nobody outside knows, two names with one hash are as good as impossible.
        let hash = ByteHash.hash(bytes) | 1
        var place = Int(truncatingIfNeeded: hash >> 1) & (hashes.count - 1)
        while hashes[place] != 0 {
            if hashes[place] == hash { return numbers[place] }
            place = (place + 1) & (hashes.count - 1)
        }
        guard count < max else { return 0 }
        let text = Self.text(bytes)
        let number: UInt32
        // Names that differ only in what is no text, or beyond where they are cut, are one.
        if let same = texts.firstIndex(of: text) {
            number = UInt32(same)
        } else {
            number = UInt32(texts.count)
            texts.append(text)
        }
        hashes[place] = hash
        numbers[place] = number
        count += 1
        return number
    }

    /// Bytes as a label's value: cut where they are too long, and repaired where they are no UTF-8.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<cut(bytes)]), as: UTF8.self)
    }

    /// Whether bytes are their own text: short, and of seven bits each.
    static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= bytesMax else { return false }
        var bits: UInt8 = 0
        for byte in bytes { bits |= byte }
        return bits < 0x80
    }

    /// How many bytes of a name are kept: no letter is cut in two.
    private static func cut(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count > bytesMax else { return bytes.count }
        var end = bytesMax
        while end > bytesMax - 4, bytes[end] & 0xc0 == 0x80 { end -= 1 }
        return end
    }
}
