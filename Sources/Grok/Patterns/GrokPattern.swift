/// A pattern of Logstash's grok filter: `%{NAME:field}`, `%{NAME:field:type}` and regular expressions around them.
package final class GrokPattern: Sendable {
    /// The pattern as it was given.
    package let text: String
    /// The fields that it may fill, in the order in which they are first written; a name stands here twice where it is
    /// filled by different patterns or as different types.
    package let fields: [GrokField]
    /// Whether fields are filled that took no bytes.
    package let keepsEmptyCaptures: Bool
    /// What it is as a regular expression.
    package let expression: RubyPattern

    private struct Capture {
        let group: Int
        let field: Int
    }

    /// Groups of one field stand together, as Logstash fills them.
    private let captures: [Capture]

    /// Puts the patterns of `library` in, and compiles.
    /// - Parameter namedCapturesOnly: whether `%{NAME}` without a field fills nothing, else a field `NAME`.
    /// - Throws: ``GrokError``.
    package init(
        _ text: String, _ library: GrokLibrary, namedCapturesOnly: Bool = true, keepsEmptyCaptures: Bool = false,
        limits: MatchLimits = MatchLimits()
    ) throws(GrokError) {
        self.text = text
        self.keepsEmptyCaptures = keepsEmptyCaptures
        let expansion = try GrokExpansion.expand(text, library, namedCapturesOnly: namedCapturesOnly)
        do {
            expression = try RubyPattern(String(expansion.text), limits: limits)
        } catch {
            throw GrokError(error, in: text, expansion, library)
        }
        var fields: [GrokField] = []
        var captures: [Capture] = []
        var known: [String: Int] = [:]
        for (index, name) in expression.groupNames.enumerated() {
            guard let name else { continue }
            let field = known[name] ?? fields.count
            if field == fields.count {
                known[name] = field
                fields.append(GrokField(groupName: name))
            }
            captures.append(Capture(group: index + 1, field: field))
        }
        self.fields = fields
        self.captures = captures.sorted { ($0.field, $0.group) < ($1.field, $1.group) }
    }

    /// Looks for the pattern in `bytes`, and tells what each field takes, by its place in ``fields``: a field that is
    /// told twice becomes an array. Nothing is told unless the pattern is found, and nothing is allocated.
    /// - Parameter absent: told of fields whose group took no part, where empty captures are kept.
    package func match(
        _ bytes: UnsafeBufferPointer<UInt8>, _ scratch: MatchScratch, absent: ((Int) -> Void)? = nil,
        _ capture: (Int, Range<Int>) -> Void
    ) -> MatchOutcome {
        let outcome = expression.match(bytes, scratch)
        guard outcome == .found else { return outcome }
        for taken in captures {
            if let range = scratch.range(of: taken.group) {
                if !range.isEmpty || keepsEmptyCaptures { capture(taken.field, range) }
            } else if keepsEmptyCaptures {
                absent?(taken.field)
            }
        }
        return .found
    }
}

extension GrokError {
    /// An error of the expanded pattern, told where people wrote it.
    fileprivate init(_ error: RubyPatternError, in text: String, _ expansion: GrokExpansion, _ library: GrokLibrary) {
        let source = expansion.source(of: error.offset)
        let own = source.name.map { library[$0] ?? "" } ?? text
        let there = RubyPatternError(error.code, pattern: own, offset: source.offset, reason: error.reason)
        self.init(
            code: .regularExpression(error.code), pattern: text, offset: source.name == nil ? source.offset : nil,
            reason: (source.name.map { "in %{\($0)}: " } ?? "") + there.description)
    }
}
