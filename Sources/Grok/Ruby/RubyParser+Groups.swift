extension RubyParser {
    /// `(?i)` without a colon: what holds from here on.
    mutating func parseBareOptions() throws(RubyPatternError) -> Options? {
        let place = position
        guard take("(?"), let first = peek(), "imxadu-".unicodeScalars.contains(first) else {
            position = place
            return nil
        }
        let parsed = try parseOptionLetters()
        guard take(")") else {
            position = place
            return nil
        }
        return parsed
    }

    private mutating func parseOptionLetters() throws(RubyPatternError) -> Options {
        var result = options
        var isOn = true
        while let letter = peek(), letter != ")", letter != ":" {
            switch letter {
            case "-": isOn = false
            case "i": result.ignoresCase = isOn
            case "m": result.dotMatchesLineFeed = isOn
            case "x": result.isExtended = isOn
            // `\w` and the like are ASCII's as they are.
            case "a", "d": break
            case "u":
                throw failure(
                    "the option u (\\w, \\d and \\s of all scripts) is not supported; write [[:word:]], [[:digit:]], "
                        + "[[:space:]]", code: .unsupported)
            default:
                throw failure("there is no option \(letter); there are i, m and x")
            }
            position += 1
        }
        return result
    }

    /// `(?#…)`, which may stand between a thing and its repetition too.
    mutating func skipComment() throws(RubyPatternError) -> Bool {
        let place = position
        guard take("(?#") else { return false }
        while let scalar = next() {
            if scalar == ")" { return true }
            if scalar == "\\" { position += 1 }
        }
        throw failure("this comment is not closed", at: place)
    }

    mutating func parseGroup(from place: Int) throws(RubyPatternError) -> RubyNode {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax {
            throw failure("more than \(Self.depthMax) groups stand within each other", code: .tooLarge, at: place)
        }
        let outer = options
        defer { options = outer }
        guard take("?") else {
            guard plainGroupsCapture else { return try closed(try parseChoice(), from: place) }
            return try capture(named: nil, from: place)
        }
        if take(":") { return try closed(try parseChoice(), from: place) }
        if take(">") { return .atomic(try closed(try parseChoice(), from: place)) }
        for (mark, look) in [("=", RubyLook.ahead), ("!", .notAhead), ("<=", .behind), ("<!", .notBehind)]
        where take(mark) {
            return .look(look, try closed(try parseChoice(), from: place), place: place)
        }
        if take("<") { return try capture(named: try name(until: ">"), from: place) }
        if take("'") { return try capture(named: try name(until: "'"), from: place) }
        if take("(") { return try parseConditional(from: place) }
        if take("~") {
            throw failure("(?~…), all but what holds this, is not supported", code: .unsupported, at: place)
        }
        if take("P<") || take("P=") || take("P>") {
            throw failure(
                "Ruby has no (?P…; write (?<name>…) for a group with a name, \\k<name> for what it took",
                at: place)
        }
        guard let first = peek(), "imxadu-".unicodeScalars.contains(first) else {
            throw failure("there is no group that begins (?\(peek().map(String.init) ?? "")", at: place)
        }
        options = try parseOptionLetters()
        let ignoresCase = options.ignoresCase
        guard take(":") else { throw failure("this group is not closed", at: place) }
        return .folding(try closed(try parseChoice(), from: place), ignoresCase: ignoresCase)
    }

    private mutating func closed(_ node: RubyNode, from place: Int) throws(RubyPatternError) -> RubyNode {
        guard take(")") else { throw failure("this group is not closed: a ) is missing", at: place) }
        return node
    }

    private mutating func capture(named name: String?, from place: Int) throws(RubyPatternError) -> RubyNode {
        groupNames.append(name)
        let number = groupNames.count
        if number > Self.groupsMax {
            throw failure("there are more than \(Self.groupsMax) groups", code: .tooLarge, at: place)
        }
        return .capture(try closed(try parseChoice(), from: place), number: number)
    }

    /// Any text that has no closing mark: fields as `[source][ip]`, `@timestamp` and `a.b` are names.
    mutating func name(until end: Unicode.Scalar) throws(RubyPatternError) -> String {
        let place = position
        var name = String.UnicodeScalarView()
        while let scalar = next() {
            if scalar == end {
                if name.isEmpty { throw failure("a group's name is empty", at: place) }
                if let first = name.first, ("0"..."9").contains(first) || first == "-" {
                    throw failure("a group's name cannot begin with \(first)", at: place)
                }
                return String(name)
            }
            if scalar == ")" { break }
            name.append(scalar)
        }
        throw failure("a group's name is not closed: a \(end) is missing", at: place)
    }

    private mutating func parseConditional(from place: Int) throws(RubyPatternError) -> RubyNode {
        var group: Int?
        if take("<") {
            group = try groups(called: try reference(until: ">"), at: place).first
            if !take(")") { group = nil }
        } else {
            group = number()
            if !take(")") { group = nil }
        }
        guard let group else {
            throw failure("a condition is a group's number, or its name as (?(<name>)…|…)", at: place)
        }
        references.append((group, place))
        let body = try closed(try parseChoice(), from: place)
        guard case .choice(let branches) = body else { return .conditional(group: group, body, .nothing) }
        guard branches.count == 2 else { throw failure("a condition has two alternatives at most", at: place) }
        return .conditional(group: group, branches[0], branches[1])
    }

    /// What stands in `\k<…>` or `\g<…>`.
    mutating func reference(until end: Unicode.Scalar) throws(RubyPatternError) -> String {
        let place = position
        var name = String.UnicodeScalarView()
        while let scalar = next() {
            if scalar == end, !name.isEmpty { return String(name) }
            name.append(scalar)
        }
        throw failure("a group's name is not closed: a \(end) is missing", at: place)
    }

    /// The numbers of the groups that are called so, or have that number (from here, with a sign).
    func groups(called name: String, at place: Int) throws(RubyPatternError) -> [Int] {
        guard let knownNames else { return [1] }
        if let number = Int(name) {
            if !knownNames.isEmpty {
                throw failure("groups are referred to by name where some have names", at: place)
            }
            if name.hasPrefix("-") {
                let absolute = groupNames.count + 1 + number
                if absolute < 1 { throw failure("there is no group \(name)", at: place) }
                return [absolute]
            }
            return [name.hasPrefix("+") ? groupNames.count + number : number]
        }
        let numbers = knownNames.indices.filter { knownNames[$0] == name }.map { $0 + 1 }
        if numbers.isEmpty { throw failure("no group is called \(name)", at: place) }
        return numbers
    }
}
