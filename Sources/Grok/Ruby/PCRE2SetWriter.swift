/// Writes classes of characters as PCRE2 reads them. It knows no class within a class and no intersection: these become
/// alternatives and looks ahead. What is written is one atom, to be repeated as it is.
struct PCRE2SetWriter {
    let isUTF: Bool
    let ignoresCase: Bool

    private var everything: String { "\\x00-\\x{\(isUTF ? "10ffff" : "ff")}" }

    func write(_ set: RubySet) -> (text: String, place: Int?) {
        var place: Int?
        let text = write(set, &place)
        return (text, place)
    }

    private func write(_ set: RubySet, _ place: inout Int?) -> String {
        guard set.unions.count == 1 else {
            let parts = set.unions.map { write(RubySet($0), &place) }
            let both = parts.dropLast().map { "(?=\($0))" }.joined() + (parts.last ?? "")
            return set.isNegated ? "(?:(?!\(both))(?s:.))" : "(?:\(both))"
        }
        var flat = ""
        var nested: [String] = []
        for item in set.unions[0] { write(item, &flat, &nested, &place) }
        if nested.isEmpty {
            if !flat.isEmpty { return "[\(set.isNegated ? "^" : "")\(flat)]" }
            return set.isNegated ? "[\(everything)]" : "(?:(?!))"
        }
        if !flat.isEmpty { nested.insert("[\(flat)]", at: 0) }
        let choice = nested.joined(separator: "|")
        return set.isNegated ? "(?:(?!\(choice))(?s:.))" : "(?:\(choice))"
    }

    private func write(_ item: RubySet.Item, _ flat: inout String, _ nested: inout [String], _ place: inout Int?) {
        switch item {
        case .range(let first, let last): write(first, last, &flat)
        case .set(let set): nested.append(write(set, &place))
        case .property(let name, let isNegated, let at):
            place = at
            guard ignoresCase, ["Lu", "Ll", "Lt"].contains(name) else {
                flat += "\\\(isNegated ? "P" : "p"){\(name)}"
                return
            }
            flat += isNegated ? everything : "\\p{L&}"
        case .named(.upper, true) where ignoresCase, .named(.lower, true) where ignoresCase:
            // What is no capital may be a small letter, which is a capital too.
            flat += everything
        case .named(let name, let isNegated):
            if let text = PCRE2Text.asciiClass(name, isNegated: isNegated) {
                flat += text
            } else if !isUTF {
                flat += "[:\(isNegated ? "^" : "")\(name.rawValue):]"
            } else if ignoresCase, name == .upper || name == .lower {
                flat += PCRE2Text.properties(of: .upper) + PCRE2Text.properties(of: .lower)
            } else if name == .graph || name == .print {
                // Known by what they do not hold.
                if isNegated {
                    flat += PCRE2Text.properties(of: name)
                } else {
                    nested.append("[^\(PCRE2Text.properties(of: name))]")
                }
            } else if isNegated {
                nested.append("[^\(PCRE2Text.properties(of: name))]")
            } else {
                flat += PCRE2Text.properties(of: name)
            }
        }
    }

    private func write(_ first: UInt32, _ last: UInt32, _ flat: inout String) {
        if !isUTF, first >= 0x80 { return }
        let last = isUTF ? last : min(last, 0x7F)
        flat += PCRE2Text.escaped(first)
        if last > first { flat += "-" + PCRE2Text.escaped(last) }
    }
}

/// How PCRE2 spells things.
enum PCRE2Text {
    /// A character for itself, in a class or outside.
    static func escaped(_ value: UInt32) -> String {
        switch value {
        case 48...57, 65...90, 97...122: String(UnicodeScalar(UInt8(value)))
        case 0x21...0x7E: "\\" + String(UnicodeScalar(UInt8(value)))
        case 0x20: " "
        default: "\\x{\(String(value, radix: 16))}"
        }
    }

    static func quantifier(_ repetition: RubyRepetition) -> String {
        let count =
            switch (repetition.least, repetition.most) {
            case (0, nil): "*"
            case (1, nil): "+"
            case (0, 1): "?"
            case (let least, nil): "{\(least),}"
            case (let least, let most?) where least == most: "{\(least)}"
            case (let least, let most?): "{\(least),\(most)}"
            }
        return switch repetition.manner {
        case .greedy: count
        case .lazy: count + "?"
        case .possessive: count + "+"
        }
    }

    /// What stands between brackets for the classes that hold ASCII only.
    static func asciiClass(_ name: RubyClassName, isNegated: Bool) -> String? {
        switch name {
        case .asciiDigit: isNegated ? "\\D" : "\\d"
        case .asciiSpace: isNegated ? "\\S" : "\\s"
        case .asciiWord: isNegated ? "\\W" : "\\w"
        case .asciiHex, .xdigit: isNegated ? "[:^xdigit:]" : "[:xdigit:]"
        case .ascii: isNegated ? "[:^ascii:]" : "[:ascii:]"
        default: nil
        }
    }

    /// What stands between brackets for a class of all scripts; of `graph` and `print` what they do not hold.
    static func properties(of name: RubyClassName) -> String {
        switch name {
        case .alnum: "\\p{Alphabetic}\\p{Nd}"
        case .alpha: "\\p{Alphabetic}"
        case .blank: "\\p{Zs}\\t"
        case .cntrl: "\\p{Cc}"
        case .digit: "\\p{Nd}"
        case .graph: "\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}"
        case .print: "\\p{Cc}\\p{Cn}\\p{Cs}\\p{Zl}\\p{Zp}"
        case .lower: "\\p{Lowercase}"
        case .upper: "\\p{Uppercase}"
        case .punct: "\\p{P}$+<=>^`|~"
        case .space: "\\p{White_Space}"
        case .word: "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"
        case .ascii, .xdigit, .asciiDigit, .asciiSpace, .asciiWord, .asciiHex: ""
        }
    }
}
