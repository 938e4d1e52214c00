extension RubyParser {
    /// A class, whose opening bracket is taken.
    mutating func parseSet(from place: Int) throws(RubyPatternError) -> RubySet {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax {
            throw failure("more than \(Self.depthMax) classes stand within each other", code: .tooLarge, at: place)
        }
        var set = RubySet(isNegated: take("^"), [])
        set.unions = [[]]
        // A bracket that comes first is a character, where another one closes.
        if peek() == "]" {
            guard scalars[(position + 1)...].contains(93) else { throw failure("this class is empty", at: place) }
            position += 1
            try parseRange(from: 93, at: position - 1, into: &set)
        }
        while true {
            let start = position
            guard let scalar = next() else { throw failure("this class is not closed: a ] is missing", at: place) }
            switch scalar {
            case "]":
                return set
            case "[":
                if let named = try parseNamedClass(from: start) {
                    set.add(named)
                } else {
                    set.add(nested: try parseSet(from: start))
                }
            case "&" where peek() == "&":
                position += 1
                set.unions.append([])
            case "\\":
                if let letter = peek(), let name = Self.classes[letter] {
                    position += 1
                    set.add(.named(name, isNegated: letter.properties.isUppercase))
                } else if peek() == "p" || peek() == "P", let property = try parseProperty() {
                    set.add(property)
                } else {
                    try parseRange(from: try setScalar(from: start), at: start, into: &set)
                }
            default: try parseRange(from: scalar.value, at: start, into: &set)
            }
        }
    }

    /// After a backslash in a class, where `\b` is a backspace.
    private mutating func setScalar(from place: Int) throws(RubyPatternError) -> UInt32 {
        take("b") ? 8 : try parseScalarEscape(from: place)
    }

    /// A character that has been taken, or the range that begins with it.
    private mutating func parseRange(
        from first: UInt32, at place: Int, into set: inout RubySet
    ) throws(RubyPatternError) {
        guard peek() == "-", let following = peek(1), following != "]" else {
            set.add(.range(first, first))
            return
        }
        // A dash before a class, or before an intersection, is a dash.
        if following == "[" || (following == "&" && peek(2) == "&") {
            set.add(.range(first, first))
            return
        }
        if following == "\\", let letter = peek(2), Self.classes[letter] != nil || letter == "p" || letter == "P" {
            set.add(.range(first, first))
            return
        }
        position += 2
        let last = following == "\\" ? try setScalar(from: position - 1) : following.value
        if last < first { throw failure("this range ends before it begins", at: place) }
        set.add(.range(first, last))
    }

    /// `[:alpha:]` or `[:^alpha:]`, whose first bracket is taken; anything else is a class within the class.
    private mutating func parseNamedClass(from place: Int) throws(RubyPatternError) -> RubySet.Item? {
        let start = position
        if take(":") {
            let isNegated = take("^")
            var name = String.UnicodeScalarView()
            while let letter = peek(), ("a"..."z").contains(letter) {
                name.append(letter)
                position += 1
            }
            if take(":]") {
                guard let known = RubyClassName(rawValue: String(name)) else {
                    throw failure("there is no class [:\(name):]", at: place)
                }
                return .named(known, isNegated: isNegated)
            }
        }
        position = start
        return nil
    }

    /// `\p{…}`, `\p{^…}`, `\P{…}`; the backslash is taken. `nil`: no property, but the letter.
    mutating func parseProperty() throws(RubyPatternError) -> RubySet.Item? {
        let place = position - 1
        guard peek(1) == "{" else { return nil }
        var isNegated = peek() == "P"
        position += 2
        if take("^") { isNegated.toggle() }
        var name = String.UnicodeScalarView()
        while let scalar = next(), scalar != "}" { name.append(scalar) }
        let letters = String(name.filter { $0 != " " && $0 != "_" && $0 != "-" }).lowercased()
        guard peek(-1) == "}", !letters.isEmpty, letters.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { throw failure("this property of characters has no name, or is not closed", at: place) }
        // The names of Ruby's own classes hold characters of all scripts here too.
        if letters != "punct", let known = RubyClassName(rawValue: letters) {
            return .named(known, isNegated: isNegated)
        }
        if letters == "punct" { return .property("P", isNegated: isNegated, place: place) }
        if letters == "any" { return .property("Any", isNegated: isNegated, place: place) }
        if letters == "assigned" { return .property("Cn", isNegated: !isNegated, place: place) }
        return .property(Self.categories[letters] ?? letters, isNegated: isNegated, place: place)
    }

    /// General categories by their long names; PCRE2 knows the short ones.
    private static let categories: [String: String] = [
        "letter": "L", "uppercaseletter": "Lu", "lowercaseletter": "Ll", "titlecaseletter": "Lt", "casedletter": "L&",
        "modifierletter": "Lm", "otherletter": "Lo", "mark": "M", "nonspacingmark": "Mn", "spacingmark": "Mc",
        "enclosingmark": "Me", "number": "N", "decimalnumber": "Nd", "letternumber": "Nl", "othernumber": "No",
        "punctuation": "P", "connectorpunctuation": "Pc", "dashpunctuation": "Pd", "openpunctuation": "Ps",
        "closepunctuation": "Pe", "initialpunctuation": "Pi", "finalpunctuation": "Pf", "otherpunctuation": "Po",
        "symbol": "S", "mathsymbol": "Sm", "currencysymbol": "Sc", "modifiersymbol": "Sk", "othersymbol": "So",
        "separator": "Z", "spaceseparator": "Zs", "lineseparator": "Zl", "paragraphseparator": "Zp", "other": "C",
        "control": "Cc", "format": "Cf", "surrogate": "Cs", "privateuse": "Co", "unassigned": "Cn",
        // Short ones, which are written so.
        "l": "L", "lu": "Lu", "ll": "Ll", "lt": "Lt", "lm": "Lm", "lo": "Lo", "m": "M", "mn": "Mn", "mc": "Mc",
        "me": "Me", "n": "N", "nd": "Nd", "nl": "Nl", "no": "No", "p": "P", "pc": "Pc", "pd": "Pd", "ps": "Ps",
        "pe": "Pe", "pi": "Pi", "pf": "Pf", "po": "Po", "s": "S", "sm": "Sm", "sc": "Sc", "sk": "Sk", "so": "So",
        "z": "Z", "zs": "Zs", "zl": "Zl", "zp": "Zp", "c": "C", "cc": "Cc", "cf": "Cf", "cs": "Cs", "co": "Co",
        "cn": "Cn",
    ]
}

extension RubySet {
    fileprivate mutating func add(_ item: Item) { unions[unions.count - 1].append(item) }

    /// A class within a class: what it holds is held by the outer one.
    fileprivate mutating func add(nested set: RubySet) {
        if !set.isNegated, set.unions.count == 1 {
            unions[unions.count - 1] += set.unions[0]
        } else {
            add(.set(set))
        }
    }
}
