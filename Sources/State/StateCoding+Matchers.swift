internal import Model
internal import Patterns

extension StateCoding {
    /// A matcher as the file keeps it.
    private struct MatcherRow: Codable {
        let name: String
        let operation: String
        let value: String
    }

    static func text(of matchers: [Matcher]) throws -> String {
        try text(matchers.map { MatcherRow(name: $0.name, operation: $0.operation.rawValue, value: $0.value) })
    }

    /// `nil` where one of them cannot be read, or there is none.
    static func matchers(_ text: String) -> [Matcher]? {
        guard let rows: [MatcherRow] = try? value(text) else { return nil }
        let matchers = rows.compactMap { row in
            Matcher.Operation(rawValue: row.operation).flatMap { try? Matcher(row.name, $0, row.value) }
        }
        return matchers.count == rows.count && !matchers.isEmpty ? matchers : nil
    }
}
