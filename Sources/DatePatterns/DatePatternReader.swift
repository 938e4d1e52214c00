/// Reads a pattern as Joda-Time's `DateTimeFormat` does.
struct DatePatternReader {
    private enum Token {
        case letters(Character, count: Int)
        case text(String)

        /// Whether a year before it has to stop at its own count of digits.
        var isNumber: Bool {
            switch self {
            case .letters("M", let count): count <= 2
            case .letters(let letter, _): "cCxyYdhHmsSeDFwWkK".contains(letter)
            case .text: false
            }
        }
    }

    private let pattern: String
    private let locale: DateLocale
    private var tokens: [Token] = []

    /// More than a pattern needs.
    static let fieldsMax = 24
    private static let longest = 1_024

    init(_ pattern: String, locale: DateLocale) {
        self.pattern = pattern
        self.locale = locale
    }

    private func error(_ reason: String) -> DatePatternError { DatePatternError(pattern: pattern, reason: reason) }

    mutating func read() throws(DatePatternError) -> [DateElement] {
        guard !pattern.isEmpty else { throw error("it is empty; say for instance yyyy-MM-dd HH:mm:ss") }
        guard pattern.utf8.count <= Self.longest else { throw error("it is longer than \(Self.longest) bytes") }
        readTokens()
        var elements: [DateElement] = []
        for (index, token) in tokens.enumerated() {
            switch token {
            case .text(let text): if !text.isEmpty { elements.append(.literal(Array(text.utf8))) }
            case .letters(let letter, let count):
                let isBeforeNumber = index + 1 < tokens.count && tokens[index + 1].isNumber
                elements.append(try element(letter, count, isBeforeNumber))
            }
        }
        let fields = elements.reduce(0) { $0 + $1.fieldCount }
        guard fields <= Self.fieldsMax else { throw error("it has more than \(Self.fieldsMax) fields") }
        return elements
    }

    private mutating func readTokens() {
        let characters = Array(pattern)
        func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
        var index = 0
        while index < characters.count {
            let first = characters[index]
            if isLetter(first) {
                let count = characters[index...].prefix { $0 == first }.count
                tokens.append(.letters(first, count: count))
                index += count
                continue
            }
            var text = ""
            var isQuoted = false
            while index < characters.count, isQuoted || !isLetter(characters[index]) {
                if characters[index] != "'" {
                    text.append(characters[index])
                } else if index + 1 < characters.count, characters[index + 1] == "'" {
                    text.append("'")
                    index += 1
                } else {
                    isQuoted.toggle()
                }
                index += 1
            }
            tokens.append(.text(text))
        }
    }

    private func element(
        _ letter: Character, _ count: Int, _ isBeforeNumber: Bool
    ) throws(DatePatternError) -> DateElement {
        func number(_ field: DateField, _ digitsMax: Int, signed: Bool = false) -> DateElement {
            .number(field, digitsMin: count, digitsMax: max(count, digitsMax), signed: signed)
        }
        switch letter {
        case "G": return .name(.era, locale.names(of: .era), short: true)
        case "C": return number(.century, count, signed: true)
        case "x", "y", "Y":
            if count == 2 { return .shortYear(letter == "x" ? .weekyear : .year, lenient: !isBeforeNumber) }
            let field: DateField = letter == "x" ? .weekyear : letter == "y" ? .year : .yearOfEra
            return number(field, isBeforeNumber ? count : 9, signed: letter != "Y")
        case "M": return count >= 3 ? .name(.month, locale.names(of: .month), short: count == 3) : number(.month, 2)
        case "w": return number(.week, 2)
        case "e": return number(.dayOfWeek, 1)
        case "E": return .name(.dayOfWeek, locale.names(of: .dayOfWeek), short: count < 4)
        case "D": return number(.dayOfYear, 3)
        case "d": return number(.dayOfMonth, 2)
        case "a": return .name(.halfday, locale.names(of: .halfday), short: true)
        case "H": return number(.hour, 2)
        case "k": return number(.clockHour, 2)
        case "K": return number(.hourOfHalfday, 2)
        case "h": return number(.clockHourOfHalfday, 2)
        case "m": return number(.minute, 2)
        case "s": return number(.second, 2)
        case "S": return .fraction(.fractionOfSecond, digitsMin: count, digitsMax: count)
        case "z": return .zoneName(short: count < 4)
        case "Z": return count >= 3 ? .zoneID : .offset(colon: count == 2)
        default:
            throw error(
                "Illegal pattern component: \(String(repeating: letter, count: count)); "
                    + "a letter that stands for itself goes between quotes: '\(letter)'")
        }
    }
}
