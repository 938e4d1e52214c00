internal import Model

/// Reads the terms of a query of traces, from left to right.
struct TraceQueryReader {
    private let characters: [Character]
    var position = 0

    init(_ characters: [Character]) { self.characters = characters }

    static let subjects: Set<String> = [
        "service", "name", "operation", "kind", "status", "duration", "event", "root", "error", "trace",
    ]

    /// What ends a word that stands in no quotation marks.
    private static func isSign(_ character: Character) -> Bool { "=!<>~\"".contains(character) }

    /// Whether a text is a word without quotation marks around it.
    static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, first != "-", first != ".", !["AND", "OR", "NOT", "&&", "||"].contains(text)
        else {
            return false
        }
        return !text.contains { $0.isWhitespace || isSign($0) || $0 == "\\" }
    }

    func refused(_ words: String, at offset: Int) -> TraceQueryRefused {
        TraceQueryRefused(description: words, offset: offset)
    }

    private var next: Character? { position < characters.count ? characters[position] : nil }

    mutating func skipBlanks() {
        while next?.isWhitespace == true { position += 1 }
    }

    /// The trace that is all the query asks for: 32 hexadecimal digits, or 16 as Zipkin has them.
    mutating func loneTraceID() -> TraceID? {
        var word = ""
        while let character = next, !character.isWhitespace {
            word.append(character)
            position += 1
        }
        skipBlanks()
        let digits = word.hasPrefix("trace=") ? word.dropFirst(6) : word[...]
        guard position == characters.count, digits.utf8.count == 32 || digits.utf8.count == 16 else { return nil }
        let id = TraceID(digits)
        return id?.isZero == true ? nil : id
    }

    /// The condition that begins here.
    mutating func term() throws(TraceQueryRefused) -> SpanQuery.Condition {
        let start = position
        var isNegated = false
        while let character = next, character == "-" || character == "!" {
            isNegated.toggle()
            position += 1
        }
        let isOfAttribute = next == "."
        if isOfAttribute { position += 1 }
        let isQuoted = next == "\""
        let name = try word()
        if !isQuoted { try refuseOperator(name, at: start) }
        guard !name.isEmpty else {
            throw refused(
                "a name must stand here, such as service=recorder or duration>1s", at: position)
        }
        let signPlace = position
        guard let sign = sign() else {
            if !isQuoted, name.utf8.count == 32, TraceID(name)?.isZero == false {
                throw refused(
                    "the number of a trace stands alone: nothing else is asked then; leave the rest out", at: start)
            }
            try refuseColon(name, isQuoted, at: start)
            return SpanQuery.Condition(.name, .contains(name), isNegated: isNegated)
        }
        let valuePlace = position
        let isValueQuoted = next == "\""
        let value = try word(isValue: true)
        guard !value.isEmpty || isValueQuoted else {
            throw refused("a value must stand behind \(name)\(sign.rawValue)", at: valuePlace)
        }
        if sign.isNegated { isNegated.toggle() }
        let places = Places(name: start, sign: signPlace, value: valuePlace)
        var condition =
            isOfAttribute || isQuoted
            ? try attribute(name, sign, value, isValueQuoted, places)
            : try condition(name, sign, value, isValueQuoted, places)
        if isNegated { condition.isNegated.toggle() }
        return condition
    }

    /// Where the parts of a term stand.
    private struct Places {
        let name: Int
        let sign: Int
        let value: Int
    }

    private enum Sign: String, CaseIterable {
        // Longer ones first.
        case differs = "!=", containsNot = "!~", doubled = "==", atLeast = ">=", atMost = "<="
        case equals = "=", contains = "~", above = ">", below = "<"

        var isNegated: Bool { self == .differs || self == .containsNot }
    }

    private mutating func sign() -> Sign? {
        for sign in Sign.allCases where characters[position...].starts(with: sign.rawValue) {
            position += sign.rawValue.count
            return sign
        }
        return nil
    }

    /// A word, or a text in quotation marks, in which `\` stands before `"` and itself.
    private mutating func word(isValue: Bool = false) throws(TraceQueryRefused) -> String {
        var text = ""
        guard next == "\"" else {
            while let character = next, !character.isWhitespace, isValue || !Self.isSign(character) {
                if isValue, character == "\"" {
                    throw refused(
                        "a quotation mark within a word; put the whole value in quotation marks", at: position)
                }
                text.append(character)
                position += 1
            }
            return text
        }
        let start = position
        position += 1
        while let character = next {
            position += 1
            if character == "\"" {
                guard isValue, let follower = next, !follower.isWhitespace else { return text }
                throw refused("a blank must stand behind the closing quotation mark", at: position)
            }
            if character == "\\", let escaped = next {
                text.append(escaped)
                position += 1
            } else {
                text.append(character)
            }
        }
        throw refused("the quotation mark that opens here is never closed", at: start)
    }

    private func refuseOperator(_ name: String, at place: Int) throws(TraceQueryRefused) {
        switch name {
        case "AND", "&&": throw refused("terms side by side all hold already; leave \(name) out", at: place)
        case "OR", "||": throw refused("there is no \(name): ask one question after the other", at: place)
        case "NOT": throw refused("write - before what must not be: -kind=client", at: place)
        default: return
        }
    }

    /// Who writes queries of logs writes a colon.
    private func refuseColon(_ name: String, _ isQuoted: Bool, at place: Int) throws(TraceQueryRefused) {
        guard !isQuoted, let colon = name.firstIndex(of: ":"), colon != name.startIndex else { return }
        let (field, value) = (name[..<colon], name[name.index(after: colon)...])
        guard Self.subjects.contains(String(field)) || field == "camera" || field.contains(".") else { return }
        throw refused(
            "write \(field)=\(value.isEmpty ? "…" : value) with an equals sign, or put the name in quotation marks",
            at: place + name.distance(from: name.startIndex, to: colon))
    }

    private func condition(
        _ name: String, _ sign: Sign, _ value: String, _ isValueQuoted: Bool, _ places: Places
    ) throws(TraceQueryRefused) -> SpanQuery.Condition {
        switch name {
        case "service": return .init(.service, try text(name, sign, value, isValueQuoted, places))
        case "name", "operation": return .init(.name, try text(name, sign, value, isValueQuoted, places))
        case "event": return .init(.event, try text(name, sign, value, isValueQuoted, places))
        case "kind":
            let names = Span.Kind.allCases.map(\.name).filter { !$0.isEmpty }
            return .init(.kind, .equals(try choice(name, sign, value.lowercased(), of: names, places)))
        case "status":
            let names = Span.Status.allCases.map { "\($0)" }
            return .init(.status, .equals(try choice(name, sign, value.lowercased(), of: names, places)))
        case "root":
            return .init(.root, .equals(try choice(name, sign, value.lowercased(), of: ["true", "false"], places)))
        case "error":
            let isError = try choice(name, sign, value.lowercased(), of: ["true", "false"], places)
            return .init(.status, .equals("error"), isNegated: isError == "false")
        case "trace":
            throw refused(
                "trace= takes the number of a trace, 32 hexadecimal digits, and stands alone", at: places.name)
        case "duration": return .init(.duration, try duration(sign, value, places))
        default: return try attribute(name, sign, value, isValueQuoted, places)
        }
    }

    private func choice(
        _ name: String, _ sign: Sign, _ value: String, of choices: [String], _ places: Places
    ) throws(TraceQueryRefused) -> String {
        guard [.equals, .doubled, .differs].contains(sign) else {
            throw refused("\(name) is one of \(choices.joined(separator: ", ")): write \(name)=…", at: places.sign)
        }
        guard choices.contains(value) else {
            throw refused("\(name) is one of \(choices.joined(separator: ", "))", at: places.value)
        }
        return value
    }

    private func text(
        _ name: String, _ sign: Sign, _ value: String, _ isValueQuoted: Bool, _ places: Places
    ) throws(TraceQueryRefused) -> SpanQuery.Comparison {
        switch sign {
        case .equals, .doubled, .differs: return value == "*" && !isValueQuoted ? .exists : .equals(value)
        case .contains, .containsNot: return .contains(value)
        case .atLeast, .atMost, .above, .below:
            throw refused("\(name) is a text: write \(name)=… or, for a part of it, \(name)~…", at: places.sign)
        }
    }

    private func attribute(
        _ name: String, _ sign: Sign, _ value: String, _ isValueQuoted: Bool, _ places: Places
    ) throws(TraceQueryRefused) -> SpanQuery.Condition {
        let subject = SpanQuery.Subject.attribute(name)
        guard [.atLeast, .atMost, .above, .below].contains(sign) else {
            return .init(subject, try text(name, sign, value, isValueQuoted, places))
        }
        guard let number = Double(value), number.isFinite else {
            throw refused(
                "\(name)\(sign.rawValue) takes a number, such as \(name)\(sign.rawValue)500", at: places.value)
        }
        return .init(subject, .number(range(sign, number)))
    }

    private func duration(
        _ sign: Sign, _ value: String, _ places: Places
    ) throws(TraceQueryRefused) -> SpanQuery.Comparison {
        if sign == .contains || sign == .containsNot {
            throw refused("duration is compared by = != < <= > >=: duration>1.5s", at: places.sign)
        }
        guard let length = SpanDuration.nanoseconds(value) else {
            let mend = Double(value) == nil ? "a number and a unit" : "a unit behind the number"
            throw refused("duration takes \(mend), such as 1.5s, 20ms, 80us or 2m", at: places.value)
        }
        return .number(range(sign, Double(length)))
    }

    private func range(_ sign: Sign, _ number: Double) -> ClosedRange<Double> {
        switch sign {
        case .above: number.nextUp...Double.infinity
        case .atLeast: number...Double.infinity
        case .below: -Double.infinity...number.nextDown
        case .atMost: -Double.infinity...number
        default: number...number
        }
    }
}
