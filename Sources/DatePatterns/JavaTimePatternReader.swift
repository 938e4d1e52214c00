/// Reads a pattern of `java.time`, as `%{{yyyy-MM-dd}}` has them, for printing.
///
/// https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/time/format/DateTimeFormatter.html
struct JavaTimePatternReader {
    private let pattern: String
    private static let longest = 1_024

    init(_ pattern: String) { self.pattern = pattern }

    private func error(_ reason: String) -> DatePatternError { DatePatternError(pattern: pattern, reason: reason) }

    func read() throws(DatePatternError) -> [DateElement] {
        guard pattern.utf8.count <= Self.longest else { throw error("it is longer than \(Self.longest) bytes") }
        let characters = Array(pattern)
        var elements: [DateElement] = []
        var text = ""
        func flush() {
            if !text.isEmpty { elements.append(.literal(Array(text.utf8))) }
            text = ""
        }
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if character.isASCII, character.isLetter {
                flush()
                let count = characters[index...].prefix { $0 == character }.count
                elements.append(try element(character, count))
                index += count
                continue
            }
            switch character {
            case "'":
                index += 1
                if index < characters.count, characters[index] == "'" { text.append("'") }
                while index < characters.count, characters[index] != "'" || Self.isDoubled(characters, index) {
                    if characters[index] == "'" { index += 1 }
                    text.append(characters[index])
                    index += 1
                }
                guard index < characters.count else { throw error("a quote is not closed") }
            case "[", "]": break
            case "{", "}", "#": throw error("\(character) stands for nothing; put it between quotes: '\(character)'")
            default: text.append(character)
            }
            index += 1
        }
        flush()
        return elements
    }

    private static func isDoubled(_ characters: [Character], _ index: Int) -> Bool {
        index + 1 < characters.count && characters[index + 1] == "'"
    }

    private func element(_ letter: Character, _ count: Int) throws(DatePatternError) -> DateElement {
        func tooMany() -> DatePatternError { error("Too many pattern letters: \(letter)") }
        func number(_ field: DateField, upTo most: Int = 2) throws(DatePatternError) -> DateElement {
            if count > most { throw tooMany() }
            return .number(field, digitsMin: count, digitsMax: most, signed: true)
        }
        func name(_ field: DateField) throws(DatePatternError) -> DateElement {
            guard count <= 4 else { throw error("names of one letter (\(letter) five times) are not printed") }
            return .name(field, DateLocale.english.names(of: field), short: count < 4)
        }
        func literal(_ text: String) -> DateElement { .literal(Array(text.utf8)) }
        switch letter {
        case "u", "y", "Y":
            let field: DateField = letter == "u" ? .year : letter == "y" ? .yearOfEra : .weekyear
            if count == 2 { return .shortYear(field, lenient: false) }
            return try number(field, upTo: 19)
        case "M", "L": return count < 3 ? try number(.month) : try name(.month)
        case "E": return try name(.dayOfWeek)
        case "e": return count < 3 ? try number(.dayOfWeek) : try name(.dayOfWeek)
        case "c": return count < 3 ? try number(.dayOfWeek, upTo: 1) : try name(.dayOfWeek)
        case "G":
            guard count < 4 else { throw error("eras are printed in short: G") }
            return try name(.era)
        case "a":
            guard count == 1 else { throw tooMany() }
            return try name(.halfday)
        case "d": return try number(.dayOfMonth)
        case "D": return try number(.dayOfYear, upTo: 3)
        case "w": return try number(.week)
        case "H": return try number(.hour)
        case "k": return try number(.clockHour)
        case "K": return try number(.hourOfHalfday)
        case "h": return try number(.clockHourOfHalfday)
        case "m": return try number(.minute)
        case "s": return try number(.second)
        case "S":
            guard count <= 9 else { throw tooMany() }
            return .fraction(.fractionOfSecond, digitsMin: count, digitsMax: count)
        case "V":
            guard count == 2 else { throw error("Pattern letter count must be 2: V") }
            return literal("Z")
        case "z" where count <= 4: return literal("Z")
        case "O" where count == 1 || count == 4: return literal("GMT")
        case "X" where count <= 5: return literal("Z")
        case "x" where count <= 5: return literal(count == 1 ? "+00" : count % 2 == 0 ? "+0000" : "+00:00")
        case "Z" where count <= 5: return literal(count == 5 ? "Z" : count == 4 ? "GMT" : "+0000")
        case "z", "O", "X", "x", "Z": throw tooMany()
        default: throw error("the letter \(letter) is not printed; between quotes it stands for itself: '\(letter)'")
        }
    }
}
