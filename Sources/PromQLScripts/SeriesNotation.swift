internal import Foundation
internal import Model
internal import PromQL

/// A line of a script that cannot be read.
package struct ScriptError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// `metric{label="value"} 1 _ 2+3x4 stale`: a series and its values, `nil` for gaps.
struct SeriesNotation {
    let labels: Labels
    let values: [Double?]
    /// Native histograms are not read, only noticed.
    let isHistogram: Bool

    init(_ line: String) throws {
        let (metric, rest) = Self.cut(line)
        labels = try Self.labels(metric)
        isHistogram = rest.contains("{{")
        values = isHistogram ? [] : try rest.split { $0 == " " || $0 == "\t" }.flatMap { try Self.values(String($0)) }
    }

    /// Where the metric ends: behind its braces, else at the first blank.
    private static func cut(_ line: String) -> (metric: String, values: String) {
        var quote: Character?
        var isInBraces = false
        var isEscaped = false
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                }
            } else if isInBraces, "\"'`".contains(character) {
                quote = character
            } else if character == "{" {
                isInBraces = true
            } else if character == "}" {
                return (String(line[...index]), String(line[line.index(after: index)...]))
            } else if !isInBraces, character == " " || character == "\t" {
                if line[index...].drop(while: { $0 == " " || $0 == "\t" }).first == "{", !line[index...].contains("{{")
                {
                    continue
                }
                return (String(line[..<index]), String(line[index...]))
            }
        }
        return (line, "")
    }

    static func labels(_ metric: String) throws -> Labels {
        let text = metric.trimmingCharacters(in: .whitespaces)
        if text == "{}" { return .empty }
        let placeholder = "placeholder_"
        let matchers: [Matcher]
        do {
            matchers = try PromQLParser.parseSelector(text)
        } catch {
            // Labels that are all empty make no selector.
            guard text.hasPrefix("{"), let found = try? PromQLParser.parseSelector(placeholder + text) else {
                throw ScriptError("cannot read the series \(text): \(error)")
            }
            matchers = found.filter { $0.value != placeholder }
        }
        return Labels(matchers.map { Label($0.name, $0.value) })
    }

    static func number(_ text: some StringProtocol) throws -> Double {
        switch text.lowercased() {
        case "nan": return .nan
        case "inf", "+inf": return .infinity
        case "-inf": return -.infinity
        case "stale": return StaleMarker.value
        default:
            guard let value = Double(text) else { throw ScriptError("\"\(text)\" is not a value") }
            return value
        }
    }

    private static func values(_ word: String) throws -> [Double?] {
        if word == "_" { return [nil] }
        if word.hasPrefix("_x"), let count = Int(word.dropFirst(2)) { return Array(repeating: nil, count: count) }
        guard
            let match = word.wholeMatch(of: /(.+?)(?:([+-](?:[0-9.]+(?:[eE][+-]?[0-9]+)?|[Ii]nf|[Nn]a[Nn])))?x([0-9]+)/)
        else {
            return [try number(word)]
        }
        let count = Int(match.3) ?? 0
        let start = try number(match.1)
        guard let step = match.2 else { return Array(repeating: start, count: count + 1) }
        let delta = try number(step)
        var value = start
        return (0...count).map { _ in
            defer { value += delta }
            return value
        }
    }
}
