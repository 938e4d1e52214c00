/// Reads the tokens of one action as a pipeline.
struct PipelineParser {
    let template: String
    private let tokens: [TemplateToken]
    private let start: TemplatePlace
    private let functions: TemplateFunctions
    private let variables: [String]
    private var index = 0
    private var depth = 0

    private static let depthMax = 100

    init(
        template: String, tokens: [TemplateToken], place: TemplatePlace, functions: TemplateFunctions,
        variables: [String]
    ) {
        self.template = template
        self.tokens = tokens
        start = place
        self.functions = functions
        self.variables = variables
    }

    mutating func parse(_ context: String, allowsTwoVariables: Bool) throws(TemplateError) -> TemplatePipeline {
        let pipe = try pipeline(context, allowsTwoVariables: allowsTwoVariables, inParentheses: false)
        if index < tokens.count { throw error("unexpected right parenthesis") }
        return pipe
    }

    private func error(_ reason: String) -> TemplateError {
        (index < tokens.count ? tokens[index].place : tokens.last?.place ?? start).error(in: template, reason)
    }

    private mutating func pipeline(
        _ context: String, allowsTwoVariables: Bool, inParentheses: Bool
    ) throws(TemplateError) -> TemplatePipeline {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw error("parentheses are nested too deeply") }
        let place = index < tokens.count ? tokens[index].place : start
        let (declared, isAssignment) = try declarations(allowsTwo: allowsTwoVariables)
        var commands: [TemplateCommand] = []
        while true {
            let command = try self.command()
            if !commands.isEmpty, case .literal? = command.words.first {
                throw command.place.error(in: template, "a constant cannot take the value of the stage before")
            }
            commands.append(command)
            guard index < tokens.count, case .pipe = tokens[index].kind else { break }
            index += 1
        }
        if inParentheses {
            guard index < tokens.count, case .rightParenthesis = tokens[index].kind else {
                throw error("a right parenthesis is missing")
            }
            index += 1
        }
        return TemplatePipeline(place: place, variables: declared, isAssignment: isAssignment, commands: commands)
    }

    /// `$x :=`, `$x =` and, for `range`, `$i, $x :=`.
    private mutating func declarations(allowsTwo: Bool) throws(TemplateError) -> ([String], Bool) {
        guard index + 1 < tokens.count, case .variable(let first) = tokens[index].kind else { return ([], false) }
        var names = [first]
        var next = index + 1
        if case .comma = tokens[next].kind {
            guard allowsTwo else { throw error("only range declares two variables") }
            guard next + 1 < tokens.count, case .variable(let second) = tokens[next + 1].kind else {
                throw error("range can declare only two variables, parted by a comma")
            }
            names.append(second)
            next += 2
        }
        guard next < tokens.count else { return ([], false) }
        switch tokens[next].kind {
        case .declare:
            index = next + 1
            return (names, false)
        case .assign:
            for name in names where !variables.contains(name) { throw error("undefined variable \"\(name)\"") }
            index = next + 1
            return (names, true)
        default:
            if names.count == 2 { throw error("range can declare only two variables, with :=") }
            return ([], false)
        }
    }

    private mutating func command() throws(TemplateError) -> TemplateCommand {
        let place = index < tokens.count ? tokens[index].place : start
        var words: [TemplateOperand] = []
        while index < tokens.count {
            switch tokens[index].kind {
            case .pipe, .rightParenthesis:
                if words.isEmpty { throw error("missing value for command") }
                return TemplateCommand(place: place, words: words)
            default:
                if !words.isEmpty, !tokens[index].afterSpace, !isParenthesis(index), !isParenthesis(index - 1) {
                    throw error("a space is missing between the words")
                }
                words.append(try operand())
            }
        }
        if words.isEmpty { throw error("missing value for command") }
        return TemplateCommand(place: place, words: words)
    }

    private func isParenthesis(_ index: Int) -> Bool {
        switch tokens[index].kind {
        case .leftParenthesis, .rightParenthesis: true
        default: false
        }
    }

    /// A term, and the fields that follow it without a space.
    private mutating func operand() throws(TemplateError) -> TemplateOperand {
        let token = tokens[index]
        let base = try term(token)
        var names: [String] = []
        if case .field(let name) = token.kind { names.append(name) }
        while index < tokens.count, !tokens[index].afterSpace, case .field(let name) = tokens[index].kind {
            names.append(name)
            index += 1
        }
        if names.isEmpty { return base }
        if case .literal = base { throw token.place.error(in: template, "unexpected field after a constant") }
        return .fields(base: base, names: names, token.place)
    }

    private mutating func term(_ token: TemplateToken) throws(TemplateError) -> TemplateOperand {
        switch token.kind {
        case .identifier(let name):
            guard functions.contains(name) else { throw error("function \"\(name)\" not defined") }
            index += 1
            return .identifier(name, token.place)
        case .field, .dot:
            index += 1
            return .dot
        case .variable(let name):
            guard variables.contains(name) else { throw error("undefined variable \"\(name)\"") }
            index += 1
            return .variable(name, token.place)
        case .literal(let value):
            index += 1
            return .literal(value)
        case .leftParenthesis:
            index += 1
            return .pipeline(try pipeline("parentheses", allowsTwoVariables: false, inParentheses: true))
        case .pipe, .rightParenthesis, .declare, .assign, .comma: throw error("unexpected operator")
        }
    }
}
