import ConfigText

extension PipelineParser {
    /// A condition: comparisons joined by `and`, `or`, `xor` and `nand`. `and` and `nand` bind closest, then `xor`, then `or`.
    mutating func condition() throws(ConfigProblem) -> ConditionSyntax {
        joints = 0
        return try joined(level: 0, depth: 0)
    }

    private mutating func joined(level: Int, depth: Int) throws(ConfigProblem) -> ConditionSyntax {
        if level == 2 { return try joinedClosely(depth) }
        var parts = [try joined(level: level + 1, depth: depth)]
        while takeWord(level == 0 ? "or" : "xor") {
            let right = try joined(level: level + 1, depth: depth)
            if level == 0 {
                parts.append(right)
            } else {
                parts[0] = .xor(parts[0], right)
                try count("xor")
            }
        }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func joinedClosely(_ depth: Int) throws(ConfigProblem) -> ConditionSyntax {
        var parts = [try expression(depth)]
        func joined() -> ConditionSyntax { parts.count == 1 ? parts[0] : .and(parts) }
        while true {
            if takeWord("and") {
                parts.append(try expression(depth))
            } else if takeWord("nand") {
                parts = [.nand(joined(), try expression(depth))]
                try count("nand")
            } else {
                return joined()
            }
        }
    }

    /// Each of these stands in the one before.
    private mutating func count(_ word: String) throws(ConfigProblem) {
        joints += 1
        if joints > Self.jointsMax {
            throw reader.failure(
                "a condition has more than \(Self.jointsMax) \(word)", mend: "write it in several, or with in [ … ]")
        }
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        let start = reader.position
        reader.skipSpaces()
        if reader.takeWord(word) { return true }
        reader.position = start
        return false
    }

    private mutating func expression(_ depth: Int) throws(ConfigProblem) -> ConditionSyntax {
        reader.skipSpaces()
        if depth > Self.depthMax {
            throw reader.failure("conditions are nested too deep", mend: "nest no more than \(Self.depthMax)")
        }
        if reader.next == UInt8(ascii: "!"), reader.position + 1 < reader.bytes.count,
            reader.bytes[reader.position + 1] != UInt8(ascii: "="),
            reader.bytes[reader.position + 1] != UInt8(ascii: "~")
        {
            reader.position += 1
            reader.skipSpaces()
            if reader.next == UInt8(ascii: "(") { return .not(try parenthesized(depth)) }
            let start = reader.position
            return .not(.isTrue(try operand(), reader.place(start)))
        }
        if reader.next == UInt8(ascii: "(") { return try parenthesized(depth) }
        let start = reader.position
        let left = try operand()
        let position = reader.place(start)
        reader.skipSpaces()
        if reader.takeWord("in") {
            return .contains(element: left, list: try listOperand(), position)
        }
        if reader.takeWord("not") {
            guard takeWord("in") else {
                throw reader.failure("in is expected behind not", mend: "write [a] not in [b]")
            }
            return .not(.contains(element: left, list: try listOperand(), position))
        }
        if reader.take("=~") { return .matches(left, pattern: try patternOperand(), position) }
        if reader.take("!~") { return .not(.matches(left, pattern: try patternOperand(), position)) }
        let comparisons: [(StaticString, ConditionSyntax.Comparison)] = [
            ("==", .equal), ("!=", .unequal), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less),
            (">", .greater),
        ]
        for (sign, comparison) in comparisons where reader.take(sign) {
            reader.skipSpaces()
            if let byte = reader.next, byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">") {
                throw reader.failure("there is no such comparison", mend: "write == or !=")
            }
            return .compare(left, comparison, try operand(), position)
        }
        if reader.next == UInt8(ascii: "=") {
            throw reader.failure("= compares nothing", mend: "write ==")
        }
        if let problem = foreignWord(behind: left) { throw problem }
        if let next = reader.next, next == UInt8(ascii: "&") || next == UInt8(ascii: "|") {
            throw reader.failure("\(Character(Unicode.Scalar(next))) joins no conditions", mend: "write and, or")
        }
        return .isTrue(left, position)
    }

    /// What stands behind a value as other languages have it.
    private mutating func foreignWord(behind left: OperandSyntax) -> ConfigProblem? {
        let start = reader.position
        if reader.next == UInt8(ascii: "."), case .field(let field) = left {
            return reader.failure(
                "a point joins no names", mend: "write the inner name behind the outer one, \(field)[NAME]")
        }
        defer { reader.position = start }
        guard let word = reader.name(), !["and", "or", "xor", "nand"].contains(word) else { return nil }
        let known = ["and": "and", "or": "or", "xor": "xor", "not": "not", "in": "in"][word.lowercased()]
        let mend =
            switch word.lowercased() {
            case "contains", "includes", "like": "write \"TEXT\" in [FIELD], or [FIELD] =~ /PATTERN/"
            case "matches": "write [FIELD] =~ /PATTERN/"
            case "is", "equals", "eq": "write =="
            default: known.map { "write \($0)" } ?? "write ==, !=, <, >, <=, >=, in, not in, =~ or !~"
            }
        return reader.failure("\"\(word.prefix(40))\" compares nothing", at: start, mend: mend)
    }

    private mutating func parenthesized(_ depth: Int) throws(ConfigProblem) -> ConditionSyntax {
        let start = reader.position
        reader.position += 1
        let inner = try joined(level: 0, depth: depth + 1)
        reader.skipSpaces()
        guard reader.take(")") else {
            throw reader.failure("the bracket that begins here has no end", at: start, mend: "close it with )")
        }
        return inner
    }

    private mutating func patternOperand() throws(ConfigProblem) -> String {
        reader.skipSpaces()
        switch reader.next {
        case UInt8(ascii: "/"): return try reader.pattern()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try reader.quoted()
        default: throw reader.failure("a pattern is expected", mend: "write /…/ or \"…\"")
        }
    }

    /// What a value may be in: a field, or a list of values.
    private mutating func listOperand() throws(ConfigProblem) -> OperandSyntax {
        reader.skipSpaces()
        let start = reader.position
        if reader.next == UInt8(ascii: "["), let list = try list() {
            if list.count == 1 {
                warnings.append(
                    ConfigProblem(
                        .warning, at: reader.place(start),
                        "a list of one value: Logstash takes it for a field of that name, and the condition is never true there",
                        mend: "compare with ==, or add a second value"))
            }
            return .array(list)
        }
        return try operand()
    }

    /// The values of a list in brackets; `nil` where the brackets name a field.
    private mutating func list() throws(ConfigProblem) -> [OperandSyntax]? {
        let start = reader.position
        reader.position += 1
        reader.skipSpaces()
        if reader.take("]") { return [] }
        guard let first = reader.next,
            first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") || first == UInt8(ascii: "[")
                || first == UInt8(ascii: "-") || (48...57).contains(first)
        else {
            reader.position = start
            return nil
        }
        var values: [OperandSyntax] = []
        while true {
            reader.skipSpaces()
            values.append(try operand())
            reader.skipSpaces()
            if reader.take(",") { continue }
            if reader.take("]") { return values }
            if values.count == 1, first != UInt8(ascii: "\""), first != UInt8(ascii: "'") {
                // `[0]`, `[5xx]`: a field of such a name.
                reader.position = start
                return nil
            }
            throw reader.failure("a comma or ] is expected", mend: "separate the values of a list by commas")
        }
    }

    private mutating func operand() throws(ConfigProblem) -> OperandSyntax {
        reader.skipSpaces()
        switch reader.next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try reader.quoted())
        case UInt8(ascii: "/"): return .pattern(try reader.pattern())
        case UInt8(ascii: "["):
            let start = reader.position
            if let field = selector() { return .field(field) }
            reader.position = start
            if let list = try list() { return .array(list) }
            if reader.bytes[start...].prefix(while: { $0 != 10 && $0 != UInt8(ascii: "]") }).contains(UInt8(ascii: "="))
            {
                throw reader.failure("the bracket that begins here has no end", at: start, mend: "close it with ]")
            }
            throw reader.failure("a field is expected", at: start, mend: "write [name] or [outer][inner]")
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            let start = reader.position
            if let text = number() { return .number(Double(text) ?? 0, text: text) }
            reader.position = start
        default: break
        }
        let start = reader.position
        if let word = reader.name() {
            if word == "not" {
                throw reader.failure("not stands before in alone", at: start, mend: "write ![NAME] or !(…)")
            }
            throw reader.failure(
                "\"\(word.prefix(40))\" is no value", at: start,
                mend: "a field stands in brackets, [\(word.prefix(40))], a text in quotes")
        }
        throw reader.failure(
            "a field or value is expected", mend: "write [name], a text in quotes, a number or /pattern/")
    }

    /// `[a][b]`; `nil` where the brackets hold a list.
    private mutating func selector() -> FieldReference? {
        let start = reader.position
        while reader.next == UInt8(ascii: "[") {
            let open = reader.position
            reader.position += 1
            if let byte = reader.next, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return nil }
            while let byte = reader.next, byte != UInt8(ascii: "]"), byte != UInt8(ascii: ","),
                byte != UInt8(ascii: "["),
                byte != UInt8(ascii: "\n")
            {
                reader.position += 1
            }
            guard reader.next == UInt8(ascii: "]"), reader.position > open + 1 else { return nil }
            reader.position += 1
        }
        return FieldReference(String(decoding: reader.bytes[start..<reader.position], as: UTF8.self))
    }
}
