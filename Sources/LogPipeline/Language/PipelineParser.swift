package import ConfigText

/// Reads the text of a file of a pipeline.
package struct PipelineParser {
    var reader: SyntaxReader
    /// What is not wrong, but not meant either.
    var warnings: [ConfigProblem] = []
    private var depth = 0
    static let depthMax = 100
    /// How often `xor` and `nand` join in the condition that is being read.
    var joints = 0
    static let jointsMax = 100

    /// - Parameters:
    ///   - readsEscapes: whether `\n` and its like in quotes mean what they say.
    ///   - environment: what `${VAR}` stands for.
    /// - Throws: ``ConfigProblem`` with the place of what is no sentence of the language.
    package static func parse(
        _ text: String, file: String, readsEscapes: Bool = false, environment: [String: String] = [:],
        problems: ProblemList
    ) throws(ConfigProblem) -> PipelineSyntax {
        var parser = PipelineParser(
            reader: SyntaxReader(text, file: file, readsEscapes: readsEscapes, environment: environment))
        let syntax = try parser.file(file)
        for warning in parser.warnings { problems.add(warning) }
        return syntax
    }

    private init(reader: SyntaxReader) { self.reader = reader }

    private mutating func file(_ path: String) throws(ConfigProblem) -> PipelineSyntax {
        var syntax = PipelineSyntax(path: path, sections: [])
        _ = reader.take("\u{feff}")
        reader.skipSpaces()
        while !reader.isAtEnd {
            let start = reader.position
            let name = reader.name() ?? ""
            guard let kind = PipelineSyntax.Section.Kind(rawValue: name) else {
                let nearest = NearestName.of(name, among: ["input", "filter", "output"])
                throw reader.failure(
                    name.isEmpty ? "input, filter or output is expected" : "\"\(name.prefix(40))\" is no section",
                    at: start,
                    mend: foreignSign ?? nearest.map { "write \($0) { … }" }
                        ?? "write input { … }, filter { … } or output { … }")
            }
            let statements = try block(of: kind)
            syntax.sections.append(.init(kind: kind, position: reader.place(start), statements: statements))
            reader.skipSpaces()
        }
        return syntax
    }

    /// What is to be done about a sign that the language has not.
    private var foreignSign: String? {
        let rest = String(decoding: reader.bytes[reader.position...].prefix(3), as: UTF8.self)
        if rest.hasPrefix("//") || rest.hasPrefix("/*") { return "begin comments with #" }
        if let first = rest.first, "“”„‘’«»`".contains(first) { return "write straight quotes, \" or '" }
        return nil
    }

    private mutating func block(of kind: PipelineSyntax.Section.Kind) throws(ConfigProblem) -> [PipelineSyntax
        .Statement]
    {
        reader.skipSpaces()
        let start = reader.position
        guard reader.take("{") else { throw reader.failure("{ is expected", mend: "open the block with {") }
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax {
            throw reader.failure("blocks are nested too deep", mend: "nest no more than \(Self.depthMax)")
        }
        var statements: [PipelineSyntax.Statement] = []
        while true {
            reader.skipSpaces()
            if reader.take("}") { return statements }
            if reader.isAtEnd {
                throw reader.failure("the block that begins here has no end", at: start, mend: "close it with }")
            }
            if reader.takeWord("if") {
                statements.append(try branch(of: kind))
            } else {
                statements.append(.plugin(try plugin()))
            }
        }
    }

    private mutating func branch(of kind: PipelineSyntax.Section.Kind) throws(ConfigProblem) -> PipelineSyntax.Statement
    {
        if kind == .input {
            throw reader.failure(
                "an input cannot stand in a branch", at: reader.position - 2,
                mend: "put the condition into filter { … }, on a field or tag of the input")
        }
        var arms: [PipelineSyntax.Arm] = [.init(condition: try condition(), statements: try block(of: kind))]
        while true {
            let start = reader.position
            reader.skipSpaces()
            guard reader.takeWord("else") else {
                reader.position = start
                return .branch(arms)
            }
            reader.skipSpaces()
            if reader.takeWord("if") {
                arms.append(.init(condition: try condition(), statements: try block(of: kind)))
            } else {
                arms.append(.init(condition: nil, statements: try block(of: kind)))
                return .branch(arms)
            }
        }
    }

    private mutating func plugin() throws(ConfigProblem) -> PluginSyntax {
        let start = reader.position
        let name: String
        if let byte = reader.next, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            name = try reader.quoted()
        } else if let plain = reader.name() {
            name = plain
        } else {
            throw reader.failure(
                "the name of a plugin is expected",
                mend: reader.next == UInt8(ascii: ",") || reader.next == UInt8(ascii: ";")
                    ? "plugins have nothing between them" : foreignSign ?? "write NAME { … }, or close the block with }"
            )
        }
        if name == "else" {
            throw reader.failure(
                "\"else\" is no word at this place: it stands behind the block of an if", at: start,
                mend: "write if … { … } else { … }")
        }
        reader.skipSpaces()
        guard reader.next == UInt8(ascii: "{") else {
            if name == "elsif" || name == "elseif" {
                throw reader.failure("\"\(name)\" is no word of the language", at: start, mend: "write else if")
            }
            throw reader.failure(
                "{ is expected behind \"\(name.prefix(40))\"", mend: "write \(name.prefix(40)) { … }")
        }
        return try settings(of: name, at: start)
    }

    /// The settings of a plugin, between the braces that begin here.
    private mutating func settings(of name: String, at start: Int) throws(ConfigProblem) -> PluginSyntax {
        let brace = reader.position
        reader.position += 1
        var settings: [PluginSyntax.Setting] = []
        while true {
            reader.skipSpaces()
            if reader.take("}") { break }
            if reader.isAtEnd {
                throw reader.failure("the block that begins here has no end", at: brace, mend: "close it with }")
            }
            let place = reader.position
            let key: String
            if let byte = reader.next, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                key = try reader.quoted()
            } else if let plain = reader.name() {
                key = plain
            } else {
                throw reader.failure(
                    "the name of a setting of \"\(name)\" is expected",
                    mend: reader.next == UInt8(ascii: ",") || reader.next == UInt8(ascii: ";")
                        ? "settings have nothing between them" : "write NAME => VALUE")
            }
            try arrow(behind: key)
            settings.append(.init(name: key, position: reader.place(place), value: try value()))
        }
        return PluginSyntax(name: name, position: reader.place(start), settings: settings)
    }

    private mutating func arrow(behind key: String) throws(ConfigProblem) {
        reader.skipSpaces()
        guard reader.take("=>") else {
            throw reader.failure(
                "=> is expected behind \"\(key.prefix(40))\"", mend: "write \(key.prefix(40)) => VALUE")
        }
        reader.skipSpaces()
    }

    private mutating func value() throws(ConfigProblem) -> SettingValue {
        reader.skipSpaces()
        let start = reader.position
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax {
            throw reader.failure("values are nested too deep", mend: "nest no more than \(Self.depthMax)")
        }
        func made(_ content: SettingValue.Content) -> SettingValue {
            SettingValue(content: content, position: reader.place(start))
        }
        switch reader.next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return made(.string(try reader.quoted()))
        case UInt8(ascii: "["): return made(.array(try array()))
        case UInt8(ascii: "{"): return made(.hash(try hash()))
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            if let number = number() { return made(.number(number)) }
        default: break
        }
        if let word = reader.name() {
            let end = reader.position
            reader.skipSpaces()
            if reader.next == UInt8(ascii: "{") { return made(.plugin(try settings(of: word, at: start))) }
            reader.position = end
            return made(.bareword(word))
        }
        if reader.next == UInt8(ascii: "$"), reader.take("${") {
            // A variable without quotes, as people write it; Logstash takes it in quotes alone.
            throw reader.failure("a variable stands in quotes", at: start, mend: "write \"${NAME}\"")
        }
        throw reader.failure(
            "a value is expected", mend: foreignSign ?? "write a text in quotes, a number, a word, [ … ] or { … }")
    }

    /// A number as it is written; `nil` where none stands here.
    mutating func number() -> String? {
        let start = reader.position
        if reader.next == UInt8(ascii: "-") { reader.position += 1 }
        let digits = reader.position
        while let byte = reader.next, (48...57).contains(byte) { reader.position += 1 }
        guard reader.position > digits else {
            reader.position = start
            return nil
        }
        if reader.next == UInt8(ascii: ".") {
            reader.position += 1
            while let byte = reader.next, (48...57).contains(byte) { reader.position += 1 }
        }
        if let byte = reader.next, SyntaxReader.isNameByte(byte) {
            // `10s`: no number.
            reader.position = start
            return nil
        }
        return String(decoding: reader.bytes[start..<reader.position], as: UTF8.self)
    }

    private mutating func array() throws(ConfigProblem) -> [SettingValue] {
        let start = reader.position
        reader.position += 1
        var values: [SettingValue] = []
        reader.skipSpaces()
        if reader.take("]") { return values }
        while true {
            reader.skipSpaces()
            if reader.next == UInt8(ascii: "]") {
                throw reader.failure("a value is expected behind the comma", mend: "remove the last comma of the list")
            }
            if reader.isAtEnd {
                throw reader.failure("the list that begins here has no end", at: start, mend: "close it with ]")
            }
            values.append(try value())
            reader.skipSpaces()
            if reader.take(",") { continue }
            if reader.take("]") { return values }
            throw reader.failure("a comma or ] is expected", mend: "separate the values of a list by commas")
        }
    }

    private mutating func hash() throws(ConfigProblem) -> [(key: SettingValue, value: SettingValue)] {
        let start = reader.position
        reader.position += 1
        var entries: [(key: SettingValue, value: SettingValue)] = []
        while true {
            reader.skipSpaces()
            if reader.take("}") { return entries }
            if reader.isAtEnd {
                throw reader.failure("the block that begins here has no end", at: start, mend: "close it with }")
            }
            if reader.next == UInt8(ascii: ",") {
                throw reader.failure("entries of a hash have no commas between them", mend: "remove the comma")
            }
            let place = reader.position
            let key: SettingValue.Content
            if let byte = reader.next, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                key = .string(try reader.quoted())
            } else if let digits = number() {
                key = .number(digits)
            } else if let word = reader.name() {
                key = .bareword(word)
            } else {
                throw reader.failure("the name of an entry is expected", mend: "write \"NAME\" => VALUE")
            }
            let text = String(decoding: reader.bytes[place..<reader.position], as: UTF8.self)
            try arrow(behind: text)
            entries.append((SettingValue(content: key, position: reader.place(place)), try value()))
        }
    }
}
