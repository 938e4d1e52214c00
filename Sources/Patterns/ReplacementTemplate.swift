/// The text of `replacement` and `target_label` in relabelling: `$1`, `${1}`, `$name`, `${name}` stand for what the
/// pattern's groups took, `$$` for a dollar sign, as Go's `regexp.Expand` has it.
public struct ReplacementTemplate: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text(String)
        case number(Int)
        case name(String)
    }

    private var parts: [Part] = []

    /// Whether a group is named at all.
    public var hasGroups: Bool {
        parts.contains { if case .text = $0 { false } else { true } }
    }

    public init(_ template: String) {
        var literal = ""
        var rest = Substring(template)
        while let dollar = rest.firstIndex(of: "$") {
            literal += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                rest.removeFirst()
                literal += "$"
            } else if let name = Self.takeName(&rest) {
                if !literal.isEmpty { parts.append(.text(literal)) }
                literal = ""
                parts.append(Int(name).map { .number($0) } ?? .name(name))
            } else {
                literal += "$"
            }
        }
        literal += rest
        if !literal.isEmpty { parts.append(.text(literal)) }
    }

    private static func takeName(_ rest: inout Substring) -> String? {
        let isBraced = rest.first == "{"
        let body = isBraced ? rest.dropFirst() : rest
        let name = body.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard !name.isEmpty else { return nil }
        let after = body.dropFirst(name.count)
        if isBraced {
            guard after.first == "}" else { return nil }
            rest = after.dropFirst()
        } else {
            rest = after
        }
        return String(name)
    }

    /// The text with `captures` put in; groups that the pattern has not, or that took no part, are empty.
    public func expanded(_ captures: [String?], _ pattern: Pattern) -> String {
        var text = ""
        forEachPiece(captures, pattern) { text += $0 }
        return text
    }

    /// The length in UTF-8 of what ``expanded(_:_:)`` would make, which may be far more than memory holds.
    public func expandedBytes(_ captures: [String?], _ pattern: Pattern) -> Int {
        var count = 0
        forEachPiece(captures, pattern) { count += $0.utf8.count }
        return count
    }

    private func forEachPiece(_ captures: [String?], _ pattern: Pattern, _ body: (String) -> Void) {
        for part in parts {
            switch part {
            case .text(let literal): body(literal)
            case .number(let number):
                if captures.indices.contains(number), let capture = captures[number] { body(capture) }
            case .name(let name):
                // Of groups with one name the last that took part counts, as in Go.
                for (index, group) in pattern.groupNames.enumerated().reversed() where group == name {
                    guard let capture = captures[index + 1] else { continue }
                    body(capture)
                    break
                }
            }
        }
    }
}
