/// Writes a regular expression of Ruby as PCRE2 reads it, for texts of ASCII or of UTF-8.
///
/// Names are gone, groups have their numbers; `^` and `$` match at every line and the dot at no line feed.
struct PCRE2Writer {
    let isUTF: Bool
    /// Whether callouts count the steps: at the start, and after whatever may be tried in more than one way.
    let isGuarded: Bool

    private(set) var text = ""
    /// Places of the pattern, by the bytes of `text` before them.
    private var marks: [(bytes: Int, place: Int)] = []
    private var isBehind = false
    private var ignoresCase = false

    static func write(_ node: RubyNode, isUTF: Bool, isGuarded: Bool = false) -> PCRE2Writer {
        var writer = PCRE2Writer(isUTF: isUTF, isGuarded: isGuarded)
        if isGuarded { writer.text = "(?C)" }
        // Alternatives without a group would begin anew after the callout.
        if isGuarded, case .choice = node { writer.group("(?:", node) } else { writer.write(node) }
        return writer
    }

    private init(isUTF: Bool, isGuarded: Bool) {
        self.isUTF = isUTF
        self.isGuarded = isGuarded
    }

    /// The place of the pattern that what stands there, `bytes` bytes from the start, was written for.
    func place(before bytes: Int) -> Int {
        marks.last { $0.bytes <= bytes }?.place ?? 0
    }

    private mutating func mark(_ place: Int) { marks.append((text.utf8.count, place)) }

    private mutating func countStep() {
        if isGuarded, !isBehind { text += "(?C)" }
    }

    private mutating func group(_ opening: String, _ node: RubyNode) {
        text += opening
        write(node)
        text += ")"
    }

    mutating func write(_ node: RubyNode) {
        switch node {
        case .sequence(let nodes):
            for node in nodes {
                if case .choice = node { group("(?:", node) } else { write(node) }
            }
        case .choice(let branches):
            for (index, branch) in branches.enumerated() {
                if index > 0 { text += "|" }
                if case .choice = branch { group("(?:", branch) } else { write(branch) }
                countStep()
            }
        case .scalar(let value): write(scalar: value)
        case .any(let matchesLineFeed): text += matchesLineFeed ? "(?s:.)" : "."
        case .set(let set): write(set)
        case .anchor(let anchor): write(anchor)
        case .capture(let node, _): group("(", node)
        case .atomic(let node): group(Self.atomicOpening(of: node), node)
        case .look(let look, let node, let place): write(look, node, place)
        case .folding(let node, let ignoresCase):
            let outer = self.ignoresCase
            self.ignoresCase = ignoresCase
            group(ignoresCase ? "(?i:" : "(?-i:", node)
            self.ignoresCase = outer
        case .repetition(let node, let repetition, let place): write(node, repetition, place)
        case .reference(let groups, let place):
            mark(place)
            let references = groups.map { "\\g{\($0)}" }
            text += references.count == 1 ? references[0] : "(?:" + references.joined(separator: "|") + ")"
        case .call(let number, let place):
            mark(place)
            text += number == 0 ? "(?R)" : "(?\(number))"
        case .conditional(let group, let yes, let no):
            text += "(?(\(group))"
            self.group("(?:", yes)
            text += "|"
            self.group("(?:", no)
            text += ")"
        case .lineEnd: text += "\\R"
        case .cluster: text += "\\X"
        }
    }

    /// Machine code of PCRE2 10.42 leaves out places where an atomic group with a lazy repetition could begin; a look
    /// ahead at nothing keeps it from that.
    private static func atomicOpening(of node: RubyNode) -> String { node.hasLazyRepetition ? "(?>(?=)" : "(?>" }

    private mutating func write(scalar value: UInt32) {
        if value >= 0x80, !isUTF {
            text += "(?!)"
        } else {
            text += PCRE2Text.escaped(value)
        }
    }

    private mutating func write(_ anchor: RubyAnchor) {
        switch anchor {
        case .lineStart: text += "^"
        case .lineEnd: text += "$"
        case .textStart: text += "\\A"
        case .textEnd: text += "\\z"
        case .textEndOrLastLineFeed: text += "\\Z"
        case .searchStart: text += "\\G"
        case .keep: text += "\\K"
        // Letters of all scripts bound words, though `\w` is ASCII's.
        case .wordBoundary where isUTF:
            text += "(?:(?<=\(Self.word))(?!\(Self.word))|(?<!\(Self.word))(?=\(Self.word)))"
        case .notWordBoundary where isUTF:
            text += "(?:(?<=\(Self.word))(?=\(Self.word))|(?<!\(Self.word))(?!\(Self.word)))"
        case .wordBoundary: text += "\\b"
        case .notWordBoundary: text += "\\B"
        }
    }

    /// What words are made of where their bounds are asked for: all numbers, not digits alone.
    private static let word = "[\\p{Alphabetic}\\p{M}\\p{N}\\p{Pc}]"

    private mutating func write(_ look: RubyLook, _ node: RubyNode, _ place: Int) {
        let outer = isBehind
        defer { isBehind = outer }
        // A look behind counts nothing: all of it is of fixed length.
        if look == .behind || look == .notBehind { isBehind = true }
        mark(place)
        switch look {
        case .ahead: group("(?=", node)
        case .notAhead: group("(?!", node)
        case .behind: group("(?<=", node)
        case .notBehind: group("(?<!", node)
        }
        // Errors about the whole are told at its end.
        mark(place)
    }

    private mutating func write(_ node: RubyNode, _ repetition: RubyRepetition, _ place: Int) {
        mark(place)
        if repetition.manner == .possessive, !node.isOneCharacter {
            // Machine code of PCRE2 10.42 leaves captures of a possessive group behind where it is given up.
            text += Self.atomicOpening(of: node)
            var greedy = repetition
            greedy.manner = .greedy
            write(node, greedy, place)
            text += ")"
            return
        }
        let quantifier = PCRE2Text.quantifier(repetition)
        switch node {
        case .any(true):
            // Within the group, where PCRE2 sees a repeated character and no repeated group.
            text += "(?s:.\(quantifier))"
        case .scalar(let value) where value < 0x80 || isUTF:
            write(node)
            text += quantifier
        case .any, .capture, .atomic, .folding, .lineEnd, .cluster:
            write(node)
            text += quantifier
        case .set(let set):
            write(set)
            text += quantifier
        default:
            group("(?:", node)
            text += quantifier
        }
        if repetition.least != repetition.most { countStep() }
    }

    private mutating func write(_ set: RubySet) {
        let written = PCRE2SetWriter(isUTF: isUTF, ignoresCase: ignoresCase).write(set)
        if let place = written.place { mark(place) }
        text += written.text
        if let place = written.place { mark(place) }
    }
}

extension RubyNode {
    fileprivate var hasLazyRepetition: Bool {
        switch self {
        case .repetition(let node, let repetition, _): repetition.manner == .lazy || node.hasLazyRepetition
        case .sequence(let nodes), .choice(let nodes): nodes.contains(where: \.hasLazyRepetition)
        case .capture(let node, _), .atomic(let node), .look(_, let node, _), .folding(let node, _):
            node.hasLazyRepetition
        case .conditional(_, let yes, let no): yes.hasLazyRepetition || no.hasLazyRepetition
        // What is called may have one.
        case .call: true
        case .scalar, .any, .set, .anchor, .reference, .lineEnd, .cluster: false
        }
    }

    fileprivate var isOneCharacter: Bool {
        switch self {
        case .scalar, .any, .set: true
        default: false
        }
    }
}
