/// Characters as the inside of a class of a regular expression names them: `<>\[\],` or `a-z\t`.
struct CharacterSetText: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// - Returns: `nil` where other characters than those of ASCII are named, or an escape has no meaning here.
    init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        func value(_ byte: UInt8) -> UInt8? {
            guard byte == 92 else { return byte }
            guard let next = bytes.popFirst() else { return nil }
            switch next {
            case UInt8(ascii: "t"): return 9
            case UInt8(ascii: "n"): return 10
            case UInt8(ascii: "r"): return 13
            case UInt8(ascii: "f"): return 12
            case UInt8(ascii: "v"): return 11
            case UInt8(ascii: "0"): return 0
            case 48...57, 65...90, 97...122: return nil
            default: return next
            }
        }
        // A class that begins so is the opposite of what follows, and one within another is that dialect's own.
        if bytes.first == 94 || text.contains("&&") { return nil }
        while let byte = bytes.popFirst() {
            if byte == 92, bytes.first == UInt8(ascii: "s") {
                bytes.removeFirst()
                for blank in [9, 10, 11, 12, 13, 32] as [UInt8] { insert(blank) }
                continue
            }
            guard byte < 128, byte != 91, let first = value(byte), first < 128 else { return nil }
            if bytes.first == 45, bytes.count > 1 {
                bytes.removeFirst()
                guard let end = bytes.popFirst(), let last = value(end), last < 128, first <= last else { return nil }
                for member in first...last { insert(member) }
            } else {
                insert(first)
            }
        }
    }

    private init() {}

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
    }

    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    func union(_ other: CharacterSetText) -> CharacterSetText {
        var union = CharacterSetText()
        union.low = low | other.low
        union.high = high | other.high
        return union
    }

    /// The text without such characters at its ends.
    func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard let start = bytes.firstIndex(where: { !contains($0) }),
            let end = bytes.lastIndex(where: { !contains($0) })
        else { return "" }
        return String(text[start...end])
    }

    /// The text without such characters.
    func removed(from text: String) -> String {
        String(decoding: text.utf8.filter { !contains($0) }, as: UTF8.self)
    }
}
