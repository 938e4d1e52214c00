/// Walks a template's tree and writes the text.
struct TemplateExecutor {
    private let bodies: [String: TemplateBody]
    private let functions: TemplateFunctions
    private let escapesHTML: Bool
    private var output = ""
    /// Where in a page the next text will stand.
    private var context = HTMLContext()
    private var variables: [(name: String, value: TemplateValue)] = []
    /// The name of the template whose nodes are walked, for errors.
    private var source = ""
    private var depth = 0
    private var budget = TemplateBudget()

    /// A template that calls itself without end is stopped.
    private static let depthMax = 100

    /// What `{{break}}` and `{{continue}}` do to the loop around them.
    private enum Flow { case normal, leaveLoop, nextRound }

    init(bodies: [String: TemplateBody], functions: TemplateFunctions, escapesHTML: Bool) {
        self.bodies = bodies
        self.functions = functions
        self.escapesHTML = escapesHTML
    }

    mutating func run(
        _ body: TemplateBody, data: TemplateValue, variables: [String: TemplateValue]
    ) throws(TemplateError) -> String {
        source = body.sourceName
        self.variables = [("$", data)] + variables.map { ($0.key, $0.value) }
        _ = try walk(body.nodes, data)
        return escapesHTML ? TemplateEscaping.withoutComments(output) : output
    }

    private mutating func walk(_ nodes: [TemplateNode], _ dot: TemplateValue) throws(TemplateError) -> Flow {
        for node in nodes {
            let written = output.utf8.count
            try affordable(TemplatePlace()) { (budget) throws(TemplateFailure) in
                try budget.takeSteps(1)
                try TemplateBudget.check(written)
            }
            switch node {
            case .text(let text):
                output += text
                if escapesHTML { context.follow(text) }
            case .output(let pipe):
                let value = try evaluate(pipe, dot)
                if pipe.variables.isEmpty { try write(value, of: pipe) }
            case .condition(let pipe, let then, let otherwise):
                let flow = try scoped { (executor) throws(TemplateError) in
                    let value = try executor.evaluate(pipe, dot)
                    return try executor.walk(value.isTrue ? then : otherwise, dot)
                }
                if flow != .normal { return flow }
            case .with(let pipe, let body, let otherwise):
                let flow = try scoped { (executor) throws(TemplateError) in
                    let value = try executor.evaluate(pipe, dot)
                    return value.isTrue ? try executor.walk(body, value) : try executor.walk(otherwise, dot)
                }
                if flow != .normal { return flow }
            case .range(let pipe, let body, let otherwise):
                let flow = try scoped { (executor) throws(TemplateError) in
                    try executor.loop(pipe, body, otherwise, dot)
                }
                if flow != .normal { return flow }
            case .template(let name, let pipe, let place): try call(name, pipe, place, dot)
            case .breakLoop: return .leaveLoop
            case .continueLoop: return .nextRound
            }
        }
        return .normal
    }

    /// Variables that `body` declares end with it.
    private mutating func scoped(
        _ body: (inout TemplateExecutor) throws(TemplateError) -> Flow
    ) throws(TemplateError) -> Flow {
        let count = variables.count
        defer { variables.removeSubrange(min(count, variables.count)...) }
        return try body(&self)
    }

    private mutating func loop(
        _ pipe: TemplatePipeline, _ body: [TemplateNode], _ otherwise: [TemplateNode], _ dot: TemplateValue
    ) throws(TemplateError) -> Flow {
        let rounds: [(key: TemplateValue, value: TemplateValue)]
        let value = try evaluate(pipe, dot, binds: false).resolved
        switch value {
        case .none: rounds = []
        case .list(let list): rounds = list.enumerated().map { (.integer(Int64($0)), $1) }
        case .map(let map) where !map.isRecord: rounds = map.sortedEntries.map { (.string($0.key), $0.value) }
        case .integer(let count):
            guard count <= Int64(TemplateBudget.stepsMax) else {
                throw pipe.place.error(in: source, "range over \(count) is too long")
            }
            rounds = (0..<max(0, count)).map { (.integer($0), .integer($0)) }
        default: throw pipe.place.error(in: source, "range can't iterate over \(value.printed)")
        }
        // A loop without a body takes time as well.
        try affordable(pipe.place) { (budget) throws(TemplateFailure) in try budget.takeSteps(rounds.count) }
        if rounds.isEmpty { return try walk(otherwise, dot) }
        for (key, value) in rounds {
            let flow = try scoped { (executor) throws(TemplateError) in
                if pipe.variables.count == 2 {
                    executor.bind(pipe.variables[0], key, assigns: pipe.isAssignment)
                    executor.bind(pipe.variables[1], value, assigns: pipe.isAssignment)
                } else if let name = pipe.variables.first {
                    executor.bind(name, value, assigns: pipe.isAssignment)
                }
                return try executor.walk(body, value)
            }
            if flow == .leaveLoop { break }
        }
        return .normal
    }

    private mutating func call(
        _ name: String, _ pipe: TemplatePipeline?, _ place: TemplatePlace, _ dot: TemplateValue
    ) throws(TemplateError) {
        guard let body = bodies[name] else {
            throw place.error(in: source, "template \"\(name)\" not defined")
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else {
            throw place.error(in: source, "template \"\(name)\" calls itself too deeply")
        }
        var data = TemplateValue.none
        if let pipe { data = try evaluate(pipe, dot) }
        let outer = (variables, source)
        (variables, source) = ([("$", data)], body.sourceName)
        _ = try walk(body.nodes, data)
        (variables, source) = outer
    }

    private mutating func affordable(
        _ place: TemplatePlace, _ work: (inout TemplateBudget) throws(TemplateFailure) -> Void
    ) throws(TemplateError) {
        do throws(TemplateFailure) {
            try work(&budget)
        } catch {
            throw place.error(in: source, error.reason)
        }
    }

    private mutating func write(_ value: TemplateValue, of pipe: TemplatePipeline) throws(TemplateError) {
        try affordable(pipe.place) { (budget) throws(TemplateFailure) in try budget.takeWhole(value) }
        guard escapesHTML else {
            output += value.printedInText
            return
        }
        var done = HTMLContext.Done.nothing
        if case .identifier(let name, _)? = pipe.commands.last?.words.first {
            done = name == "html" ? .html : name == "urlquery" ? .query : .nothing
        }
        let text = context.harmless(value, done)
        output += text
        // Markup opens and closes elements as the author's own text does.
        if value.isMarkup { context.follow(text) } else { context.pass(text.isEmpty) }
    }

    private mutating func bind(_ name: String, _ value: TemplateValue, assigns: Bool) {
        if assigns, let index = variables.lastIndex(where: { $0.name == name }) {
            variables[index].value = value
        } else {
            variables.append((name, value))
        }
    }

    private mutating func evaluate(
        _ pipe: TemplatePipeline, _ dot: TemplateValue, binds: Bool = true
    ) throws(TemplateError) -> TemplateValue {
        var value: TemplateValue?
        for command in pipe.commands { value = try evaluate(command, dot, piped: value) }
        let result = value ?? .none
        if binds { for name in pipe.variables { bind(name, result, assigns: pipe.isAssignment) } }
        return result
    }

    private mutating func evaluate(
        _ command: TemplateCommand, _ dot: TemplateValue, piped: TemplateValue?
    ) throws(TemplateError) -> TemplateValue {
        let words = command.words
        let rest = Array(words.dropFirst())
        switch words[0] {
        case .identifier(let name, let place):
            return try callFunction(name, rest, dot, piped, place)
        case .fields(let base, let names, let place):
            var value = try operand(base, dot)
            for name in names.dropLast() { value = try member(name, of: value, [], place) }
            var arguments = try operands(rest, dot)
            if let piped { arguments.append(piped) }
            return try member(names[names.count - 1], of: value, arguments, place)
        default:
            guard rest.isEmpty, piped == nil else {
                throw command.place.error(in: source, "can't give argument to non-function")
            }
            return try operand(words[0], dot)
        }
    }

    private mutating func operands(
        _ words: [TemplateOperand], _ dot: TemplateValue
    ) throws(TemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for word in words { values.append(try operand(word, dot)) }
        return values
    }

    private mutating func operand(_ operand: TemplateOperand, _ dot: TemplateValue) throws(TemplateError)
        -> TemplateValue
    {
        switch operand {
        case .literal(let value): return value
        case .dot: return dot
        case .variable(let name, let place):
            guard let found = variables.last(where: { $0.name == name }) else {
                throw place.error(in: source, "undefined variable: \(name)")
            }
            return found.value
        case .identifier(let name, let place): return try callFunction(name, [], dot, nil, place)
        case .pipeline(let pipe): return try evaluate(pipe, dot)
        case .fields(let base, let names, let place):
            var value = try self.operand(base, dot)
            for name in names { value = try member(name, of: value, [], place) }
            return value
        }
    }

    private mutating func callFunction(
        _ name: String, _ words: [TemplateOperand], _ dot: TemplateValue, _ piped: TemplateValue?,
        _ place: TemplatePlace
    ) throws(TemplateError) -> TemplateValue {
        if name == "and" || name == "or" {
            var value = TemplateValue.none
            for word in words {
                value = try operand(word, dot)
                if value.isTrue == (name == "or") { return value }
            }
            return piped ?? value
        }
        var arguments = try operands(words, dot)
        if let piped { arguments.append(piped) }
        if name == "tmpl", functions[name] == nil { return try expand(arguments, place) }
        guard let function = functions[name] else { throw place.error(in: source, "function \"\(name)\" not defined") }
        try affordable(place) { (budget) throws(TemplateFailure) in try budget.takeCall(name, arguments) }
        do {
            return try function(arguments)
        } catch {
            let reason = "\(error)"
            // What is too long is told the same way, wherever it was found.
            throw place.error(in: source, reason == TemplateError.tooLong ? reason : "error calling \(name): \(reason)")
        }
    }

    /// `tmpl "name" data`: another template's text as a value.
    private mutating func expand(
        _ arguments: [TemplateValue], _ place: TemplatePlace
    ) throws(TemplateError) -> TemplateValue {
        guard arguments.count == 2, let name = arguments[0].text else {
            throw place.error(in: source, "error calling tmpl: it wants a name and a value")
        }
        let outer = (output, context)
        (output, context) = ("", HTMLContext())
        defer { (output, context) = outer }
        let literal = TemplateCommand(place: place, words: [.literal(arguments[1])])
        try call(
            name, TemplatePipeline(place: place, variables: [], isAssignment: false, commands: [literal]), place, .none)
        return .markup(output)
    }

    private func member(
        _ name: String, of value: TemplateValue, _ arguments: [TemplateValue], _ place: TemplatePlace
    ) throws(TemplateError) -> TemplateValue {
        do {
            if case .object(let object) = value, let result = try object.member(name, arguments) { return result }
            if case .time(let time) = value, let result = try time.member(name, arguments) { return result }
            if case .duration(let nanoseconds) = value,
                let result = try DurationMethods.member(name, of: nanoseconds, arguments)
            {
                return result
            }
        } catch {
            throw place.error(in: source, "error calling \(name): \(error)")
        }
        if case .map(let map) = value.resolved {
            guard arguments.isEmpty else {
                throw place.error(in: source, "\(name) has arguments but cannot be invoked as function")
            }
            if let found = map.entries[name] ?? map.missing { return found }
        }
        if case .none = value { throw place.error(in: source, "nil pointer evaluating interface {}.\(name)") }
        throw place.error(in: source, "can't evaluate field \(name) in type \(value.typeName)")
    }
}

extension TemplateValue {
    fileprivate var isMarkup: Bool {
        if case .markup = self { return true }
        return false
    }
}
