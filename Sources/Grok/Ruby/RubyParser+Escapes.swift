extension RubyParser {
    /// What a backslash begins, outside a class.
    mutating func parseEscape(from place: Int) throws(RubyPatternError) -> RubyNode {
        guard let letter = peek() else { throw failure("nothing follows this backslash", at: place) }
        if let name = Self.classes[letter] {
            position += 1
            return .set(RubySet([.named(name, isNegated: letter.properties.isUppercase)]))
        }
        if let anchor = Self.anchors[letter] {
            position += 1
            return .anchor(anchor)
        }
        switch letter {
        case "R":
            position += 1
            return .lineEnd
        case "X":
            position += 1
            return .cluster
        case "p", "P":
            if let property = try parseProperty() { return .set(RubySet([property])) }
        case "k" where peek(1) == "<" || peek(1) == "'":
            position += 2
            let name = try reference(until: peek(-1) == "<" ? ">" : "'")
            let numbers = try groups(called: name, at: place)
            for number in numbers { references.append((number, place)) }
            return .reference(numbers.reversed(), place: place)
        case "g" where peek(1) == "<" || peek(1) == "'":
            position += 2
            let name = try reference(until: peek(-1) == "<" ? ">" : "'")
            let numbers = try groups(called: name, at: place)
            if numbers.count > 1 { throw failure("more than one group is called \(name)", at: place) }
            guard let number = numbers.first else { break }
            if number > 0 { references.append((number, place)) }
            return .call(number, place: place)
        case "1"..."9":
            if let reference = try parseNumberedReference(from: place) { return reference }
        default: break
        }
        return .scalar(try parseScalarEscape(from: place))
    }

    /// A number up to nine, or up to the count of groups so far, is a reference; others are octal digits.
    private mutating func parseNumberedReference(from place: Int) throws(RubyPatternError) -> RubyNode? {
        let start = position
        guard let number = number(), number <= max(9, groupNames.count) else {
            position = start
            return nil
        }
        guard knownNames?.isEmpty ?? true else {
            throw failure("groups are referred to by name where some have names: write \\k<name>", at: place)
        }
        references.append((number, place))
        return .reference([number], place: place)
    }

    /// A character that is written with a backslash, in or outside a class; the backslash is taken.
    mutating func parseScalarEscape(from place: Int) throws(RubyPatternError) -> UInt32 {
        guard let letter = next() else { throw failure("nothing follows this backslash", at: place) }
        switch letter {
        case "t": return 9
        case "n": return 10
        case "v": return 11
        case "f": return 12
        case "r": return 13
        case "a": return 7
        case "e": return 27
        case "x": return try parseHexadecimal(from: place)
        case "u":
            let isBraced = take("{")
            let value = hexadecimal(digits: isBraced ? 8 : 4)
            guard let value, isBraced ? take("}") : value.digits == 4 else {
                throw failure("\\u is followed by four hexadecimal digits, or by some in braces", at: place)
            }
            return try scalar(value.value, at: place)
        case "c": return try parseControl(from: place)
        case "C" where take("-"): return try parseControl(from: place)
        case "M" where peek() == "-":
            throw failure("\\M- is not supported; write the character or \\x{…}", code: .unsupported, at: place)
        case "0"..."7":
            position -= 1
            var value: UInt32 = 0
            var digits = 0
            while digits < 3, let digit = peek(), ("0"..."7").contains(digit) {
                value = value * 8 + digit.value - 48
                digits += 1
                position += 1
            }
            return value < 0x80 ? value : try bytes(value, at: place)
        default: return letter.value
        }
    }

    private mutating func parseControl(from place: Int) throws(RubyPatternError) -> UInt32 {
        guard let letter = next(), letter.isASCII else { throw failure("a letter follows \\c", at: place) }
        return letter == "?" ? 127 : letter.value & 0x1F
    }

    private mutating func parseHexadecimal(from place: Int) throws(RubyPatternError) -> UInt32 {
        if take("{") {
            guard let value = hexadecimal(digits: 8), take("}") else {
                throw failure("\\x{ is followed by hexadecimal digits and a }", at: place)
            }
            return try scalar(value.value, at: place)
        }
        let value = hexadecimal(digits: 2)?.value ?? 0
        return value < 0x80 ? value : try bytes(value, at: place)
    }

    /// Bytes from 0x80 on: those of one character in UTF-8 are that character, else the first is a byte for itself,
    /// which stands in texts that are no UTF-8.
    private mutating func bytes(_ first: UInt32, at place: Int) throws(RubyPatternError) -> UInt32 {
        let start = position
        var all = [UInt8(truncatingIfNeeded: first)]
        let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
        while all.count < count, take("\\x"), let value = hexadecimal(digits: 2) {
            all.append(UInt8(value.value))
        }
        if all.count == count, let text = String(validating: all, as: UTF8.self), let scalar = text.unicodeScalars.first
        {
            return scalar.value
        }
        position = start
        return ForeignBytes.scalar(all[0])
    }

    private mutating func hexadecimal(digits most: Int) -> (value: UInt32, digits: Int)? {
        var value: UInt32 = 0
        var digits = 0
        while digits < most, let scalar = peek(), scalar.isASCII, let digit = Character(scalar).hexDigitValue {
            value = value &* 16 &+ UInt32(digit)
            digits += 1
            position += 1
        }
        return digits > 0 ? (value, digits) : nil
    }

    private func scalar(_ value: UInt32, at place: Int) throws(RubyPatternError) -> UInt32 {
        guard Unicode.Scalar(value) != nil else { throw failure("there is no character of this number", at: place) }
        return value
    }

    static let classes: [Unicode.Scalar: RubyClassName] = [
        "d": .asciiDigit, "D": .asciiDigit, "s": .asciiSpace, "S": .asciiSpace, "w": .asciiWord, "W": .asciiWord,
        "h": .asciiHex, "H": .asciiHex,
    ]

    private static let anchors: [Unicode.Scalar: RubyAnchor] = [
        "A": .textStart, "z": .textEnd, "Z": .textEndOrLastLineFeed, "b": .wordBoundary, "B": .notWordBoundary,
        "G": .searchStart, "K": .keep,
    ]
}
