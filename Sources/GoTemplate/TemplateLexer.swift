/// Cuts a template's text into literal text and actions, and actions into tokens.
struct TemplateLexer {
    private let name: String
    private let source: [Character]
    private var index = 0
    private var place = TemplatePlace()

    init(_ text: String, name: String) {
        self.name = name
        // A carriage return and line feed count as one Character in Swift; every scalar of its own keeps them apart.
        source = text.unicodeScalars.map(Character.init)
    }

    mutating func pieces() throws(TemplateError) -> [TemplatePiece] {
        var pieces: [TemplatePiece] = []
        var trimsNext = false
        while index < source.count {
            let textStart = index
            while index < source.count, !startsDelimiter(at: index) { advance() }
            var text = source[textStart..<index]
            if trimsNext { text = text.drop { isSpace($0) } }
            trimsNext = false
            guard index < source.count else {
                if !text.isEmpty { pieces.append(.text(String(text))) }
                break
            }
            let start = place
            advance(2)
            if peek() == "-", peek(1).map(isSpace) == true {
                while let last = text.last, isSpace(last) { text.removeLast() }
                advance(2)
            }
            if !text.isEmpty { pieces.append(.text(String(text))) }
            if peek() == "/", peek(1) == "*" {
                trimsNext = try skipComment(from: start)
                continue
            }
            let (tokens, trims) = try action(from: start)
            trimsNext = trims
            pieces.append(.action(tokens, start))
        }
        return pieces
    }

    private func startsDelimiter(at index: Int) -> Bool {
        source[index] == "{" && index + 1 < source.count && source[index + 1] == "{"
    }

    private func peek(_ offset: Int = 0) -> Character? {
        index + offset < source.count ? source[index + offset] : nil
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where index < source.count {
            if source[index] == "\n" {
                place.line += 1
                place.column = 1
            } else {
                place.column += 1
            }
            index += 1
        }
    }

    private func isSpace(_ character: Character) -> Bool {
        character == " " || character == "\t" || character == "\r" || character == "\n"
    }

    /// Returns whether the comment's end trims the text after it.
    private mutating func skipComment(from start: TemplatePlace) throws(TemplateError) -> Bool {
        advance(2)
        while index < source.count, !(peek() == "*" && peek(1) == "/") { advance() }
        guard index < source.count else { throw start.error(in: name, "the comment has no end; close it with */}}") }
        advance(2)
        let trims = peek().map(isSpace) == true && peek(1) == "-"
        if trims { advance(2) }
        guard peek() == "}", peek(1) == "}" else {
            throw place.error(in: name, "a comment must fill its action; write }} right after */")
        }
        advance(2)
        return trims
    }

    private mutating func action(
        from start: TemplatePlace
    ) throws(TemplateError) -> (tokens: [TemplateToken], trims: Bool) {
        var tokens: [TemplateToken] = []
        var spaced = false
        while true {
            guard let character = peek() else {
                throw start.error(in: name, "the action has no end; close it with }}")
            }
            if isSpace(character) {
                if peek(1) == "-", peek(2) == "}", peek(3) == "}" {
                    advance(4)
                    return (tokens, true)
                }
                spaced = true
                advance()
            } else if character == "}", peek(1) == "}" {
                advance(2)
                return (tokens, false)
            } else {
                let place = place
                let kind = try token(starting: character)
                tokens.append(TemplateToken(kind: kind, place: place, afterSpace: spaced))
                spaced = false
            }
        }
    }

    private mutating func token(starting character: Character) throws(TemplateError) -> TemplateToken.Kind {
        switch character {
        case "|": return single(.pipe)
        case "(": return single(.leftParenthesis)
        case ")": return single(.rightParenthesis)
        case ",": return single(.comma)
        case "=": return single(.assign)
        case ":" where peek(1) == "=":
            advance(2)
            return .declare
        case "\"", "`", "'": return try quoted(by: character)
        case "$":
            advance()
            return .variable("$" + word())
        case ".":
            if let next = peek(1), next.isASCII, next.isNumber { return try number() }
            advance()
            let name = word()
            return name.isEmpty ? .dot : .field(name)
        case "+", "-":
            return try number()
        default:
            if character.isASCII, character.isNumber { return try number() }
            let name = word()
            guard !name.isEmpty else { throw place.error(in: self.name, "unexpected \(character) in an action") }
            switch name {
            case "true": return .literal(.bool(true))
            case "false": return .literal(.bool(false))
            case "nil": return .literal(.none)
            default: return .identifier(name)
            }
        }
    }

    private mutating func single(_ kind: TemplateToken.Kind) -> TemplateToken.Kind {
        advance()
        return kind
    }

    private mutating func word() -> String {
        let start = index
        while let character = peek(), character == "_" || character.isLetter || character.isNumber { advance() }
        return String(source[start..<index])
    }

    private mutating func number() throws(TemplateError) -> TemplateToken.Kind {
        let start = place
        var text = ""
        while let character = peek() {
            let last = text.last
            let isSign =
                (character == "+" || character == "-")
                && (text.isEmpty || ((last == "e" || last == "E") && !text.lowercased().contains("0x")))
            guard
                isSign || character == "." || character == "_" || (character.isASCII && character.isHexDigit)
                    || (character == "x" || character == "X" || character == "o" || character == "O")
            else { break }
            text.append(character)
            advance()
        }
        guard let value = GoLiteral.number(text) else { throw start.error(in: name, "bad number \(text)") }
        return .literal(value)
    }

    private mutating func quoted(by quote: Character) throws(TemplateError) -> TemplateToken.Kind {
        let start = place
        advance()
        var raw: [Character] = []
        while let character = peek(), character != quote {
            if quote != "`" {
                if character == "\n" { break }
                if character == "\\", let next = peek(1) {
                    raw += [character, next]
                    advance(2)
                    continue
                }
            }
            raw.append(character)
            advance()
        }
        guard peek() == quote else { throw start.error(in: name, "the text has no end; close it with \(quote)") }
        advance()
        if quote == "`" { return .literal(.string(String(raw))) }
        guard let text = GoLiteral.unescaped(raw) else {
            throw start.error(in: name, "bad escape in the text \(quote)\(String(raw))\(quote)")
        }
        guard quote == "'" else { return .literal(.string(text)) }
        guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
            throw start.error(in: name, "single quotes hold one character; use double quotes for texts")
        }
        return .literal(.integer(Int64(scalar.value)))
    }
}
