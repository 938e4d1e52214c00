internal import Foundation

/// Go's `fmt.Sprintf`, `Sprint` and `Sprintln`.
package enum GoPrintf {
    /// The widest field and the most decimals: a template must not be able to fill the memory.
    private static let widthMax = 4_096

    /// - Throws: ``TemplateFailure`` where the outcome is longer than a text may be.
    package static func format(_ format: String, _ arguments: [TemplateValue]) throws(TemplateFailure) -> String {
        var printer = Printer(arguments: arguments)
        return try printer.run(Array(format.unicodeScalars))
    }

    /// `Sprint`: a space only between operands of which neither is a text.
    static func joined(_ arguments: [TemplateValue]) -> String {
        var output = ""
        for (index, argument) in arguments.enumerated() {
            if index > 0, argument.text == nil, arguments[index - 1].text == nil { output += " " }
            output += argument.printed
        }
        return output
    }

    static func line(_ arguments: [TemplateValue]) -> String {
        arguments.map(\.printed).joined(separator: " ") + "\n"
    }

    /// The flags and numbers between `%` and the verb.
    private struct Directive {
        var minus = false
        var plus = false
        var sharp = false
        var space = false
        var zero = false
        var width: Int?
        var precision: Int?
    }

    private struct Printer {
        let arguments: [TemplateValue]
        var next = 0
        var reordered = false
        var output = ""

        init(arguments: [TemplateValue]) { self.arguments = arguments }

        mutating func run(_ format: [Unicode.Scalar]) throws(TemplateFailure) -> String {
            var index = 0
            while index < format.count {
                let scalar = format[index]
                index += 1
                guard scalar == "%" else {
                    output.unicodeScalars.append(scalar)
                    continue
                }
                var directive = Directive()
                index = flags(format, index, &directive)
                index = numbers(format, index, &directive)
                guard index < format.count else {
                    output += "%!(NOVERB)"
                    break
                }
                let verb = format[index]
                index += 1
                if verb == "%" {
                    output += "%"
                } else if next < 0 || next >= arguments.count {
                    output += next < 0 ? "%!\(verb)(BADINDEX)" : "%!\(verb)(MISSING)"
                    next = max(0, next)
                } else {
                    let argument = arguments[next].resolved
                    next += 1
                    output += GoPrintf.pad(GoPrintf.text(of: argument, verb: verb, directive), directive, argument)
                    try TemplateBudget.check(output.utf8.count)
                }
            }
            if !reordered, next < arguments.count {
                let extra = arguments[next...].map { argument in
                    if case .none = argument { return "<nil>" }
                    return "\(argument.typeName)=\(argument.printed)"
                }
                output += "%!(EXTRA \(extra.joined(separator: ", ")))"
            }
            return output
        }

        private func flags(_ format: [Unicode.Scalar], _ start: Int, _ directive: inout Directive) -> Int {
            var index = start
            while index < format.count {
                switch format[index] {
                case "-": directive.minus = true
                case "+": directive.plus = true
                case "#": directive.sharp = true
                case " ": directive.space = true
                case "0": directive.zero = true
                default: return index
                }
                index += 1
            }
            return index
        }

        private mutating func numbers(_ format: [Unicode.Scalar], _ start: Int, _ directive: inout Directive) -> Int {
            var index = argumentIndex(format, start)
            directive.width = number(format, &index)
            if let width = directive.width, width < 0 {
                directive.minus = true
                directive.width = -width
            }
            if index < format.count, format[index] == "." {
                index = argumentIndex(format, index + 1)
                directive.precision = max(0, number(format, &index) ?? 0)
            }
            return argumentIndex(format, index)
        }

        /// `[2]` chooses the second argument.
        private mutating func argumentIndex(_ format: [Unicode.Scalar], _ start: Int) -> Int {
            guard start < format.count, format[start] == "[",
                let end = format[start...].firstIndex(of: "]")
            else { return start }
            var digits = String.UnicodeScalarView()
            digits.append(contentsOf: format[(start + 1)..<end])
            reordered = true
            // Any other number names no argument.
            next =
                Int(String(digits)).flatMap { (1...arguments.count + 1).contains($0) ? $0 - 1 : nil } ?? arguments.count
            return end + 1
        }

        private mutating func number(_ format: [Unicode.Scalar], _ index: inout Int) -> Int? {
            if index < format.count, format[index] == "*" {
                index += 1
                defer { next += 1 }
                guard arguments.indices.contains(next), case .integer(let value) = arguments[next] else { return nil }
                return Int(max(-Int64(widthMax), min(Int64(widthMax), value)))
            }
            var value: Int?
            while index < format.count, ("0"..."9").contains(format[index]) {
                value = min(widthMax, (value ?? 0) * 10 + Int(format[index].value) - 48)
                index += 1
            }
            return value
        }
    }

    private static func text(of value: TemplateValue, verb: Unicode.Scalar, _ directive: Directive) -> String {
        switch (verb, value) {
        case ("v", .number(let number)): signed(GoText.number(number), directive)
        case ("v", .integer(let number)): signed(String(number), directive)
        case ("v", .string(let text)) where directive.sharp: GoText.quoted(text)
        case ("v", _): value.printed
        case ("T", _): value.typeName
        case ("d", .named(let number, _)): signed(String(number), directive)
        case ("s", .named), ("s", .link): cut(value.printed, directive)
        case ("t", .bool): value.printed
        case ("s", .string(let text)), ("s", .markup(let text)): cut(text, directive)
        case ("q", .string(let text)), ("q", .markup(let text)): GoText.quoted(cut(text, directive))
        case ("x", .string(let text)), ("x", .markup(let text)): hexadecimal(text)
        case ("X", .string(let text)), ("X", .markup(let text)): hexadecimal(text).uppercased()
        case ("s", .time), ("s", .duration): value.printed
        case ("d", .integer(let number)): signed(String(number), directive)
        case ("d", .duration(let number)): signed(String(number), directive)
        case ("x", .integer(let number)): (directive.sharp ? "0x" : "") + String(number, radix: 16)
        case ("X", .integer(let number)): (directive.sharp ? "0X" : "") + String(number, radix: 16, uppercase: true)
        case ("o", .integer(let number)): (directive.sharp ? "0" : "") + String(number, radix: 8)
        case ("b", .integer(let number)): String(number, radix: 2)
        case ("c", .integer(let number)): character(number)
        case ("q", .integer(let number)): "'\(character(number))'"
        case ("U", .integer(let number)): "U+" + GoText.hexadecimal(UInt64(bitPattern: number), width: 4).uppercased()
        case ("e", .number(let number)), ("E", .number(let number)), ("f", .number(let number)),
            ("F", .number(let number)), ("g", .number(let number)), ("G", .number(let number)):
            signed(float(number, verb: verb, directive), directive)
        case (_, .list(let list)):
            "[" + list.map { text(of: $0.resolved, verb: verb, directive) }.joined(separator: " ") + "]"
        case (_, .map(let map)) where !map.isRecord:
            "map["
                + map.sortedEntries.map {
                    text(of: .string($0.key), verb: verb, directive) + ":"
                        + text(of: $0.value.resolved, verb: verb, directive)
                }.joined(separator: " ") + "]"
        case (_, .none): "%!\(verb)(<nil>)"
        default: "%!\(verb)(\(value.typeName)=\(value.printed))"
        }
    }

    private static func float(_ value: Double, verb: Unicode.Scalar, _ directive: Directive) -> String {
        if let special = GoText.special(value) { return special }
        let letter = verb == "F" ? "f" : String(verb)
        if directive.precision == nil, verb == "g" || verb == "G" {
            let text = GoText.number(value)
            return verb == "G" ? text.uppercased() : text
        }
        return String(format: "%.\(directive.precision ?? 6)\(letter)", value)
    }

    private static func signed(_ text: String, _ directive: Directive) -> String {
        if text.hasPrefix("-") || text.hasPrefix("+") { return text }
        return (directive.plus ? "+" : directive.space ? " " : "") + text
    }

    private static func cut(_ text: String, _ directive: Directive) -> String {
        guard let precision = directive.precision else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision)))
    }

    private static func character(_ number: Int64) -> String {
        let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) ?? "\u{fffd}"
        return String(Character(scalar))
    }

    private static func hexadecimal(_ text: String) -> String {
        text.utf8.map { GoText.hexadecimal(UInt64($0), width: 2) }.joined()
    }

    private static func pad(_ text: String, _ directive: Directive, _ value: TemplateValue) -> String {
        guard let width = directive.width else { return text }
        let missing = width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        if directive.minus { return text + String(repeating: " ", count: missing) }
        guard directive.zero else { return String(repeating: " ", count: missing) + text }
        if case .number(let number) = value, GoText.special(number) != nil {
            return String(repeating: " ", count: missing) + text
        }
        let sign = text.prefix { $0 == "-" || $0 == "+" }
        return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }
}
