/// A query's text, character by character.
struct QueryCursor {
    let characters: [Character]
    var position = 0

    /// How deep groups may be nested.
    static let depthLimit = 100

    init(_ text: String) { characters = Array(text) }

    var isAtEnd: Bool { position >= characters.count }
    var next: Character? { peek(0) }

    func peek(_ distance: Int) -> Character? {
        position + distance < characters.count ? characters[position + distance] : nil
    }

    mutating func skipSpaces() { while let next, next.isWhitespace { position += 1 } }

    /// Skips `text` if it comes next.
    mutating func take(_ text: String) -> Bool {
        let wanted = Array(text)
        guard position + wanted.count <= characters.count,
            characters[position..<(position + wanted.count)].elementsEqual(wanted)
        else { return false }
        position += wanted.count
        return true
    }

    /// The character behind a backslash; the position is on the backslash, and behind what was read afterwards.
    /// - Parameter named: characters with a meaning of their own behind a backslash.
    mutating func escaped(named: [Character: Character] = [:]) throws(LogQueryError) -> Character {
        let start = position
        position += 1
        guard let character = next else {
            throw LogQueryError(
                offset: start, message: "nothing follows the backslash", mend: "write \\\\ for a backslash itself")
        }
        position += 1
        if character != "u" { return named[character] ?? character }
        let digits = String(characters[position..<min(characters.count, position + 4)])
        guard digits.count == 4, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(value)
        else {
            throw LogQueryError(
                offset: start, message: "\\u is not followed by four hexadecimal digits of a character",
                mend: "write \\u0041 for the letter A, or \\\\u for a backslash and a u")
        }
        position += 4
        return Character(scalar)
    }

    /// The text up to the closing quote; the position is on the opening one, and behind the closing one afterwards.
    mutating func quoted(named: [Character: Character] = [:]) throws(LogQueryError) -> String {
        let start = position
        position += 1
        var text = ""
        while let next {
            if next == "\"" {
                position += 1
                return text
            }
            if next == "\\" {
                text.append(try escaped(named: named))
            } else {
                text.append(next)
                position += 1
            }
        }
        throw LogQueryError(offset: start, message: "the quote is not closed", mend: "add a \" behind the phrase")
    }
}

/// A value without quotes, in which wildcards are told from the same characters behind a backslash.
struct QueryLiteral {
    var elements: [Wildcard.Element] = []
    /// The text, without backslashes.
    var text = ""
    var hasWildcard = false
    /// Whether a character was behind a backslash: it is no keyword then.
    var hasEscape = false
    let start: Int

    init(start: Int) { self.start = start }

    mutating func append(_ character: Character, isEscaped: Bool = false) {
        hasEscape = hasEscape || isEscaped
        text.append(character)
        for scalar in String(character).lowercased().unicodeScalars { elements.append(.scalar(scalar)) }
    }

    mutating func append(wildcard: Wildcard.Element) {
        hasWildcard = true
        elements.append(wildcard)
        text.append(wildcard == .any ? "*" : "?")
    }

    /// Takes blanks off the end.
    mutating func trim() {
        while let last = text.last, last.isWhitespace, elements.last != .any {
            text.removeLast()
            elements.removeLast(last.unicodeScalars.count)
        }
    }

    /// The field of this name. A star counts behind a backslash too, as Elasticsearch asks for one in names.
    var field: QueryField {
        guard text.contains("*") else { return .name(text) }
        return .pattern(Wildcard(text.lowercased().unicodeScalars.map { $0 == "*" ? .any : .scalar($0) }))
    }
}
