/// Finds the level that a line says it has, not one of which it speaks.
///
/// A level stands in front of what is told: among the time, the name of the program, a thread. So a word in capitals counts
/// behind three plain words at most and not behind `no` or `without`; one in small letters in brackets, behind `level=`,
/// in front of a colon or set apart.
struct LevelText {
    struct Found {
        let level: LevelName
        /// As it is written.
        let range: Range<Int>
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int
    private let end: Int
    /// Plain words since the head, or the tag of a program, began.
    private var plainWords = 0
    private var isBehindDenial = false
    /// Whether a sign stands in front of the word: ` - error - `.
    private var isApart = true

    private static let wordsMax = 3
    private static let groupMax = 64
    private static let denials = SmallWord.set(
        "no", "not", "without", "any", "zero", "an", "a", "the", "of", "as", "is", "was", "with", "got", "for", "to",
        "in", "from", "and", "or")
    /// What PostgreSQL tells of the line before.
    private static let continuations = SmallWord.set(
        "statement", "detail", "hint", "context", "query", "location")
    private static let keys = SmallWord.set("level", "lvl", "severity", "loglevel", "log_level", "levelname")

    /// The first level between two places of a text.
    static func find(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Found? {
        var text = LevelText(bytes: bytes, position: start, end: min(end, bytes.count))
        return text.find()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, position: Int, end: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
    }

    private mutating func find() -> Found? {
        while position < end, plainWords <= Self.wordsMax {
            switch bytes[position] {
            case 32, 9, 13: position += 1
            case 10:
                guard let found = secondLine() else { return nil }
                return found
            case UInt8(ascii: ":") where position > 0 && bytes[position - 1] == UInt8(ascii: "]"):
                // `sshd[12]:`
                beginText()
                position += 1
            case UInt8(ascii: "|"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: ")"),
                UInt8(ascii: ">"), UInt8(ascii: ","), UInt8(ascii: ";"):
                isApart = true
                position += 1
            case UInt8(ascii: "["), UInt8(ascii: "<"), UInt8(ascii: "("), UInt8(ascii: "{"):
                if let found = group() { return found }
            default:
                if let found = word() { return found }
            }
        }
        return nil
    }

    /// Java's own logging has the level at the beginning of the second line: `SEVERE: text`.
    private func secondLine() -> Found? {
        let word = bytes[(position + 1)..<end].prefix(8).prefix { $0 != 58 }
        guard word.endIndex < end, bytes[word.endIndex] == 58, word.allSatisfy({ (65...90).contains($0) }) else {
            return nil
        }
        return LevelName.meaning(of: word).map { Found(level: $0.level, range: word.startIndex..<word.endIndex) }
    }

    /// `[error]`, `[core:error]`, `[ info]`, `<E>`.
    private mutating func group() -> Found? {
        let closing: UInt8 =
            switch bytes[position] {
            case UInt8(ascii: "["): UInt8(ascii: "]")
            case UInt8(ascii: "<"): UInt8(ascii: ">")
            case UInt8(ascii: "("): UInt8(ascii: ")")
            default: UInt8(ascii: "}")
            }
        position += 1
        let inner = bytes[position..<min(end, position + Self.groupMax)].prefix { $0 != closing }
        guard inner.endIndex < end, bytes[inner.endIndex] == closing else { return nil }
        var start = inner.startIndex
        var last = inner.endIndex
        while start < last, bytes[start] == 32 { start += 1 }
        while last > start, bytes[last - 1] == 32 { last -= 1 }
        if let colon = bytes[start..<last].lastIndex(of: 58) { start = colon + 1 }
        if closing != 41, let meaning = LevelName.meaning(of: bytes[start..<last]) {
            return Found(level: meaning.level, range: start..<last)
        }
        // What stands in brackets before the text is a thread or a place; it may have a level of its own in it.
        if let equals = bytes[start..<last].firstIndex(of: 61), let found = pair(start, equals, last) { return found }
        position = inner.endIndex + 1
        isApart = true
        return nil
    }

    private mutating func word() -> Found? {
        let start = position
        while position < end, !Self.ends(bytes[position]) { position += 1 }
        if position == start { position += 1 }
        var last = position
        if let equals = bytes[start..<last].firstIndex(of: 61), equals > start {
            let found = pair(start, equals, last)
            skipQuoted(from: equals + 1)
            isApart = true
            return found
        }
        // `ERROR:root:text`, `error:`
        let colon = bytes[start..<last].firstIndex(of: 58)
        let first = start..<(colon ?? last)
        last = first.upperBound
        while last > start + 1, "!*\"'.".utf8.contains(bytes[last - 1]) { last -= 1 }
        var begin = start
        while begin < last - 1, "*\"'#".utf8.contains(bytes[begin]) { begin += 1 }
        if let meaning = LevelName.meaning(of: bytes[begin..<last]), fits(meaning, begin..<last, hasColon: colon != nil)
        {
            return Found(level: meaning.level, range: begin..<last)
        }
        if colon != nil, Self.has(Self.continuations, bytes[begin..<last]) {
            position = end
            return nil
        }
        count(begin..<last, hasColon: colon != nil)
        return nil
    }

    private static func ends(_ byte: UInt8) -> Bool {
        byte == 32 || byte == 9 || byte == 10 || byte == 13 || byte == UInt8(ascii: "|") || byte == UInt8(ascii: "[")
            || byte == UInt8(ascii: "]")
            || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "{")
            || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "(")
    }

    private func fits(_ meaning: LevelName.Meaning, _ range: Range<Int>, hasColon: Bool) -> Bool {
        let isUpper = bytes[range].allSatisfy { $0 < 97 }
        let behind = position < end ? bytes[position] : 32
        // logrus: `ERRO[0012]`.
        let isNumbered = behind == UInt8(ascii: "[") && position + 1 < end && bytes[position + 1] &- 48 < 10
        // Set apart by a sign or a column on both sides.
        let isColumn =
            behind == 9 || behind == UInt8(ascii: "|") || behind == UInt8(ascii: "]")
            || (position + 1 < end && behind == 32 && (bytes[position + 1] == 32 || bytes[position + 1] == 124))
            || (position + 2 < end && behind == 32 && bytes[position + 1] == 45 && bytes[position + 2] == 32)
        switch meaning.strength {
        case .word:
            if isUpper { return !isBehindDenial }
            return plainWords == 0 && (hasColon || (isApart && isColumn))
        case .abbreviation:
            if isUpper { return plainWords == 0 || hasColon || isColumn }
            return plainWords == 0 && (hasColon || (isApart && isColumn))
        case .marked: return isUpper && (hasColon || isNumbered || (isApart && isColumn))
        case .letter: return isUpper && isApart && isColumn && plainWords == 0
        }
    }

    private static func has(_ words: Set<SmallWord>, _ word: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        SmallWord(word).map(words.contains) ?? false
    }

    private mutating func beginText() {
        plainWords = 0
        isBehindDenial = false
    }

    private mutating func count(_ range: Range<Int>, hasColon: Bool) {
        isApart = false
        if hasColon {
            // `frigate:` ends the head; what is told begins.
            return beginText()
        }
        let word = bytes[range]
        let isPlain = word.allSatisfy { ($0 | 32) &- 97 < 26 || $0 >= 128 || $0 == 39 } && !word.allSatisfy { $0 < 97 }
        if isPlain { plainWords += 1 }
        isBehindDenial = isPlain && Self.has(Self.denials, word)
        if word.elementsEqual("0".utf8) { isBehindDenial = true }
        if word.last.map({ "])".utf8.contains($0) }) ?? false { isApart = true }
    }

    /// `level=error`, `severity="WARN"`.
    private func pair(_ start: Int, _ equals: Int, _ end: Int) -> Found? {
        guard Self.has(Self.keys, bytes[start..<equals]) else {
            return nil
        }
        var (first, last) = (equals + 1, end)
        while first < last, "\"'".utf8.contains(bytes[first]) { first += 1 }
        while last > first, "\"',;".utf8.contains(bytes[last - 1]) { last -= 1 }
        return LevelName.meaning(of: bytes[first..<last]).map { Found(level: $0.level, range: first..<last) }
    }

    /// Goes over the text of `msg="camera 3: error"`.
    private mutating func skipQuoted(from start: Int) {
        guard start < end, bytes[start] == 34 else { return }
        var index = start + 1
        while index < end, bytes[index] != 34 { index += bytes[index] == 92 ? 2 : 1 }
        position = max(position, min(end, index + 1))
    }
}
