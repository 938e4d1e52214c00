/// What one expansion of a template may cost: a few lines of a template can ask for more texts than there is memory.
struct TemplateBudget {
    /// Nodes walked and rounds of loops.
    static let stepsMax = 500_000
    /// Bytes of one text: of the output, and of what a function makes.
    static let textBytesMax = 4 << 20
    /// Bytes that all functions read together.
    private static let readBytesMax = 16 << 20
    /// What a byte costs in which something is looked for and replaced: each may be a match of its own.
    private static let replacedByteCost = 32
    /// How deep maps lie in one another that templates make with `args`.
    private static let nestingMax = 16
    /// What a value costs beside its text.
    private static let valueBytes = 16

    private static let readers: Set<String> = [
        "print", "println", "printf", "html", "js", "urlquery", "toJson", "join",
    ]

    private var steps = 0
    private var readBytes = 0

    /// - Throws: where a text of `count` bytes is longer than a text may be.
    static func check(_ count: Int) throws(TemplateFailure) {
        guard count <= textBytesMax else { throw TemplateFailure(TemplateError.tooLong) }
    }

    mutating func takeSteps(_ count: Int) throws(TemplateFailure) {
        steps += count
        guard steps <= Self.stepsMax else { throw TemplateFailure(TemplateError.tooLong) }
    }

    /// Takes what it costs to call a function: texts are read whole, other values where the function writes them.
    mutating func takeCall(_ name: String, _ arguments: [TemplateValue]) throws(TemplateFailure) {
        if Self.readers.contains(name) {
            for argument in arguments { try takeWhole(argument) }
            return
        }
        let cost = name == "reReplaceAll" ? Self.replacedByteCost : 1
        for argument in arguments {
            let bytes = argument.text?.utf8.count ?? 0
            try Self.check(bytes)
            try take(bytes * cost)
        }
        guard name == "args" else { return }
        for argument in arguments { try Self.checkNesting(argument, depth: 1) }
    }

    /// Takes what it costs to write `value` with all that lies in it.
    mutating func takeWhole(_ value: TemplateValue) throws(TemplateFailure) {
        try take(Self.valueBytes)
        switch value.resolved {
        case .string(let text), .markup(let text), .link(let text):
            try Self.check(text.utf8.count)
            try take(text.utf8.count)
        case .list(let list): for item in list { try takeWhole(item) }
        case .map(let map):
            for (key, item) in map.entries {
                try take(key.utf8.count)
                try takeWhole(item)
            }
        default: break
        }
    }

    private mutating func take(_ bytes: Int) throws(TemplateFailure) {
        readBytes += bytes
        guard readBytes <= Self.readBytesMax else { throw TemplateFailure(TemplateError.tooLong) }
    }

    private static func checkNesting(_ value: TemplateValue, depth: Int) throws(TemplateFailure) {
        guard depth <= nestingMax else { throw TemplateFailure("args within args, too deeply") }
        switch value.resolved {
        case .list(let list): for item in list { try checkNesting(item, depth: depth + 1) }
        case .map(let map): for item in map.entries.values { try checkNesting(item, depth: depth + 1) }
        default: break
        }
    }
}
