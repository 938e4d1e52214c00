public import Model

/// A text that is not a list of matchers.
public struct MatcherTextError: Error, Sendable, CustomStringConvertible {
    public let text: String
    public let reason: String

    public var description: String {
        "cannot read matchers \(LabelText.quoted(text)): \(reason); write them as name=\"value\", name=~\"pattern\""
    }
}

/// Matchers as Alertmanager's files, API and amtool write them: `severity="critical", camera=~"gate-.*"`,
/// with or without braces.
///
/// The classic notation is tried first, as it decides where both accept a text; then the UTF-8 one, in which
/// names may have any characters when they stand in quotes.
public enum MatcherText {
    public static func parse(_ text: String) throws(MatcherTextError) -> [Matcher] {
        do {
            return try parts(of: text).map { part throws(MatcherTextError) in try classicMatcher(part, in: text) }
        } catch let classic {
            var parser = QuotedMatcherParser(text)
            guard let matchers = try parser.matchers() else { throw classic }
            return matchers
        }
    }

    /// Cuts at commas outside quotes.
    private static func parts(of text: String) -> [Substring] {
        var body = text.trimmedSpaces
        if body.hasPrefix("{") { body.removeFirst() }
        if body.hasSuffix("}") { body.removeLast() }
        var parts: [Substring] = []
        var start = body.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in body.indices {
            switch body[index] {
            case "," where !isQuoted:
                parts.append(body[start..<index])
                start = body.index(after: index)
                isEscaped = false
            case "\"":
                if !isEscaped { isQuoted.toggle() }
                isEscaped = false
            case "\\": isEscaped.toggle()
            default: isEscaped = false
            }
        }
        if !body[start...].trimmedSpaces.isEmpty { parts.append(body[start...]) }
        return parts
    }

    private static func classicMatcher(_ part: Substring, in text: String) throws(MatcherTextError) -> Matcher {
        let trimmed = part.trimmedSpaces
        let name = trimmed.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        guard let first = name.first, !first.isNumber else {
            throw MatcherTextError(
                text: text, reason: "a label's name is expected at \(LabelText.quoted(String(trimmed)))")
        }
        let rest = trimmed.dropFirst(name.count).trimmedSpaces
        guard let (operation, raw) = rest.matcherOperation else {
            throw MatcherTextError(text: text, reason: "one of = != =~ !~ is expected after \(name)")
        }
        return try matcher(String(name), operation, try classicValue(raw.trimmedSpaces, in: text), in: text)
    }

    /// Without quotes, everything up to the comma counts; a backslash that escapes nothing stands for itself.
    private static func classicValue(_ raw: Substring, in text: String) throws(MatcherTextError) -> String {
        var rest = raw
        let isQuoted = rest.hasPrefix("\"")
        if isQuoted { rest.removeFirst() }
        var value = ""
        var isClosed = false
        while let character = rest.popFirst() {
            if isClosed { throw MatcherTextError(text: text, reason: "something follows the closing quote") }
            if character == "\\", let next = rest.first {
                rest.removeFirst()
                switch next {
                case "n": value.append("\n")
                case "\"", "\\": value.append(next)
                default: value += "\\\(next)"
                }
            } else if character == "\"" {
                guard isQuoted else { throw MatcherTextError(text: text, reason: "a value has a stray double quote") }
                isClosed = true
            } else {
                value.append(character)
            }
        }
        if isQuoted, !isClosed { throw MatcherTextError(text: text, reason: "a closing quote is missing") }
        return value
    }

    static func matcher(
        _ name: String, _ operation: Matcher.Operation, _ value: String, in text: String
    ) throws(MatcherTextError) -> Matcher {
        do {
            return try Matcher(name, operation, value)
        } catch {
            throw MatcherTextError(text: text, reason: error.reason)
        }
    }
}

/// The UTF-8 notation: names and values in quotes, or without them where they hold no reserved character.
private struct QuotedMatcherParser {
    private let text: String
    private var rest: Substring

    init(_ text: String) {
        self.text = text
        rest = text.trimmedSpaces
    }

    /// `nil` where the text is not of this notation.
    mutating func matchers() throws(MatcherTextError) -> [Matcher]? {
        let isBraced = rest.hasPrefix("{")
        if isBraced {
            guard rest.hasSuffix("}") else { return nil }
            rest = rest.dropFirst().dropLast().trimmedSpaces
        }
        var matchers: [Matcher] = []
        while !rest.isEmpty {
            guard let name = word() else { return nil }
            rest = rest.trimmedSpaces
            guard let (operation, afterOperation) = rest.matcherOperation else { return nil }
            rest = afterOperation.trimmedSpaces
            guard let value = word() else { return nil }
            matchers.append(try MatcherText.matcher(name, operation, value, in: text))
            rest = rest.trimmedSpaces
            guard rest.isEmpty || rest.popFirst() == "," else { return nil }
            rest = rest.trimmedSpaces
        }
        return matchers
    }

    private mutating func word() -> String? {
        guard rest.first == "\"" else {
            let word = rest.prefix { !"{}!=~,\\\"'`".contains($0) && !$0.isWhitespace }
            rest = rest.dropFirst(word.count)
            return word.isEmpty ? nil : String(word)
        }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            if character == "\\" {
                switch rest.popFirst() {
                case "n": value.append("\n")
                case "t": value.append("\t")
                case let next? where next == "\"" || next == "\\": value.append(next)
                default: return nil
                }
            } else {
                value.append(character)
            }
        }
        return nil
    }
}

extension StringProtocol {
    fileprivate var trimmedSpaces: Substring {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    /// The operation at the start, and what follows it.
    fileprivate var matcherOperation: (Matcher.Operation, Substring)? {
        let text = Substring(self)
        for operation in [Matcher.Operation.regex, .notRegex, .notEqual, .equal]
        where text.hasPrefix(operation.rawValue) {
            return (operation, text.dropFirst(operation.rawValue.count))
        }
        return nil
    }
}
