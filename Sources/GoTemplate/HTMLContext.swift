/// Where in a page the next text will stand, and how it is made harmless there: by the rules of Go's html/template,
/// https://pkg.go.dev/html/template#hdr-Contexts
struct HTMLContext: Sendable {
    private enum Place: Sendable {
        case text
        case comment
        /// The content of `title` and `textarea`: text without elements.
        case plainElement(String)
        case style
        case script
        /// After `<`, in an element's name.
        case tagName
        /// In an element, between its attributes.
        case tag
        case attributeName
        /// After the name: `=` may follow.
        case afterName
        /// After `=`.
        case beforeValue
        case value(Quote)
    }

    private enum Quote: Sendable { case double, single, none }

    private enum Meaning: Sendable { case plain, link, style, script }

    private var place = Place.text
    private var word = ""
    private var element = ""
    private var isClosing = false
    private var meaning = Meaning.plain
    /// How far an address has come: nothing yet, its path, its query.
    private var link = LinkPart.start
    /// The quote in which a text of a script stands.
    private var scriptQuote: Character?
    private var isScriptEscape = false

    private enum LinkPart: Sendable { case start, path, query }

    /// What a value that may not stand where it was put becomes, as in Go.
    static let refused = "ZgotmplZ"

    private static let linkAttributes: Set<String> = [
        "href", "src", "action", "formaction", "cite", "poster", "background", "data", "longdesc", "manifest", "usemap",
        "codebase", "classid", "profile", "icon", "srcset", "xlink:href",
    ]

    // MARK: What stands there already

    /// Follows text of the author.
    mutating func follow(_ text: String) {
        for character in text { follow(character) }
    }

    /// Notes that a value stands where it was written, without looking for signs in it: they are harmless.
    mutating func pass(_ isEmpty: Bool) {
        switch place {
        case .beforeValue: begin(.none)
        case .value where meaning == .link && link == .start && !isEmpty: link = .path
        case .tag: place = .attributeName
        default: break
        }
    }

    private mutating func follow(_ character: Character) {
        switch place {
        case .text: followText(character)
        case .comment:
            word = String((word + String(character)).suffix(3))
            if word == "-->" { leave() }
        case .plainElement(let name): followRaw(character, name)
        case .style: followRaw(character, "style")
        case .script: followRaw(character, "script")
        case .tagName: followTagName(character)
        case .tag, .attributeName, .afterName, .beforeValue: followTag(character)
        case .value(let quote): followValue(character, quote)
        }
    }

    private mutating func leave() {
        place = .text
        word = ""
    }

    private mutating func followText(_ character: Character) {
        if character == "<" {
            word = "<"
        } else if word == "<", character.isLetter || character == "/" {
            place = .tagName
            isClosing = character == "/"
            word = isClosing ? "" : character.lowercased()
        } else if !word.isEmpty, "<!--".hasPrefix(word + String(character)) {
            word += String(character)
            if word == "<!--" {
                place = .comment
                word = ""
            }
        } else {
            word = ""
        }
    }

    private mutating func followTagName(_ character: Character) {
        if character == ">" || character == "/" || character.isWhitespace {
            element = word
            word = ""
            place = .tag
            if character == ">" { closeTag() }
        } else {
            word += character.lowercased()
        }
    }

    private mutating func closeTag() {
        leave()
        if isClosing { return }
        switch element {
        case "script": place = .script
        case "style": place = .style
        case "title", "textarea": place = .plainElement(element)
        default: break
        }
        scriptQuote = nil
    }

    private mutating func followTag(_ character: Character) {
        if character == ">" {
            if case .beforeValue = place {} else { word = "" }
            closeTag()
            return
        }
        switch place {
        case .tag:
            if character.isWhitespace || character == "/" { return }
            word = character.lowercased()
            place = .attributeName
        case .attributeName:
            if character == "=" {
                place = .beforeValue
            } else if character.isWhitespace {
                place = .afterName
            } else {
                word += character.lowercased()
            }
        case .afterName:
            if character.isWhitespace { return }
            if character == "=" {
                place = .beforeValue
            } else {
                word = character.lowercased()
                place = .attributeName
            }
        default:
            if character.isWhitespace { return }
            begin(character == "\"" ? .double : character == "'" ? .single : .none)
            if character != "\"" && character != "'" { followValue(character, .none) }
        }
    }

    private mutating func begin(_ quote: Quote) {
        place = .value(quote)
        link = .start
        scriptQuote = nil
        meaning =
            word.hasPrefix("on")
            ? .script
            : word == "style"
                ? .style
                : Self.linkAttributes.contains(word) || word.hasPrefix("xmlns")
                    ? .link : .plain
        word = ""
    }

    private mutating func followValue(_ character: Character, _ quote: Quote) {
        switch (quote, character) {
        case (.double, "\""), (.single, "'"):
            place = .tag
            return
        case (.none, ">"):
            closeTag()
            return
        case (.none, _) where character.isWhitespace:
            place = .tag
            return
        default: break
        }
        if meaning == .link {
            if character == "?" || character == "#" {
                link = .query
            } else if link == .start, !character.isWhitespace {
                link = .path
            }
        }
        if meaning == .script { followScript(character) }
    }

    private mutating func followRaw(_ character: Character, _ name: String) {
        word = String((word + character.lowercased()).suffix(name.count + 2))
        if name == "script" { followScript(character) }
        if word == "</" + name {
            place = .tagName
            isClosing = true
            word = name
        }
    }

    private mutating func followScript(_ character: Character) {
        if isScriptEscape {
            isScriptEscape = false
        } else if let quote = scriptQuote {
            if character == "\\" { isScriptEscape = true }
            if character == quote || (character.isNewline && quote != "`") { scriptQuote = nil }
        } else if "\"'`".contains(character) {
            scriptQuote = character
        }
    }

    // MARK: What is put there

    /// How much of the escaping a pipeline has done itself by its last function, `html` or `urlquery`.
    enum Done: Sendable { case nothing, html, query }

    /// A value as it may stand here.
    func harmless(_ value: TemplateValue, _ done: Done) -> String {
        let text = value.printedInText
        switch place {
        case .comment: return ""
        case .text:
            if case .markup = value { return text }
            return done == .html ? text : Self.escaped(text)
        case .plainElement:
            if case .markup = value { return Self.normalized(Self.withoutTags(text)) }
            return done == .html ? text : Self.escaped(text)
        case .style: return Self.style(text)
        case .script: return script(value, text)
        case .tagName, .tag, .attributeName, .afterName: return Self.name(text)
        case .beforeValue: return attribute(value, text, .none, HTMLContext.meaning(of: word), .start, done)
        case .value(let quote): return attribute(value, text, quote, meaning, link, done)
        }
    }

    private static func meaning(of name: String) -> Meaning {
        name.hasPrefix("on") ? .script : name == "style" ? .style : linkAttributes.contains(name) ? .link : .plain
    }

    private func attribute(
        _ value: TemplateValue, _ text: String, _ quote: Quote, _ meaning: Meaning, _ part: LinkPart, _ done: Done
    ) -> String {
        let inner: String
        switch meaning {
        case .plain:
            if case .markup = value {
                let plain = Self.withoutTags(text)
                return quote == .none
                    ? Self.unquoted(Self.normalized(plain), keepsEntities: true) : Self.normalized(plain)
            }
            if done == .html, quote != .none { return text }
            inner = text
        case .link: inner = address(value, text, part, done)
        case .style: inner = Self.style(text)
        case .script: inner = script(value, text)
        }
        return quote == .none ? Self.unquoted(inner) : Self.escaped(inner)
    }

    private func address(_ value: TemplateValue, _ text: String, _ part: LinkPart, _ done: Done) -> String {
        if part == .query { return done == .query ? text : Self.percentEncoded(text, keepsReserved: false) }
        if case .link = value { return Self.percentEncoded(text, keepsReserved: true) }
        guard part != .start || LinkScheme.isHarmless(text) else { return "#" + Self.refused }
        return done == .query ? text : Self.percentEncoded(text, keepsReserved: true)
    }

    private func script(_ value: TemplateValue, _ text: String) -> String {
        scriptQuote == nil ? TemplateJSON.text(of: value) : TemplateEscaping.script(text)
    }

    /// A value of a style: only signs that cannot end it or fetch something.
    private static func style(_ text: String) -> String {
        let isHarmless = text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || " #%.,-_+!".unicodeScalars.contains(scalar)
        }
        let letters = text.lowercased().filter(\.isLetter)
        return isHarmless && !letters.contains("expression") && !letters.contains("mozbinding") ? text : refused
    }

    private static func name(_ text: String) -> String {
        let isHarmless =
            !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return isHarmless && meaning(of: text.lowercased()) == .plain ? text : refused
    }

    private static func escaped(_ text: String) -> String {
        TemplateEscaping.html(text).replacing("+", with: "&#43;")
    }

    /// Escaped, but for entities that stand there already.
    private static func normalized(_ text: String) -> String {
        text.reduce(into: "") { output, character in
            switch character {
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&#34;"
            case "'": output += "&#39;"
            default: output.append(character)
            }
        }
    }

    private static func unquoted(_ text: String, keepsEntities: Bool = false) -> String {
        if text.isEmpty { return refused }
        let base = keepsEntities ? text : escaped(text)
        return base.unicodeScalars.reduce(into: "") { output, scalar in
            switch scalar {
            case "\t", "\n", "\u{b}", "\u{c}", "\r", " ", "=", "`": output += "&#\(scalar.value);"
            default: output.unicodeScalars.append(scalar)
            }
        }
    }

    private static func withoutTags(_ text: String) -> String { text.replacing(#/<[^>]*>/#, with: "") }

    private static func percentEncoded(_ text: String, keepsReserved: Bool) -> String {
        let bytes = Array(text.utf8)
        var output = ""
        func isHexadecimal(_ index: Int) -> Bool {
            index < bytes.count && Character(Unicode.Scalar(bytes[index])).isHexDigit
        }
        for (index, byte) in bytes.enumerated() {
            let character = Character(Unicode.Scalar(byte))
            let isPlain = byte < 128 && (character.isLetter || character.isNumber || "-._~".contains(character))
            let isReserved = keepsReserved && byte < 128 && "!#$&*+,/:;=?@[]".contains(character)
            let isEscape = keepsReserved && character == "%" && isHexadecimal(index + 1) && isHexadecimal(index + 2)
            if isPlain || isReserved || isEscape {
                output.append(character)
            } else {
                output += "%" + GoText.hexadecimal(UInt64(byte), width: 2)
            }
        }
        return output
    }
}

/// Tells links that only lead somewhere from those that do something.
package enum LinkScheme {
    /// Whether a text in a link's place leads to a web page or to a mail address, as html/template asks.
    static func isHarmless(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return true }
        let scheme = text[..<colon]
        return scheme.contains("/") || ["http", "https", "mailto"].contains(scheme.lowercased())
    }

    /// Whether a text is the whole address of a web page.
    package static func isWeb(_ text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return (start.hasPrefix("http://") || start.hasPrefix("https://"))
            && !text.unicodeScalars.contains {
                $0.value <= 32 || $0.value == 127 || "\"<>`".unicodeScalars.contains($0)
            }
    }
}
