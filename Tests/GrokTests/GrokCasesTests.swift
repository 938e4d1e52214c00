import Foundation
import Grok
import TestSupport
import Testing

/// What Logstash's own engine of regular expressions made of patterns and texts.
@Suite struct GrokCasesTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let id: String
        let set: GrokLibrary.BuiltIn
        let pattern: String
        let text: String
        /// `nil`: the pattern does not take the text.
        let expected: String?

        var testDescription: String { id }
    }

    /// The cases, each field's value as JSON.
    static let cases: [Case] = Conformance.contents(of: "logs/grok_cases.json").flatMap { data -> [Case] in
        let all = (try? JSONSerialization.jsonObject(with: data)) as? [[String: Any]] ?? []
        return all.compactMap { one in
            guard let id = one["id"] as? String, let pattern = one["pattern"] as? String,
                let text = one["text"] as? String
            else { return nil }
            return Case(
                id: id, set: one["set"] as? String == "ecs" ? .ecs : .legacy, pattern: pattern, text: text,
                expected: (one["expected"] as? [String: Any]).map(Self.json))
        }
    }

    /// An object as JSON, its keys in the order of their bytes.
    static func json(_ object: [String: Any]) -> String {
        let members = object.keys.sorted().map { key in "\(json(of: key)):\(json(of: object[key] ?? ""))" }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func json(of value: Any) -> String {
        let data = try? JSONSerialization.data(
            withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    @Test(arguments: cases) func `Fields are those that Logstash's engine takes`(_ one: Case) throws {
        let fields = try Fields.of(one.text, GrokPattern(one.pattern, GrokLibrary(one.set)))
        #expect(fields.map(Self.json) == one.expected)
    }
}

/// What a grok pattern makes of a text.
enum Fields {
    /// Fields by their names, several values as an array; `nil`: not taken.
    static func of(_ text: String, _ pattern: GrokPattern) throws -> [String: Any]? {
        try of(Array(text.utf8), pattern)
    }

    static func of(_ bytes: [UInt8], _ pattern: GrokPattern) throws -> [String: Any]? {
        var fields: [String: Any] = [:]
        let outcome = bytes.withUnsafeBufferPointer { text in
            pattern.match(text, MatchScratch()) { index, range in
                let field = pattern.fields[index]
                let value: Any =
                    switch GrokNumber(text[range], as: field.type) {
                    case .int(let number)?: number
                    case .float(let number)?: number
                    case nil: String(decoding: text[range], as: UTF8.self)
                    }
                switch fields[field.name] {
                case nil: fields[field.name] = value
                case let values as [Any]: fields[field.name] = values + [value]
                case let first?: fields[field.name] = [first, value]
                }
            }
        }
        try #require(outcome != .limitReached)
        return outcome == .found ? fields : nil
    }
}
