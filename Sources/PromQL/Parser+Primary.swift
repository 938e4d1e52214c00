internal import Base
internal import Model
internal import Patterns

extension Parser {
    /// Numbers, strings, groups, selectors, calls and aggregations.
    mutating func primary() throws(PromQLParseError) -> Expression {
        let token = current
        switch token.kind {
        case .number(let value):
            advance()
            return Expression(node: .number(value), range: token.range)
        case .duration(let milliseconds):
            advance()
            return Expression(node: .number(Double(milliseconds) / 1_000), range: token.range)
        case .string(let text):
            advance()
            return Expression(node: .string(text), range: token.range)
        case .symbol("("):
            advance()
            let inner = try expression()
            try expect(")", in: "paren expression")
            return Expression(node: .group(inner), range: span(from: token.range.lowerBound))
        case .symbol("{"): return try selector(name: nil, start: token.range.lowerBound)
        case .word(let word): return try primary(word: word, token)
        case .end:
            throw refuse(isAtStart ? "no expression found in input" : "unexpected end of input")
        default: throw refuse("unexpected \(token.shown)")
        }
    }

    private mutating func primary(word: String, _ token: Token) throws(PromQLParseError) -> Expression {
        let start = token.range.lowerBound
        advance()
        if let operation = Aggregation.Operator(rawValue: word.lowercased()),
            isAt("(") || isAt(word: "by") || isAt(word: "without")
        {
            return try aggregation(operation, token)
        }
        if isAt("(") { return try call(word, token) }
        switch word.lowercased() {
        case "inf": return Expression(node: .number(.infinity), range: token.range)
        case "nan": return Expression(node: .number(.nan), range: token.range)
        case "on", "ignoring", "group_left", "group_right", "bool", "atan2":
            throw refuse("unexpected <\(word.lowercased())>", at: token.range)
        default: return try selector(name: word, start: start)
        }
    }

    // MARK: Selectors

    private mutating func selector(name: String?, start: Int) throws(PromQLParseError) -> Expression {
        var matchers: [Matcher] = []
        if let name { matchers.append(.equal(Labels.metricName, name)) }
        if take("{") {
            while !take("}") {
                matchers.append(
                    try matcher(hasName: matchers.contains { $0.name == Labels.metricName && $0.operation == .equal }))
                if !isAt("}") { try expect(",", in: "label matching") }
            }
        }
        let range = span(from: start)
        if name != nil, matchers.count(where: { $0.name == Labels.metricName }) > 1 {
            throw refuse("metric name must not be set twice: \"\(name ?? "")\"", at: range)
        }
        guard mayMatchEmpty || matchers.contains(where: { !$0.matchesEmpty }) else {
            throw refuse("vector selector must contain at least one non-empty matcher", at: range)
        }
        return Expression(node: .vector(Selector(matchers: matchers)), range: range)
    }

    private mutating func matcher(hasName: Bool) throws(PromQLParseError) -> Matcher {
        let token = current
        let name: String
        switch token.kind {
        case .word(let word) where !word.contains(":"): name = word
        case .string(let text): name = text
        default: throw refuse("unexpected \(token.shown) in label matching, expected identifier or \"}\"")
        }
        advance()
        if case .string = token.kind, isAt(",") || isAt("}") {
            guard !hasName else { throw refuse("metric name must not be set twice: \"\(name)\"", at: token.range) }
            return .equal(Labels.metricName, name)
        }
        guard case .symbol(let symbol) = current.kind, let operation = Matcher.Operation(rawValue: symbol) else {
            throw refuse("unexpected \(current.shown) in label matching, expected label matching operator")
        }
        advance()
        guard case .string(let value) = current.kind else {
            throw refuse("unexpected \(current.shown) in label matching, expected string")
        }
        let place = current.range
        advance()
        do {
            return try Matcher(name, operation, value)
        } catch {
            throw refuse("error parsing regexp: \(error.reason)", at: place)
        }
    }

    /// `(a, b, "c")`: names of labels.
    mutating func labelNames() throws(PromQLParseError) -> [String] {
        try expect("(", in: "grouping opts")
        var names: [String] = []
        while !take(")") {
            switch current.kind {
            case .word(let word) where !word.contains(":"): names.append(word)
            case .string(let text) where !text.isEmpty: names.append(text)
            default: throw refuse("unexpected \(current.shown) in grouping opts, expected label")
            }
            advance()
            if !isAt(")") { try expect(",", in: "grouping opts") }
        }
        return names
    }

    // MARK: Calls

    /// - Parameter isInfo: whether they are those of `info`, whose second one may select everything.
    private mutating func arguments(isInfo: Bool = false) throws(PromQLParseError) -> [Expression] {
        try expect("(", in: "call")
        var arguments: [Expression] = []
        let wasEmptyAllowed = mayMatchEmpty
        defer { mayMatchEmpty = wasEmptyAllowed }
        while !take(")") {
            mayMatchEmpty = isInfo && arguments.count == 1
            arguments.append(try expression())
            if isAt(")") { continue }
            try expect(",", in: "call")
            if isAt(")") { throw refuse("trailing commas not allowed in function call args") }
        }
        return arguments
    }

    private mutating func call(_ name: String, _ token: Token) throws(PromQLParseError) -> Expression {
        guard let function = Function.named(name) else {
            throw refuse("unknown function with name \"\(name)\"", at: token.range)
        }
        if function.isExperimental, !features.contains(.experimentalFunctions) {
            throw refuse(
                "function \"\(name)\" is not enabled; start with "
                    + "--enable-feature=\(PromQLFeature.experimentalFunctions.rawValue)",
                at: token.range)
        }
        let arguments = try arguments(isInfo: name == "info")
        let range = span(from: token.range.lowerBound)
        let least = function.arguments.count - function.optional
        let most = function.repeats ? Int.max : function.arguments.count
        guard arguments.count >= least, arguments.count <= most else {
            let bound =
                function.optional == 0 && !function.repeats ? "" : arguments.count < least ? "at least " : "at most "
            let wanted = arguments.count < least ? least : most
            throw refuse(
                "expected \(bound)\(wanted) argument(s) in call to \"\(name)\", got \(arguments.count)", at: range)
        }
        for (index, argument) in arguments.enumerated() {
            let wanted = function.arguments[min(index, function.arguments.count - 1)]
            guard argument.type == wanted else {
                throw refuse(
                    "expected type \(wanted.rawValue) in call to function \"\(name)\", got \(argument.type.rawValue)",
                    at: argument.range)
            }
        }
        try checkBorder(function, arguments)
        if name == "info", arguments.count > 1 {
            guard case .vector = arguments[1].node else {
                throw refuse(
                    "expected label selectors as the second argument to \"info\" function", at: arguments[1].range)
            }
        }
        return Expression(node: .call(function, arguments), range: range)
    }

    /// Only some functions know the extensions of range selectors.
    private func checkBorder(_ function: Function, _ arguments: [Expression]) throws(PromQLParseError) {
        for argument in arguments {
            guard case .matrix(let selector, _) = argument.withoutGroups.node, let border = selector.border,
                !border.functions.contains(function.name)
            else { continue }
            throw refuse(
                "\(border.rawValue) modifier can only be used with: "
                    + "\(border.functions.sorted().joined(separator: ", "))"
                    + " - not with \(function.name)",
                at: argument.range)
        }
    }

    private mutating func aggregation(
        _ operation: Aggregation.Operator, _ token: Token
    ) throws(PromQLParseError) -> Expression {
        if operation.isExperimental, !features.contains(.experimentalFunctions) {
            throw refuse(
                "\(operation.rawValue)() is experimental and must be enabled with "
                    + "--enable-feature=\(PromQLFeature.experimentalFunctions.rawValue)",
                at: token.range)
        }
        var grouping = try grouping()
        var arguments = try arguments()
        if grouping == nil { grouping = try self.grouping() }
        let range = span(from: token.range.lowerBound)
        let wanted = operation.takesParameter ? 2 : 1
        guard arguments.count == wanted else {
            throw refuse(
                "wrong number of arguments for aggregate expression provided, expected \(wanted), got "
                    + "\(arguments.count)",
                at: range)
        }
        let inner = arguments.removeLast()
        guard inner.type == .vector else {
            throw refuse(
                "expected type instant vector in aggregation expression, got \(inner.type.rawValue)", at: inner.range)
        }
        if let parameter = arguments.first {
            let type: ValueType = operation == .countValues ? .string : .scalar
            guard parameter.type == type else {
                throw refuse(
                    "expected type \(type.rawValue) in aggregation parameter, got \(parameter.type.rawValue)",
                    at: parameter.range)
            }
        }
        let aggregation = Aggregation(
            operation: operation, parameter: arguments.first, inner: inner, labels: grouping?.labels ?? [],
            isWithout: grouping?.isWithout ?? false)
        return Expression(node: .aggregate(aggregation), range: range)
    }

    private mutating func grouping() throws(PromQLParseError) -> (labels: [String], isWithout: Bool)? {
        if take(word: "by") { return (try labelNames(), false) }
        if take(word: "without") { return (try labelNames(), true) }
        return nil
    }

    // MARK: Binary operators

    /// `bool`, `on`, `ignoring`, `group_left` and `group_right` after an operator.
    mutating func modifiers(
        of operation: BinaryOperation.Operator, left: Expression
    ) throws(PromQLParseError) -> BinaryOperation {
        var binary = BinaryOperation(operation: operation, left: left, right: left)
        if isAt(word: "bool") {
            guard operation.isComparison else {
                throw refuse("bool modifier can only be used on comparison operators")
            }
            advance()
            binary.returnsBool = true
        }
        if isAt(word: "on") || isAt(word: "ignoring") {
            binary.isOn = isAt(word: "on")
            advance()
            binary.matchingLabels = try labelNames()
            if isAt(word: "group_left") || isAt(word: "group_right") {
                guard !operation.isSet else {
                    throw refuse("no grouping allowed for \"\(operation.rawValue)\" operation")
                }
                binary.cardinality = isAt(word: "group_left") ? .manyToOne : .oneToMany
                advance()
                if isAt("(") { binary.include = try labelNames() }
                if binary.isOn, let both = binary.include.first(where: binary.matchingLabels.contains) {
                    throw refuse("label \"\(both)\" must not occur in ON and GROUP clause at once")
                }
            }
        }
        try fills(of: &binary)
        return binary
    }

    /// `fill(0)`, `fill_left(0)` and `fill_right(0)`.
    private mutating func fills(of binary: inout BinaryOperation) throws(PromQLParseError) {
        while case .word(let word) = current.kind, ["fill", "fill_left", "fill_right"].contains(word.lowercased()),
            following.kind == .symbol("(")
        {
            let place = current.range
            guard features.contains(.binaryFillModifiers) else {
                throw refuse(
                    "binary operator fill modifiers are experimental and not enabled; start with "
                        + "--enable-feature=\(PromQLFeature.binaryFillModifiers.rawValue)",
                    at: place)
            }
            guard !binary.operation.isSet else {
                throw refuse("filling in missing series not allowed for set operators", at: place)
            }
            advance()
            advance()
            let isNegative = isAt("-")
            if isNegative || isAt("+") { advance() }
            let number = try primary()
            guard case .number(let magnitude) = number.node else {
                throw refuse("a number is expected in \(word.lowercased())", at: number.range)
            }
            try expect(")", in: word.lowercased())
            let value = isNegative ? -magnitude : magnitude
            if word.lowercased() != "fill_right" { binary.fillLeft = value }
            if word.lowercased() != "fill_left" { binary.fillRight = value }
        }
    }

    func check(_ binary: BinaryOperation, at place: Range<Int>) throws(PromQLParseError) {
        for side in [binary.left, binary.right] where side.type != .scalar && side.type != .vector {
            throw refuse("binary expression must contain only scalar and instant vector types", at: side.range)
        }
        let hasScalar = binary.left.type == .scalar || binary.right.type == .scalar
        if binary.left.type == .scalar, binary.right.type == .scalar, binary.operation.isComparison, !binary.returnsBool
        {
            throw refuse("comparisons between scalars must use BOOL modifier", at: place)
        }
        if hasScalar, binary.operation.isSet {
            throw refuse(
                "set operator \"\(binary.operation.rawValue)\" not allowed in binary scalar expression", at: place)
        }
        if hasScalar, binary.fillLeft != nil || binary.fillRight != nil {
            throw refuse("filling in missing series only allowed between instant vectors", at: place)
        }
        if hasScalar, binary.isOn || !binary.matchingLabels.isEmpty {
            throw refuse("vector matching only allowed between instant vectors", at: place)
        }
    }
}
