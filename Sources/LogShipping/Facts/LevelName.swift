/// The six levels under which all events are found, named as OpenTelemetry's severities.
enum LevelName: String, Sendable, CaseIterable {
    case trace = "TRACE"
    case debug = "DEBUG"
    case info = "INFO"
    case warn = "WARN"
    case error = "ERROR"
    case fatal = "FATAL"

    /// How sure a word is the name of a level.
    enum Strength {
        /// In capitals anywhere in the head of a line.
        case word
        /// In capitals in front of what is told, as `ERR camera 3`.
        case abbreviation
        /// In brackets or behind `level=`: `Alert` may be what the line is about.
        case marked
        /// One letter, in brackets.
        case letter
    }

    struct Meaning {
        let level: LevelName
        let strength: Strength
    }

    /// By the words' bytes in one number, as every line asks.
    private static let words: [SmallWord: Meaning] = {
        var words: [SmallWord: Meaning] = [:]
        func add(_ level: LevelName, _ strength: Strength, _ names: String) {
            for name in names.split(separator: " ") {
                if let word = SmallWord(name.utf8) { words[word] = Meaning(level: level, strength: strength) }
            }
        }
        add(.trace, .word, "trace")
        add(.trace, .abbreviation, "trc trac")
        add(.trace, .marked, "finest finer silly")
        add(.trace, .letter, "t")
        add(.debug, .word, "debug debug1 debug2 debug3 debug4 debug5")
        add(.debug, .abbreviation, "dbg deb debu")
        add(.debug, .marked, "fine config verbose")
        add(.debug, .letter, "d")
        add(.info, .word, "info notice information informational")
        add(.info, .abbreviation, "inf ntc")
        add(.info, .marked, "note log default")
        add(.info, .letter, "i")
        add(.warn, .word, "warn warning")
        add(.warn, .abbreviation, "wrn war wrng")
        add(.warn, .letter, "w")
        add(.error, .word, "error severe")
        add(.error, .abbreviation, "err erro eror")
        add(.error, .letter, "e")
        add(.fatal, .word, "fatal critical panic emerg crit")
        add(.fatal, .abbreviation, "ftl fata crt pani emrg")
        add(.fatal, .marked, "alert emergency dpanic")
        add(.fatal, .letter, "f")
        return words
    }()

    private static let longest = 13

    /// What a word means as a level, in whatever case it is written.
    static func meaning(of word: some Collection<UInt8>) -> Meaning? {
        // Names of levels are short, and begin with a letter.
        guard word.count <= longest, let first = word.first, (first | 32) &- 97 < 26 else { return nil }
        return SmallWord(word).flatMap { words[$0] }
    }

    /// The level that a text names which can be nothing else.
    init?(_ text: String) {
        let bytes = text.utf8.drop { $0 == 32 }.prefix { $0 != 32 && $0 != 58 }
        guard text.utf8.count <= 40, let meaning = LevelName.meaning(of: bytes) else { return nil }
        self = meaning.level
    }

    /// The level of a number as pino and bunyan have it.
    init?(pino number: Int64) {
        switch number {
        case 10: self = .trace
        case 20: self = .debug
        case 30: self = .info
        case 40: self = .warn
        case 50: self = .error
        case 60: self = .fatal
        default: return nil
        }
    }

    /// The level of a severity of syslog (RFC 5424), 0 to 7.
    init?(syslog severity: Int64) {
        switch severity {
        case 0, 1, 2: self = .fatal
        case 3: self = .error
        case 4: self = .warn
        case 5, 6: self = .info
        case 7: self = .debug
        default: return nil
        }
    }
}

/// A word of up to sixteen bytes in small letters (ASCII), in two numbers.
struct SmallWord: Hashable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0

    @inline(__always)
    init?(_ word: some Collection<UInt8>) {
        if word.count > 16 { return nil }
        var index: UInt64 = 0
        for byte in word {
            let small = UInt64((65...90).contains(byte) ? byte | 32 : byte)
            if index < 8 { first |= small << (index * 8) } else { second |= small << ((index - 8) * 8) }
            index += 1
        }
    }

    static func set(_ words: String...) -> Set<SmallWord> { Set(words.compactMap { SmallWord($0.utf8) }) }

    static func == (left: SmallWord, right: SmallWord) -> Bool {
        left.first == right.first && left.second == right.second
    }

    func hash(into hasher: inout Hasher) { hasher.combine(first ^ (second &* 0x9e37_79b9_7f4a_7c15)) }
}

/// A word of a line in small letters (ASCII).
func smallLetters(of word: some Collection<UInt8>) -> String {
    String(decoding: word.map { (65...90).contains($0) ? $0 | 32 : $0 }, as: UTF8.self)
}
