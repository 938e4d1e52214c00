/// A regular expression of Ruby, taken apart.
indirect enum RubyNode: Sendable, Hashable {
    case sequence([RubyNode])
    case choice([RubyNode])
    case scalar(UInt32)
    case any(matchesLineFeed: Bool)
    case set(RubySet)
    case anchor(RubyAnchor)
    case capture(RubyNode, number: Int)
    case atomic(RubyNode)
    case look(RubyLook, RubyNode, place: Int)
    /// What stands within, without regard to case, or with.
    case folding(RubyNode, ignoresCase: Bool)
    case repetition(RubyNode, RubyRepetition, place: Int)
    /// What one of these groups took; of those with one name the last that took part counts.
    case reference([Int], place: Int)
    /// The pattern of a group once more; 0 is the whole.
    case call(Int, place: Int)
    case conditional(group: Int, RubyNode, RubyNode)
    /// `\R`: any end of a line.
    case lineEnd
    /// `\X`: a character as people see it.
    case cluster

    static let nothing = RubyNode.sequence([])
}

enum RubyAnchor: Sendable, Hashable {
    case lineStart, lineEnd, textStart, textEnd, textEndOrLastLineFeed, wordBoundary, notWordBoundary, searchStart, keep
}

enum RubyLook: Sendable, Hashable {
    case ahead, notAhead, behind, notBehind
}

struct RubyRepetition: Sendable, Hashable {
    enum Manner: Sendable, Hashable {
        case greedy, lazy, possessive
    }

    var least: Int
    /// `nil`: without end.
    var most: Int?
    var manner = Manner.greedy
    /// Whether it was written with braces.
    var isInterval = false
}

/// A class of characters: those that are in each of its unions.
struct RubySet: Sendable, Hashable {
    enum Item: Sendable, Hashable {
        case range(UInt32, UInt32)
        case named(RubyClassName, isNegated: Bool)
        /// A property of Unicode as PCRE2 spells it.
        case property(String, isNegated: Bool, place: Int)
        case set(RubySet)
    }

    var isNegated = false
    var unions: [[Item]]

    init(isNegated: Bool = false, _ items: [Item]) {
        self.isNegated = isNegated
        unions = [items]
    }
}

/// Classes with a name. `digit`, `space` and `word` hold what `\d`, `\s` and `\w` do: ASCII only; those of
/// `[[:name:]]` hold characters of all scripts.
enum RubyClassName: String, Sendable, Hashable, CaseIterable {
    case asciiDigit, asciiSpace, asciiWord, asciiHex
    case alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print, punct, space, upper, word, xdigit
}
