/// Writes what RE2 can ask before PCRE2 does: a pattern that accepts at least the texts of UTF-8 that the regular
/// expression accepts. Looks around, word boundaries and atoms are left out, which refuses less; where groups are
/// referred to there is no such pattern.
enum DoorWriter {
    /// The most that RE2 repeats.
    private static let repetitionsMax = 1_000

    static func write(_ node: RubyNode) -> String? {
        switch node {
        case .sequence(let nodes):
            var text = ""
            for node in nodes {
                guard let part = write(node) else { return nil }
                text += part
            }
            return text
        case .choice(let branches):
            var parts: [String] = []
            for branch in branches {
                guard let part = write(branch) else { return nil }
                parts.append(part)
            }
            return "(?:" + parts.joined(separator: "|") + ")"
        case .scalar(let value): return escaped(value)
        case .any(let matchesLineFeed): return matchesLineFeed ? "(?s:.)" : "[^\\n]"
        case .set(let set): return write(set)
        case .anchor(let anchor): return write(anchor)
        case .capture(let node, _), .atomic(let node): return write(node).map { "(?:\($0))" }
        case .look: return ""
        case .folding(let node, let ignoresCase):
            return write(node).map { (ignoresCase ? "(?i:" : "(?-i:") + $0 + ")" }
        case .repetition(let node, let repetition, _):
            return write(node).map { write($0, repetition) }
        case .lineEnd: return "(?:\\r\\n|[\\n-\\r\\x{85}\\x{2028}\\x{2029}])"
        case .reference, .call, .conditional, .cluster: return nil
        }
    }

    private static func write(_ text: String, _ repetition: RubyRepetition) -> String {
        if text.isEmpty { return "" }
        var repetition = repetition
        repetition.manner = .greedy
        repetition.least = min(repetition.least, repetitionsMax)
        if let most = repetition.most, most > repetitionsMax { repetition.most = nil }
        return "(?:\(text))" + PCRE2Text.quantifier(repetition)
    }

    private static func write(_ anchor: RubyAnchor) -> String {
        switch anchor {
        case .lineStart: "(?m:^)"
        case .lineEnd, .textEndOrLastLineFeed: "(?m:$)"
        case .textStart: "\\A"
        case .textEnd: "\\z"
        case .wordBoundary, .notWordBoundary, .searchStart, .keep: ""
        }
    }

    private static func write(_ set: RubySet) -> String {
        let (ascii, hasMore) = members(of: set)
        var text = ""
        for value in UInt32(0)..<0x80 where ascii.has(value) { text += "\\x{\(String(value, radix: 16))}" }
        if hasMore { text += "\\x{80}-\\x{10FFFF}" }
        // A class that holds nothing refuses everything; RE2 has another way to write that.
        return text.isEmpty ? "[^\\x{0}-\\x{10FFFF}]" : "[\(text)]"
    }

    /// Which of the characters of ASCII a class may hold, and whether it may hold others.
    private static func members(of set: RubySet) -> (ascii: UInt128, hasMore: Bool) {
        var all: (ascii: UInt128, hasMore: Bool) = (.max, true)
        var isExact = true
        for union in set.unions {
            var held: (ascii: UInt128, hasMore: Bool) = (0, false)
            for item in union {
                switch item {
                case .range(let first, let last):
                    if first < 0x80 {
                        for value in first...min(last, 0x7F) { held.ascii |= 1 << UInt128(value) }
                    }
                    held.hasMore = held.hasMore || last >= 0x80
                case .named(let name, let isNegated):
                    let members = name.asciiMembers
                    held.ascii |= isNegated ? ~members : members
                    held.hasMore = held.hasMore || isNegated || name.holdsMoreThanASCII
                case .property:
                    isExact = false
                    held = (.max, true)
                case .set(let inner):
                    let inner = members(of: inner)
                    held = (held.ascii | inner.ascii, held.hasMore || inner.hasMore)
                    isExact = false
                }
            }
            all = (all.ascii & held.ascii, all.hasMore && held.hasMore)
        }
        guard set.isNegated else { return all }
        // What may be held is more than what is: its complement would be less.
        return isExact ? (~all.ascii, true) : (.max, true)
    }

    private static func escaped(_ value: UInt32) -> String {
        switch value {
        case 48...57, 65...90, 97...122: String(UnicodeScalar(UInt8(value)))
        default: "\\x{\(String(value, radix: 16))}"
        }
    }
}

extension UInt128 {
    fileprivate func has(_ value: UInt32) -> Bool { self >> UInt128(value) & 1 == 1 }
}

extension RubyClassName {
    /// The characters of ASCII that are in the class, a bit each.
    fileprivate var asciiMembers: UInt128 {
        var members: UInt128 = 0
        for value in UInt8(0)..<0x80 where holds(value) { members |= 1 << UInt128(value) }
        return members
    }

    fileprivate var holdsMoreThanASCII: Bool {
        switch self {
        case .ascii, .xdigit, .asciiDigit, .asciiSpace, .asciiWord, .asciiHex: false
        default: true
        }
    }

    private func holds(_ value: UInt8) -> Bool {
        let isDigit = (48...57).contains(value)
        let isUpper = (65...90).contains(value)
        let isLower = (97...122).contains(value)
        let isAlphanumeric = isDigit || isUpper || isLower
        return switch self {
        case .asciiDigit, .digit: isDigit
        case .asciiSpace, .space: value == 32 || (9...13).contains(value)
        case .asciiWord, .word: isAlphanumeric || value == 95
        case .asciiHex, .xdigit: isDigit || (65...70).contains(value) || (97...102).contains(value)
        case .alnum: isAlphanumeric
        case .alpha: isUpper || isLower
        case .ascii: true
        case .blank: value == 32 || value == 9
        case .cntrl: value < 32 || value == 127
        case .graph: (33...126).contains(value)
        case .print: (32...126).contains(value)
        case .lower: isLower
        case .upper: isUpper
        case .punct: (33...126).contains(value) && !isAlphanumeric
        }
    }
}
