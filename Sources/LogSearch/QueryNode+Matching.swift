import Base
import Foundation
import LocalTime
import Model
internal import Patterns

/// How values of fields are seen.
enum FieldValue {
    static let timestamp = "@timestamp"

    private static let textNames: Set<String> = [
        "message", "text", "reason", "description", "stack_trace", "original", "details", "exception",
    ]

    /// Whether a field of this name holds free text, whatever its value.
    static func isText(name: String) -> Bool {
        if textNames.contains(name) { return true }
        guard let dot = name.lastIndex(of: ".") else { return false }
        return textNames.contains(String(name[name.index(after: dot)...]))
    }

    static func isText(_ name: String, _ value: String) -> Bool {
        isText(name: name) || value.utf8.contains { $0 == 32 || (9...13).contains($0) }
    }
}

extension QueryNode {
    func matches(_ event: borrowing LogEvent) -> Bool {
        switch self {
        case .all: return true
        case .leaf(let field, let test): return QueryNode.matches(field, test, event)
        case .time(let range): return range.contains(event.timestamp)
        case .atLeast(let count, let nodes):
            var found = 0
            for node in nodes where found < count && node.matches(event) { found += 1 }
            return found >= count
        case .event(_, let test): return test(event)
        case .boolean(let clauses):
            var hasMust = false
            var hasShould = false
            var shouldMatches = false
            for clause in clauses where !clause.node.isVacuous {
                switch clause.occurrence {
                case .must:
                    hasMust = true
                    if !clause.node.matches(event) { return false }
                case .mustNot: if clause.node.matches(event) { return false }
                case .should:
                    hasShould = true
                    if !shouldMatches { shouldMatches = clause.node.matches(event) }
                }
            }
            return hasMust || !hasShould || shouldMatches
        }
    }

    private static func matches(_ field: QueryField, _ test: QueryTest, _ event: borrowing LogEvent) -> Bool {
        switch field {
        case .name(FieldValue.timestamp): return test.matches(time: event.timestamp)
        case .name(let name):
            guard let value = event[name] else { return false }
            return test.matches(value, name)
        case .any:
            if case .exists = test { return true }
            return event.fields.contains { !LogFields.isReserved($0.key) && test.matches($0.value, $0.key) }
        case .pattern(let pattern):
            if pattern.isEverything { return matches(.any, test, event) }
            if pattern.matches(FieldValue.timestamp), test.matches(time: event.timestamp) { return true }
            return event.fields.contains { name, value in
                if LogFields.isReserved(name) { return false }
                let short = name.hasPrefix("fields.") ? String(name.dropFirst(7)) : name
                guard pattern.matches(name.lowercased()) || pattern.matches(short.lowercased()) else { return false }
                return test.matches(value, name)
            }
        }
    }
}

extension QueryTest {
    fileprivate func matches(time: Int64) -> Bool {
        switch self {
        case .exists: true
        case .words(let text, _), .anyOf(let text, _):
            text.time?.contains(time) ?? text.number.map { $0 == Double(time) } ?? false
        case .range(let range): range.times.contains(time)
        case .isNull, .wildcard, .fuzzy, .regex, .value: false
        }
    }

    func matches(_ value: LogValue, _ name: String) -> Bool {
        switch value {
        case .null: if case .isNull = self { true } else { false }
        case .array(let values): values.contains { matches($0, name) }
        case .string(let text): matches(text, name)
        case .boolean(let boolean): matches(plain: boolean ? "true" : "false", number: nil)
        case .integer(let integer): matches(plain: String(integer), number: Double(integer))
        case .double(let double): matches(plain: "\(double)", number: double)
        }
    }

    private func matches(plain: String, number: Double?) -> Bool {
        switch self {
        case .exists: true
        case .isNull, .fuzzy: false
        case .words(let text, _): text.lowered == plain || (text.number != nil && text.number == number)
        case .anyOf(let text, let parts):
            text.lowered == plain || parts.contains { $0.number != nil ? $0.number == number : $0.lowered == plain }
        case .wildcard(let pattern): pattern.matches(plain)
        case .regex(let pattern): pattern.matchesWhole(plain)
        case .range(let range): number.map(range.contains) ?? false
        case .value(let test): test.passes(.plain(plain, number: number))
        }
    }

    private func matches(_ value: String, _ name: String) -> Bool {
        switch self {
        case .exists: return true
        case .isNull: return false
        case .words(let text, let slop): return QueryTest.matches(text, slop: slop, value, name)
        case .anyOf(let text, let parts):
            return TextAnalysis.isSame(value, lowered: text.lowered)
                || (FieldValue.isText(name, value)
                    && parts.contains { QueryTest.matches($0, slop: 0, value, name) })
        case .wildcard(let pattern):
            if pattern.matches(value.lowercased()) { return true }
            return FieldValue.isText(name, value) && TextAnalysis.words(of: value).contains(where: pattern.matches)
        case .fuzzy(let text, let edits):
            let candidates = FieldValue.isText(name, value) ? TextAnalysis.words(of: value) : [value.lowercased()]
            return candidates.contains { TextAnalysis.distance($0, text.lowered, limit: edits) <= edits }
        case .regex(let pattern):
            if pattern.matchesWhole(value) { return true }
            return FieldValue.isText(name, value) && TextAnalysis.words(of: value).contains { pattern.matchesWhole($0) }
        case .range(let range):
            if FieldValue.isText(name, value) { return TextAnalysis.words(of: value).contains(where: range.contains) }
            return range.contains(value)
        case .value(let test): return test.passes(.text(value, isFreeText: FieldValue.isText(name: name)))
        }
    }

    private static func matches(_ text: QueryText, slop: Int, _ value: String, _ name: String) -> Bool {
        if TextAnalysis.isSame(value, lowered: text.lowered) { return true }
        guard let first = text.words.first else { return false }
        guard text.words.allSatisfy({ TextAnalysis.mayHold($0, in: value) }), FieldValue.isText(name, value) else {
            return false
        }
        if TextAnalysis.holdsPlainly(text.words, in: value) { return true }
        let words = TextAnalysis.words(of: value)
        if text.words.count == 1 { return words.contains(first) }
        return containsPhrase(text.words, slop: slop, in: words)
    }

    /// Whether the words stand in a row, or are moved by no more than `slop` places altogether.
    private static func containsPhrase(_ phrase: [String], slop: Int, in words: [String]) -> Bool {
        var places: [String: [Int]] = [:]
        for (place, word) in words.enumerated() { places[word, default: []].append(place) }
        // With each word taken back by its place in the phrase, all must lie within `slop` of each other.
        let shifted = phrase.enumerated().map { index, word in (places[word] ?? []).map { $0 - index } }
        if shifted.contains(where: \.isEmpty) { return false }
        return shifted.joined().contains { start in
            shifted.allSatisfy { $0.contains { start <= $0 && $0 <= start + slop } }
        }
    }
}

extension QueryRange {
    /// The range as times; bounds that are no dates are milliseconds since the Unix epoch.
    var times: TimeRange {
        var start = Int64.min
        var end = Int64.max
        if let lower {
            guard let time = QueryRange.time(lower) else { return TimeRange(start: 0, end: -1) }
            start = includesLower ? time.start : time.end &+ 1
        }
        if let upper {
            guard let time = QueryRange.time(upper) else { return TimeRange(start: 0, end: -1) }
            end = includesUpper ? time.end : time.start &- 1
        }
        return TimeRange(start: start, end: end)
    }

    private static func time(_ text: QueryText) -> TimeRange? {
        if let time = text.time { return time }
        guard let number = text.number, let time = Int64(exactly: number.rounded()) else { return nil }
        return TimeRange(start: time, end: time)
    }

    func contains(_ number: Double) -> Bool {
        if let lower {
            guard let bound = lower.number else { return false }
            if includesLower ? number < bound : number <= bound { return false }
        }
        if let upper {
            guard let bound = upper.number else { return false }
            if includesUpper ? number > bound : number >= bound { return false }
        }
        return true
    }

    func contains(_ value: String) -> Bool {
        let bounds = [lower, upper].compactMap { $0 }
        if bounds.isEmpty { return true }
        if bounds.allSatisfy({ $0.number != nil }) { return QueryText.number(value).map(contains) ?? false }
        // Dates of events are UTC where they name no zone.
        if bounds.allSatisfy({ $0.time != nil }), let time = DateMath.range(value, ZoneClock(now: 0, zone: .gmt)) {
            return times.contains(time.start)
        }
        let value = value.lowercased()
        if let lower, includesLower ? value < lower.lowered : value <= lower.lowered { return false }
        if let upper, includesUpper ? value > upper.lowered : value >= upper.lowered { return false }
        return true
    }
}
