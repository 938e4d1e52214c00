/// Numbers as the exposition formats write them.
enum NumberWord {
    /// The value of `word`, or `nil` where it is no number: no hexadecimal digits, no underscores, and nothing
    /// that no double can hold.
    static func value(_ word: UnsafeBufferPointer<UInt8>) -> Double? {
        // Whole numbers of few digits, which most values are, without the general way round.
        if !word.isEmpty, word.count < 16, word.allSatisfy({ (48...57).contains($0) }) {
            return Double(word.reduce(Int64(0)) { $0 * 10 + Int64($1 & 15) })
        }
        if word.allSatisfy(isDecimal), word.contains(where: { (48...57).contains($0) }) {
            var text = String(decoding: word, as: UTF8.self)
            if text.hasSuffix(".") { text += "0" }
            guard let value = Double(text), value.isFinite else { return nil }
            return value
        }
        switch String(decoding: word, as: UTF8.self).lowercased() {
        case "nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return nil
        }
    }

    private static func isDecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
