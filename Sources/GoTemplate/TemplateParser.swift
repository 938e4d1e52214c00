/// Builds the syntax tree from a template's pieces.
struct TemplateParser {
    private let name: String
    private let pieces: [TemplatePiece]
    private let functions: TemplateFunctions
    private var position = 0
    /// Names of the variables in sight, innermost last.
    private var variables: [String]
    private var loops = 0
    private var depth = 0
    private(set) var defined: [String: TemplateBody] = [:]

    /// Deeper nesting than this is refused, so that a hostile template cannot exhaust the stack.
    private static let depthMax = 100

    init(_ text: String, name: String, functions: TemplateFunctions, variables: [String]) throws(TemplateError) {
        var lexer = TemplateLexer(text, name: name)
        self.name = name
        self.functions = functions
        self.variables = ["$"] + variables
        pieces = try lexer.pieces()
    }

    mutating func parse() throws(TemplateError) -> TemplateBody {
        let (nodes, end) = try block(allowedEnds: [], openedAt: TemplatePlace())
        if let end { throw end.place.error(in: name, "unexpected {{\(end.keyword)}}; there is nothing open") }
        return TemplateBody(nodes: nodes, sourceName: name)
    }

    /// What ended a list of nodes: `end` or `else`, with the tokens after it.
    private struct BlockEnd {
        let keyword: String
        let rest: [TemplateToken]
        let place: TemplatePlace
    }

    private mutating func block(
        allowedEnds: Set<String>, openedAt opening: TemplatePlace
    ) throws(TemplateError) -> ([TemplateNode], BlockEnd?) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw opening.error(in: name, "blocks are nested too deeply") }
        var nodes: [TemplateNode] = []
        while position < pieces.count {
            let piece = pieces[position]
            position += 1
            switch piece {
            case .text(let text): nodes.append(.text(text))
            case .action(let tokens, let place):
                if case .identifier(let keyword)? = tokens.first?.kind, keyword == "end" || keyword == "else" {
                    guard allowedEnds.contains(keyword) else {
                        throw place.error(in: name, "unexpected {{\(keyword)}}")
                    }
                    if keyword == "end", tokens.count > 1 {
                        throw tokens[1].place.error(in: name, "unexpected words after end")
                    }
                    return (nodes, BlockEnd(keyword: keyword, rest: Array(tokens.dropFirst()), place: place))
                }
                if let node = try action(tokens, place) { nodes.append(node) }
            }
        }
        guard allowedEnds.isEmpty else {
            throw opening.error(in: name, "unexpected end of the text; {{end}} is missing")
        }
        return (nodes, nil)
    }

    private mutating func action(
        _ tokens: [TemplateToken], _ place: TemplatePlace
    ) throws(TemplateError) -> TemplateNode? {
        guard let first = tokens.first else { throw place.error(in: name, "missing value for command") }
        let rest = Array(tokens.dropFirst())
        guard case .identifier(let keyword) = first.kind else {
            return .output(try pipeline(tokens, place, "command"))
        }
        switch keyword {
        case "if", "with", "range": return try control(keyword, rest, place)
        case "template": return try call(rest, place)
        case "define", "block": return try definition(keyword, rest, place)
        case "break", "continue":
            guard loops > 0 else { throw place.error(in: name, "{{\(keyword)}} outside {{range}}") }
            guard rest.isEmpty else { throw place.error(in: name, "unexpected words after \(keyword)") }
            return keyword == "break" ? .breakLoop : .continueLoop
        default: return .output(try pipeline(tokens, place, "command"))
        }
    }

    private mutating func control(
        _ keyword: String, _ tokens: [TemplateToken], _ place: TemplatePlace
    ) throws(TemplateError) -> TemplateNode {
        let scope = variables.count
        defer { variables.removeSubrange(scope...) }
        let pipe = try pipeline(tokens, place, keyword, allowsTwoVariables: keyword == "range")
        if keyword == "range" { loops += 1 }
        let (body, end) = try block(allowedEnds: ["end", "else"], openedAt: place)
        if keyword == "range" { loops -= 1 }
        var otherwise: [TemplateNode] = []
        if let end, end.keyword == "else" {
            variables.removeSubrange(min(variables.count, scope + pipe.variables.count)...)
            otherwise = try alternative(of: keyword, end)
        }
        switch keyword {
        case "if": return .condition(pipe, then: body, otherwise: otherwise)
        case "with": return .with(pipe, body: body, otherwise: otherwise)
        default: return .range(pipe, body: body, otherwise: otherwise)
        }
    }

    /// `{{else}} … {{end}}`, or `{{else if …}}`, whose `{{end}}` closes both.
    private mutating func alternative(of keyword: String, _ end: BlockEnd) throws(TemplateError) -> [TemplateNode] {
        guard let word = end.rest.first else {
            let (nodes, _) = try block(allowedEnds: ["end"], openedAt: end.place)
            return nodes
        }
        guard case .identifier(let next) = word.kind, next == keyword, keyword != "range" else {
            throw word.place.error(in: name, "unexpected words after else")
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw word.place.error(in: name, "blocks are nested too deeply") }
        return [try control(next, Array(end.rest.dropFirst()), word.place)]
    }

    private mutating func call(
        _ tokens: [TemplateToken], _ place: TemplatePlace
    ) throws(TemplateError) -> TemplateNode {
        let called = try templateName(tokens, place, "template")
        let rest = Array(tokens.dropFirst())
        return .template(called, rest.isEmpty ? nil : try pipeline(rest, place, "template"), place)
    }

    private func templateName(
        _ tokens: [TemplateToken], _ place: TemplatePlace, _ keyword: String
    ) throws(TemplateError) -> String {
        guard case .literal(.string(let text))? = tokens.first?.kind else {
            throw (tokens.first?.place ?? place).error(in: name, "\(keyword) wants a name in quotes")
        }
        return text
    }

    private mutating func definition(
        _ keyword: String, _ tokens: [TemplateToken], _ place: TemplatePlace
    ) throws(TemplateError) -> TemplateNode? {
        let called = try templateName(tokens, place, keyword)
        let rest = Array(tokens.dropFirst())
        guard keyword == "block" || rest.isEmpty else {
            throw rest[0].place.error(in: name, "unexpected words after define")
        }
        let pipe = keyword == "block" ? try pipeline(rest, place, keyword) : nil
        let outer = (variables, loops)
        (variables, loops) = (["$"], 0)
        // Whoever opened the block around it takes its own variables away, also where this throws.
        defer { (variables, loops) = outer }
        let (nodes, _) = try block(allowedEnds: ["end"], openedAt: place)
        defined[called] = TemplateBody(nodes: nodes, sourceName: name)
        return pipe.map { .template(called, $0, place) }
    }

    private mutating func pipeline(
        _ tokens: [TemplateToken], _ place: TemplatePlace, _ context: String, allowsTwoVariables: Bool = false
    ) throws(TemplateError) -> TemplatePipeline {
        var parser = PipelineParser(
            template: name, tokens: tokens, place: place, functions: functions, variables: variables)
        let pipe = try parser.parse(context, allowsTwoVariables: allowsTwoVariables)
        if !pipe.isAssignment { variables += pipe.variables }
        return pipe
    }
}
