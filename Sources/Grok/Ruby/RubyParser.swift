/// Reads regular expressions of Ruby's dialect:
/// https://github.com/k-takata/Onigmo/blob/master/doc/RE, the syntax that is marked for Ruby.
struct RubyParser {
    struct Options: Hashable {
        var ignoresCase = false
        var dotMatchesLineFeed = false
        var isExtended = false
    }

    /// Groups within groups; more are refused, as each takes some of the thread's stack.
    static let depthMax = 120
    static let groupsMax = 5_000

    let text: String
    let scalars: [UInt32]
    var position = 0
    var options: Options
    /// Whether `(…)` is a group to refer to: not in a pattern that has groups with names.
    var plainGroupsCapture = true
    /// Names of the groups, by number from 1.
    var groupNames: [String?] = []
    var depth = 0
    /// What refers to groups by number or name, to be looked at when all groups are known.
    var references: [(number: Int, place: Int)] = []
    /// The names of all groups, in the order of their numbers; `nil` while they are not known yet.
    var knownNames: [String]?

    init(_ text: String, options: Options = Options()) {
        self.text = text
        scalars = text.unicodeScalars.map(\.value)
        self.options = options
    }

    /// The pattern taken apart, and its groups' names.
    static func parse(
        _ text: String, options: Options = Options()
    ) throws(RubyPatternError) -> (node: RubyNode, groupNames: [String?]) {
        // Read twice: what a plain group and a reference mean depends on the names that follow.
        var scout = RubyParser(text, options: options)
        _ = try scout.parseWhole()
        let names = scout.groupNames.compactMap(\.self)
        var parser = RubyParser(text, options: options)
        parser.knownNames = names
        parser.plainGroupsCapture = names.isEmpty
        let node = try parser.parseWhole()
        for (number, place) in parser.references where number > parser.groupNames.count {
            throw parser.failure("there is no group \(number)", at: place)
        }
        return (node, parser.groupNames)
    }

    private mutating func parseWhole() throws(RubyPatternError) -> RubyNode {
        let node = try parseChoice()
        if position < scalars.count {
            throw failure("this ) closes no group; write \\) for a parenthesis that is meant as such")
        }
        return node
    }

    func failure(
        _ reason: String, code: RubyPatternError.Code = .syntax, at place: Int? = nil
    ) -> RubyPatternError {
        RubyPatternError(code, pattern: text, offset: place ?? position, reason: reason)
    }

    // MARK: Characters

    func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        position + ahead < scalars.count ? Unicode.Scalar(scalars[position + ahead]) : nil
    }

    mutating func take(_ expected: String) -> Bool {
        var at = position
        for scalar in expected.unicodeScalars {
            guard at < scalars.count, scalars[at] == scalar.value else { return false }
            at += 1
        }
        position = at
        return true
    }

    mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek() else { return nil }
        position += 1
        return scalar
    }

    // MARK: Choices and sequences

    mutating func parseChoice() throws(RubyPatternError) -> RubyNode {
        var branches = [try parseSequence()]
        while take("|") { branches.append(try parseSequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func parseSequence() throws(RubyPatternError) -> RubyNode {
        var nodes: [RubyNode] = []
        while true {
            if options.isExtended { skipExtendedSpace() }
            if try skipComment() { continue }
            guard let scalar = peek(), scalar != "|", scalar != ")" else { break }
            let place = position
            if let bare = try parseBareOptions() {
                // Options without a colon hold for the rest of the group, alternatives and all.
                options = bare
                depth += 1
                defer { depth -= 1 }
                if depth > Self.depthMax {
                    throw failure("options change more than \(Self.depthMax) times", code: .tooLarge, at: place)
                }
                let rest = try parseChoice()
                nodes.append(.folding(rest, ignoresCase: bare.ignoresCase))
                break
            }
            guard let atom = try parseAtom() else { break }
            nodes.append(try parseRepetitions(of: atom, from: place))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func skipExtendedSpace() {
        while let scalar = peek() {
            if scalar == "#" {
                while let inner = next(), inner != "\n" {}
            } else if scalar == " " || ("\t"..."\r").contains(scalar) {
                position += 1
            } else {
                return
            }
        }
    }

    private mutating func parseAtom() throws(RubyPatternError) -> RubyNode? {
        let place = position
        guard let scalar = next() else { return nil }
        switch scalar {
        case ".": return .any(matchesLineFeed: options.dotMatchesLineFeed)
        case "^": return .anchor(.lineStart)
        case "$": return .anchor(.lineEnd)
        case "[": return .set(try parseSet(from: place))
        case "(": return try parseGroup(from: place)
        case "\\": return try parseEscape(from: place)
        case "*", "+", "?":
            throw failure(
                "there is nothing that this \(scalar) could repeat; write \\\(scalar) for the character", at: place)
        case "{":
            position = place
            if try parseInterval() != nil { throw failure("there is nothing that this could repeat", at: place) }
            position = place + 1
            return .scalar(scalar.value)
        default: return .scalar(scalar.value)
        }
    }

    // MARK: Repetitions

    private mutating func parseRepetitions(of atom: RubyNode, from place: Int) throws(RubyPatternError) -> RubyNode {
        var node = atom
        var count = 0
        while true {
            if options.isExtended { skipExtendedSpace() }
            if try skipComment() { continue }
            guard let repetition = try parseRepetition() else { return node }
            count += 1
            if count > Self.depthMax { throw failure("too many repetitions follow each other") }
            node = .repetition(node, repetition, place: place)
            // `{n}?` is no lazy one: what is repeated n times may be absent.
            if let most = repetition.most, most == repetition.least, repetition.isInterval, take("?") {
                node = .repetition(node, RubyRepetition(least: 0, most: 1), place: place)
            }
        }
    }

    private mutating func parseRepetition() throws(RubyPatternError) -> RubyRepetition? {
        var repetition: RubyRepetition
        switch peek() {
        case "*": repetition = RubyRepetition(least: 0, most: nil)
        case "+": repetition = RubyRepetition(least: 1, most: nil)
        case "?": repetition = RubyRepetition(least: 0, most: 1)
        case "{":
            guard var interval = try parseInterval() else { return nil }
            interval.isInterval = true
            if interval.most != interval.least, take("?") { interval.manner = .lazy }
            return interval
        default: return nil
        }
        position += 1
        if take("?") {
            repetition.manner = .lazy
        } else if take("+") {
            repetition.manner = .possessive
        }
        return repetition
    }

    /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; anything else after a brace is text.
    private mutating func parseInterval() throws(RubyPatternError) -> RubyRepetition? {
        let place = position
        position += 1
        let least = number()
        var most = least
        let hasComma = take(",")
        if hasComma { most = number() }
        guard take("}"), least != nil || most != nil else {
            position = place
            return nil
        }
        // What PCRE2 takes at most.
        if max(least ?? 0, most ?? 0) > 65_535 {
            throw failure("more than 65535 repetitions are not supported", code: .tooLarge, at: place)
        }
        if let most, most < least ?? 0 {
            throw failure("the smaller number of repetitions comes first", at: place)
        }
        return RubyRepetition(least: least ?? 0, most: most)
    }

    /// Digits; a number beyond all limits stays beyond them.
    mutating func number() -> Int? {
        var value: Int?
        while let scalar = peek(), ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 48), 1_000_000)
            position += 1
        }
        return value
    }
}
