import ConfigText
import Grok
import LogDocuments

/// A condition of a branch, ready to be asked.
indirect enum Condition: Sendable {
    enum Truth: Sendable {
        case yes, no
        /// A comparison that cannot be made, as of an absent field with a number.
        case impossible

        init(_ value: Bool) { self = value ? .yes : .no }
    }

    case and([Condition])
    case or([Condition])
    case xor(Condition, Condition)
    case not(Condition)
    case compare(Operand, ConditionSyntax.Comparison, Operand)
    case contains(element: Operand, list: Operand)
    case matches(Operand, RubyPattern)
    case isTrue(Operand)

    enum Operand: Sendable {
        case field(FieldReference)
        case constant(DocumentValue)

        func value(_ event: borrowing PipelineEvent) -> DocumentValue? {
            switch self {
            case .field(let field):
                let value = event[field]
                return value == .null ? nil : value
            case .constant(let value): return value
            }
        }
    }

    /// - Throws: ``ConfigProblem`` for a pattern that cannot be read.
    init(_ syntax: ConditionSyntax) throws(ConfigProblem) {
        switch syntax {
        case .and(let parts): self = .and(try Self.all(parts))
        case .or(let parts): self = .or(try Self.all(parts))
        case .xor(let left, let right): self = .xor(try Condition(left), try Condition(right))
        case .nand(let left, let right): self = .not(.and([try Condition(left), try Condition(right)]))
        case .not(let inner): self = .not(try Condition(inner))
        case .compare(let left, let comparison, let right, _):
            self = .compare(Operand(left), comparison, Operand(right))
        case .contains(let element, let list, _):
            self = .contains(element: Operand(element), list: Operand(list))
        case .matches(let value, let pattern, let position):
            do throws(RubyPatternError) {
                self = .matches(Operand(value), try RubyPattern(pattern))
            } catch {
                throw ConfigProblem(.error, at: position, "the pattern cannot be read: \(error)", mend: "correct it")
            }
        case .isTrue(let value, _): self = .isTrue(Operand(value))
        }
    }

    private static func all(_ parts: [ConditionSyntax]) throws(ConfigProblem) -> [Condition] {
        var conditions: [Condition] = []
        for part in parts { conditions.append(try Condition(part)) }
        return conditions
    }

    func truth(_ event: borrowing PipelineEvent, _ run: borrowing FilterRun) -> Truth {
        switch self {
        case .and(let parts):
            for part in parts {
                let truth = part.truth(event, run)
                if truth != .yes { return truth }
            }
            return .yes
        case .or(let parts):
            for part in parts {
                let truth = part.truth(event, run)
                if truth != .no { return truth }
            }
            return .no
        case .xor(let left, let right):
            let (first, second) = (left.truth(event, run), right.truth(event, run))
            if first == .impossible || second == .impossible { return .impossible }
            return Truth(first != second)
        case .not(let inner):
            switch inner.truth(event, run) {
            case .yes: return .no
            case .no: return .yes
            case .impossible: return .impossible
            }
        case .compare(let left, let comparison, let right):
            return Self.compare(left.value(event), comparison, right.value(event))
        case .contains(let element, let list):
            return Truth(Self.contains(list.value(event), element.value(event)))
        case .matches(let value, let pattern):
            guard case .string(var text)? = value.value(event) else { return .no }
            return Truth(text.withUTF8 { pattern.match($0, run.scratch) } == .found)
        case .isTrue(let value):
            switch value.value(event) {
            case nil, .boolean(false)?, .string("")?, .string("false")?: return .no
            default: return .yes
            }
        }
    }

    private static func compare(
        _ left: DocumentValue?, _ comparison: ConditionSyntax.Comparison, _ right: DocumentValue?
    ) -> Truth {
        switch comparison {
        case .equal: return Truth(isEqual(left, right))
        case .unequal: return Truth(!isEqual(left, right))
        default: break
        }
        let order: Int
        switch (left, right) {
        case (.string(let left)?, .string(let right)?):
            order = left == right ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        case (let left?, let right?):
            if case .integer(let one) = left, case .integer(let other) = right {
                order = one == other ? 0 : one < other ? -1 : 1
            } else if let one = left.real, let other = right.real {
                order = one == other ? 0 : one < other ? -1 : 1
            } else {
                return .impossible
            }
        default: return .impossible
        }
        return switch comparison {
        case .less: Truth(order < 0)
        case .lessOrEqual: Truth(order <= 0)
        case .greater: Truth(order > 0)
        default: Truth(order >= 0)
        }
    }

    private static func isEqual(_ left: DocumentValue?, _ right: DocumentValue?) -> Bool {
        if left == right { return true }
        if let one = left?.real, let other = right?.real { return one == other }
        return false
    }

    private static func contains(_ list: DocumentValue?, _ element: DocumentValue?) -> Bool {
        guard let element, element.array == nil, element.object == nil else { return false }
        switch list {
        case .array(let values)?: return values.contains { isEqual($0, element) }
        case .string(let text)?:
            guard case .string(let part) = element else { return false }
            return part.isEmpty || text.utf8.firstRange(of: part.utf8) != nil
        case nil: return false
        default: return isEqual(list, element)
        }
    }
}

extension Condition.Operand {
    init(_ syntax: OperandSyntax) {
        switch syntax {
        case .field(let field): self = .field(field)
        default: self = .constant(DocumentValue(syntax))
        }
    }
}

extension DocumentValue {
    /// A constant of a condition; a field in a list stands for nothing.
    fileprivate init(_ syntax: OperandSyntax) {
        switch syntax {
        case .string(let text), .pattern(let text): self = .string(text)
        case .number(let value, let text): self = Int64(text).map(DocumentValue.integer) ?? .number(value)
        case .array(let values): self = .array(values.map(DocumentValue.init))
        case .field: self = .null
        }
    }

    /// The number, of a number alone.
    var real: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
