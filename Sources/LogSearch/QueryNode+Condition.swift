import Base
import Model
internal import Patterns

extension QueryNode {
    /// The node as a condition on single values, for sources; where it can say less than ``matches(_:)``, it does.
    var condition: LogCondition {
        switch self {
        case .all: return .all
        case .leaf(let field, let test): return QueryNode.condition(field, test)
        case .time(let range): return .time(range)
        case .atLeast(let count, let nodes):
            let any = LogCondition.any(nodes.map(\.condition))
            return count == 1 ? any : .every([any, .unknown])
        case .event: return .unknown
        case .boolean(let clauses):
            var parts: [LogCondition] = []
            var shoulds: [LogCondition] = []
            var hasMust = false
            for clause in clauses where !clause.node.isVacuous {
                switch clause.occurrence {
                case .must:
                    hasMust = true
                    parts.append(clause.node.condition)
                case .mustNot: parts.append(.not(clause.node.condition))
                case .should: shoulds.append(clause.node.condition)
                }
            }
            if !hasMust, !shoulds.isEmpty { parts.append(.any(shoulds)) }
            return parts.isEmpty ? .all : .every(parts)
        }
    }

    private static func condition(_ field: QueryField, _ test: QueryTest) -> LogCondition {
        switch field {
        case .name(FieldValue.timestamp):
            if case .range(let range) = test { return .time(range.times) }
            return .unknown
        case .pattern: return .unknown
        case .any:
            if case .exists = test { return .all }
            // A word of no letters is left out where it stands beside others.
            return .test(test.condition(on: .any))
        case .name(let name): return .test(test.condition(on: .name(name)))
        }
    }
}

extension QueryTest {
    fileprivate func condition(on field: LogTest.Field) -> LogTest {
        if case .value(let test) = self {
            return LogTest(field, literals: test.literals, numbers: test.numbers) { value, name in matches(value, name)
            }
        }
        let literals = literals
        var search: LogTextSearch?
        if case .regex(let pattern) = self, literals.isEmpty { search = QueryTest.search(pattern) }
        return LogTest(
            field, literals: literals, numbers: numbers(literals), isNumberRange: isNumberRange,
            takesAnyText: takesAnyText, search: search
        ) { value, name in
            matches(value, name)
        }
    }

    /// Texts that every text holds which fulfils the test.
    private var literals: [String] {
        switch self {
        case .exists, .isNull, .fuzzy, .range, .value: return []
        case .words(let text, _): return QueryTest.literals(text)
        case .anyOf(let text, let parts):
            return parts.count == 1 ? QueryTest.literals(parts[0]) : parts.isEmpty ? QueryTest.literals(text) : []
        case .wildcard(let pattern):
            var runs: [String] = []
            var run = String.UnicodeScalarView()
            for element in pattern.elements {
                if case .scalar(let scalar) = element, scalar.isASCII {
                    run.append(scalar)
                } else {
                    runs.append(String(run))
                    run = String.UnicodeScalarView()
                }
            }
            runs.append(String(run))
            return runs.filter { !$0.isEmpty }
        case .regex(let pattern): return QueryTest.literals(ofPattern: pattern.text)
        }
    }

    /// A value is the text as a whole, or holds its words: its runs of letters and digits are in both.
    private static func literals(_ text: QueryText) -> [String] {
        let words = text.words
        if words.isEmpty {
            return text.lowered.utf8.allSatisfy { $0 < 0x80 } && !text.lowered.isEmpty ? [text.lowered] : []
        }
        return words.filter { $0.utf8.allSatisfy { $0 < 0x80 } }
    }

    /// Letters and digits that stand in all that a pattern describes, where it is a plain one.
    private static func literals(ofPattern text: String) -> [String] {
        let bytes = Array(text.utf8)
        if bytes.contains(where: { "(|".utf8.contains($0) || $0 >= 0x80 }) { return [] }
        var runs: [String] = []
        var run: [UInt8] = []
        func isPlain(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...122).contains(byte | 0x20) }
        func finish() {
            if !run.isEmpty { runs.append(String(decoding: run, as: UTF8.self).lowercased()) }
            run = []
        }
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case let byte where isPlain(byte): run.append(byte)
            case UInt8(ascii: "\\"):
                finish()
                // Codes of characters, and quotations.
                if position < bytes.count, "xpPQ01234567".utf8.contains(bytes[position]) { return [] }
                position += 1
            case UInt8(ascii: "["):
                finish()
                // A bracket may stand first in its own class.
                if position < bytes.count, bytes[position] == UInt8(ascii: "^") { position += 1 }
                if position < bytes.count, bytes[position] == UInt8(ascii: "]") { position += 1 }
                while position < bytes.count, bytes[position] != UInt8(ascii: "]") {
                    position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                position += 1
            case UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "{"):
                // What stands before may be absent.
                if !run.isEmpty { run.removeLast() }
                finish()
                if byte == UInt8(ascii: "{") {
                    while position < bytes.count, bytes[position] != UInt8(ascii: "}") { position += 1 }
                    position += 1
                }
            default: finish()
            }
        }
        finish()
        return runs
    }

    /// Finds what a pattern describes, in whichever case; `nil` for one that asks where it stands.
    ///
    /// It describes a text as a whole, or a word: before and behind it is no letter or digit.
    private static func search(_ pattern: Pattern) -> LogTextSearch? {
        let text = PatternShape.withoutAnchors(pattern.text)
        let reach = PatternShape.reach(of: text)
        guard let reach,
            let found = try? Pattern(
                reach == .run ? text : "(?:^|[^0-9A-Za-z])(?:\(text))(?:$|[^0-9A-Za-z])", caseSensitive: false,
                dotMatchesNewline: true)
        else { return nil }
        return LogTextSearch(reach) { bytes, start in found.start(in: bytes, from: start) }
    }

    /// Bounds in which a number must be that passes.
    private func numbers(_ literals: [String]) -> ClosedRange<Double>? {
        let all = -Double.infinity ... .infinity
        func bounds(_ text: QueryText) -> ClosedRange<Double>? {
            if let number = text.number { return number...number }
            return ["inf", "-inf", "nan"].contains(text.lowered) ? all : nil
        }
        switch self {
        case .exists: return all
        case .isNull, .fuzzy, .value: return nil
        case .words(let text, _): return bounds(text)
        case .anyOf(let text, let parts):
            let found = (parts + [text]).compactMap(bounds)
            guard let low = found.map(\.lowerBound).min(), let high = found.map(\.upperBound).max() else { return nil }
            return low...high
        case .wildcard, .regex:
            // Numbers have digits, and the letters of 1e5, inf and nan.
            let isNumeric = literals.allSatisfy { $0.utf8.allSatisfy { $0 < 58 || "einfa".utf8.contains($0) } }
            return isNumeric ? all : nil
        case .range(let range):
            let low = range.lower.map(\.number) ?? -.infinity
            let high = range.upper.map(\.number) ?? .infinity
            guard let low, let high, low <= high else { return nil }
            return low...high
        }
    }

    private var takesAnyText: Bool { if case .exists = self { true } else { false } }

    private var isNumberRange: Bool {
        switch self {
        case .exists: true
        case .range(let range):
            (range.lower == nil || range.includesLower) && (range.upper == nil || range.includesUpper)
        default: false
        }
    }
}
