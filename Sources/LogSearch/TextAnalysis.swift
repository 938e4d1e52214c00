/// Words of a text, as Elasticsearch's standard analyser makes them: in lower case, cut where Unicode (UAX #29) sees
/// the ends of words. `10.50.0.80` is one word and `cam-017` two. A colon cuts, as it does since Unicode 15.1.
enum TextAnalysis {
    private enum Kind { case letter, digit, joiner, ideograph, mark, midNumberLetter, midNumber, other }

    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        var hasContent = false
        func finish() {
            if hasContent { words.append(String(word).lowercased()) }
            word = String.UnicodeScalarView()
            hasContent = false
        }
        var last = Kind.other
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            var kind = kind(of: scalar)
            switch kind {
            case .letter, .digit:
                word.append(scalar)
                hasContent = true
            case .joiner: word.append(scalar)
            case .mark:
                if !word.isEmpty { word.append(scalar) }
                kind = last
            case .ideograph:
                finish()
                word.append(scalar)
                hasContent = true
                finish()
            case .midNumberLetter, .midNumber:
                let following = next < scalars.endIndex ? self.kind(of: scalars[next]) : .other
                let isInNumber = last == .digit && following == .digit
                let isInWord = kind == .midNumberLetter && last == .letter && following == .letter
                if isInNumber || isInWord { word.append(scalar) } else { finish() }
            case .other: finish()
            }
            last = kind
            index = next
        }
        finish()
        return words
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar {
        case "a"..."z", "A"..."Z": return .letter
        case "0"..."9": return .digit
        case "_": return .joiner
        case ".", "'": return .midNumberLetter
        case ",", ";": return .midNumber
        default: break
        }
        if scalar.isASCII { return .other }
        if scalar == "\u{2019}" { return .midNumberLetter }
        if scalar.properties.isIdeographic || (0x3040...0x309f).contains(scalar.value) { return .ideograph }
        switch scalar.properties.generalCategory {
        case .decimalNumber: return .digit
        case .connectorPunctuation: return .joiner
        case .nonspacingMark, .spacingMark, .enclosingMark, .format: return .mark
        default: return scalar.properties.isAlphabetic ? .letter : .other
        }
    }

    /// Whether `text` holds `word` (in lower case) somewhere, be it in the middle of a word; never false by mistake.
    static func mayHold(_ word: String, in text: String) -> Bool {
        guard word.utf8.allSatisfy({ $0 < 0x80 }) else { return true }
        var word = word
        var text = text
        return word.withUTF8 { word in
            text.withUTF8 { text in
                guard let first = word.first, text.count >= word.count else { return word.isEmpty }
                // Two letters outside ASCII have lower cases in it, so a text with such may hold more than it shows.
                var position = 0
                let end = text.count - word.count
                while position <= end {
                    if lower(text[position]) == first {
                        var length = 1
                        while length < word.count, lower(text[position + length]) == word[length] { length += 1 }
                        if length == word.count { return true }
                    }
                    position += 1
                }
                return text.contains { $0 >= 0x80 }
            }
        }
    }

    /// Whether `text` holds words of ASCII letters and digits in a row, with one blank between them and what ends words
    /// for certain around them. False where that is not so plain.
    static func holdsPlainly(_ words: [String], in text: String) -> Bool {
        var phrase = words.joined(separator: " ")
        var text = text
        guard words.allSatisfy({ word in word.utf8.allSatisfy { isLowerOrDigit($0) } }) else { return false }
        return phrase.withUTF8 { phrase in
            text.withUTF8 { text in
                guard let first = phrase.first, phrase.count <= text.count else { return false }
                for start in 0...(text.count - phrase.count) where lower(text[start]) == first {
                    let end = start + phrase.count
                    guard start == 0 || endsWords(text[start - 1]), end == text.count || endsWords(text[end]) else {
                        continue
                    }
                    var length = 1
                    while length < phrase.count, lower(text[start + length]) == phrase[length] { length += 1 }
                    if length == phrase.count { return true }
                }
                return false
            }
        }
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }

    private static func endsWords(_ byte: UInt8) -> Bool {
        switch byte {
        case 9, 10, 13, UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "-"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// Whether two texts are the same but for upper and lower case.
    static func isSame(_ left: String, lowered right: String) -> Bool {
        if left == right { return true }
        if left.utf8.allSatisfy({ $0 < 0x80 }) {
            return left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lower($0) == $1 }
        }
        return left.lowercased() == right
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }

    /// How many insertions, removals, changes and swaps of neighbours make one word of the other; `limit + 1` for more.
    static func distance(_ left: String, _ right: String, limit: Int) -> Int {
        let a = Array(left.unicodeScalars)
        let b = Array(right.unicodeScalars)
        if abs(a.count - b.count) > limit { return limit + 1 }
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            if (row.min() ?? 0) > limit { return limit + 1 }
            before = previous
            previous = row
        }
        return previous[b.count]
    }
}
